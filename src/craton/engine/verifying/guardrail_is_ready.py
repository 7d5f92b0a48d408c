"""The guardrails to which calls are held are there in a numbered version that is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed
from craton.kinds.enforced_guardrail import is_enforced
from craton.kinds.organization_guardrail import OUTPUT, organization_tier

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_ORGANIZATION: Final = "organization"


def _subjects(scene: Scene) -> Iterator[Subject]:
    if organization_tier(scene.intent) is not None:
        for region in scene.intent.regions:
            yield Subject(account=scene.intent.management_account, region=region, of=_OF_ORGANIZATION)
    for account, environment in scene.members.items():
        if is_enforced(scene.intent, environment):
            for region in scene.intent.regions:
                yield Subject(account=account, region=region, of="account")


def _judge(scene: Scene, of: Subject, asked: Questions) -> Verdict:
    held = _of_organization(scene, of, asked) if of.of == _OF_ORGANIZATION else _of_account(of, asked)
    if held is None:
        return failed("no call is held to a guardrail")
    identifier, version = held
    if version == "DRAFT":
        return failed("calls are held to a draft, which changes while it is worked on")
    told = asked.ask(
        of.account,
        of.region,
        "bedrock",
        "GetGuardrail",
        guardrailIdentifier=identifier,
        guardrailVersion=version,
    )
    if told is None:
        return failed(f"version {version} of {identifier} is not there")
    if told["status"] != "READY":
        return failed(f"version {version} is {told['status']}")
    return passed(f"version {version} of {told['name']}")


def _of_account(of: Subject, asked: Questions) -> tuple[str, str] | None:
    """The guardrail to which every call in the account is held, and its version."""
    told = asked.ask(of.account, of.region, "bedrock", "ListEnforcedGuardrailsConfiguration")
    for one in told["guardrailsConfig"] if told else ():
        return str(one["guardrailId"]), str(one["guardrailVersion"])
    return None


def _of_organization(scene: Scene, of: Subject, asked: Questions) -> tuple[str, str] | None:
    """The guardrail that the stack of the management account tells, and its version."""
    name = scene.intent.manifest.names.management_stack
    told = asked.ask(of.account, of.region, "cloudformation", "DescribeStacks", StackName=name)
    outputs = told["Stacks"][0].get("Outputs", ()) if told else ()
    arn = next((one["OutputValue"] for one in outputs if one["OutputKey"] == OUTPUT), None)
    if arn is None:
        return None
    identifier, _, version = str(arn).rpartition(":")
    return identifier, version


CHECK: Final = Check(
    title="calls are held to a guardrail that is ready",
    hint="`craton plan` tells what of the stacks differs; a guardrail is ready moments after it was made",
    subjects=_subjects,
    judge=_judge,
)
