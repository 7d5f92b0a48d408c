"""The hub takes the logs of accounts of the organization, and of nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.codec.full_access import allowing_all
from craton.codec.policy_source import read_policy
from craton.core.plural import plural
from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed
from craton.kinds.invocation_log_group import logging
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Policy

_ELSEWHERE: Final = "999999999999"
_ACTION: Final = "logs:PutSubscriptionFilter"


def _subjects(scene: Scene) -> Iterator[Subject]:
    if logging(scene.intent).transport == "subscription":
        yield from scene.in_hub()


def _judge(scene: Scene, of: Subject, asked: Questions) -> Verdict:
    name = scene.intent.manifest.names.destination
    told = asked.ask(of.account, of.region, "logs", "DescribeDestinations", DestinationNamePrefix=name)
    held = next((one for one in told["destinations"] if one["destinationName"] == name), None)
    if held is None:
        return failed(f"there is no destination `{name}`")
    policy, problems = read_policy((held.get("accessPolicy") or "{}").encode(), name)
    if policy is None or any(one.severity == "error" for one in problems):
        return failed("its policy cannot be read")
    organization = scene.intent.manifest.organization.id
    refused = [
        account
        for account in scene.members
        if _outcome(policy, held["arn"], of.account, account, organization) != "allowed"
    ]
    if refused:
        return failed(f"it takes no logs of {', '.join(refused)}")
    if _outcome(policy, held["arn"], of.account, _ELSEWHERE, "o-elsewhere1") == "allowed":
        return failed("it takes logs of accounts outside the organization")
    return passed(f"it takes logs of {plural(len(scene.members), 'account')}")


def _outcome(policy: Policy, resource: str, owner: str, account: str, organization: str) -> str:
    """What becomes of an account's subscribing to the destination, whose own policies allow it."""
    held = PolicySet(
        account=account, resource_account=owner, identity=(allowing_all("AllowAll"),), resource=policy
    )
    request = Request(
        principal=f"arn:aws:iam::{account}:role/any",
        action=_ACTION,
        resource=resource,
        context={"aws:PrincipalOrgID": (organization,), "aws:PrincipalAccount": (account,)},
    )
    return str(Authorizer(held).decide(request).outcome)


CHECK: Final = Check(
    title="the hub takes logs of every account",
    hint="the hub's stack makes the destination: `craton plan -o plan.json`, then `craton apply plan.json`",
    subjects=_subjects,
    judge=_judge,
)
