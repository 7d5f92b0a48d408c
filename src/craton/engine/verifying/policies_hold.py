"""The policies that AWS says are attached do what the manifest wants: tried in the simulator, call by call.

Every claim that compiling proves of the compiled policies is tried again with the policies as AWS tells them,
on the way from the root to an account of each environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.codec.policy_source import read_policy
from craton.compiler.proofs import proved
from craton.compiler.standing import InForce, Standing
from craton.core.manifest_policy_checks import ALLOWS_ALL
from craton.core.organization import ROOT
from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.manifest import PolicyType

_MOST_TOLD: Final = 2
_TYPES: Final[tuple[PolicyType, ...]] = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def _subjects(scene: Scene) -> Iterator[Subject]:
    seen = set()
    for account, environment in scene.members.items():
        if environment.name not in seen:
            seen.add(environment.name)
            yield Subject(account=account, region=scene.home, of=environment.name)


def _judge(scene: Scene, of: Subject, asked: Questions) -> Verdict:
    way = _way(scene, of.account, asked)
    wanted = next(one.ou for one in scene.members[of.account].accounts if one.id == of.account)
    found = way[-2].at
    if found != wanted:
        return failed(f"the account is in {found}, and the manifest has it in {wanted}")
    standing = Standing((), [one for level in way for one in _in_force(scene, level, asked)])
    environment = msgspec.structs.replace(
        scene.members[of.account],
        accounts=tuple(one for one in scene.members[of.account].accounts if one.id == of.account),
    )
    proofs = proved(
        msgspec.structs.replace(scene.intent, environments=(environment,)),
        scene.governing,
        (),
        origin=scene.origin,
        today=scene.at.date(),
        standing=standing,
    )
    wrong = [one.message for one in proofs.diagnostics if one.severity == "error"]
    if wrong:
        more = f"; and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
        return failed(f"{'; '.join(wrong[:_MOST_TOLD])}{more}")
    return passed(f"{sum(one.held for one in proofs.tallies)} requests and calls are decided as they must be")


class _Level(Struct, frozen=True):
    """A step on the way to an account: its id in AWS, and how the manifest names it."""

    id: str
    at: str


def _way(scene: Scene, account: str, asked: Questions) -> list[_Level]:
    """The way from the root to the account, as AWS tells it; both included."""

    def ask(operation: str, **parameters: Any) -> Any:
        return asked.ask(
            scene.intent.management_account, scene.home, "organizations", operation, **parameters
        )

    ids = [account]
    names: list[str] = []
    while True:
        parent = ask("ListParents", ChildId=ids[0])["Parents"][0]
        ids.insert(0, parent["Id"])
        if parent["Type"] == "ROOT":
            break
        unit = ask("DescribeOrganizationalUnit", OrganizationalUnitId=parent["Id"])["OrganizationalUnit"]
        names.insert(0, unit["Name"])
    paths = ["/".join(names[:count]) for count in range(1, len(names) + 1)]
    return [_Level(one, at) for one, at in zip(ids, (ROOT, *paths, account), strict=True)]


def _in_force(scene: Scene, level: _Level, asked: Questions) -> Iterator[InForce]:
    """The policies that are attached there; AWS's own that allow all stand among them or do not."""
    files = {
        str(one.parameters["Name"]): str(one.parameters["Content"]["file"])
        for one in scene.deployment.steps
        if one.operation == "CreatePolicy"
    }
    for kind in _TYPES:
        told = asked.ask(
            scene.intent.management_account,
            scene.home,
            "organizations",
            "ListPoliciesForTarget",
            TargetId=level.id,
            Filter=kind,
        )
        for one in (told or {}).get("Policies", ()):
            name = files.get(one["Name"], one["Name"])
            policy, problems = read_policy(_content(scene, one["Id"], asked), name, name)
            if policy is None:
                raise ValueError(f"AWS tells a policy `{one['Name']}` that is none: {problems}")
            yield InForce(policy=policy, type=kind, at=level.at, replaces=ALLOWS_ALL[kind])


def _content(scene: Scene, policy: str, asked: Questions) -> bytes:
    told = asked.ask(
        scene.intent.management_account, scene.home, "organizations", "DescribePolicy", PolicyId=policy
    )
    return str(told["Policy"]["Content"]).encode()


CHECK: Final = Check(
    title="policies let through what is approved, and nothing else",
    hint="`craton plan` tells which policies differ from the compiled ones; `craton lint` looks at others",
    subjects=_subjects,
    judge=_judge,
)
