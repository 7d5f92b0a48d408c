"""The service, how its calls are authorised, and what its lists have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.arn import Arn
from craton.emulator.constraints import check_parameters
from craton.emulator.errors import ServiceError
from craton.emulator.runtime.guardrail import guardrail_arn
from craton.emulator.runtime.profile import profile_arn
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from craton.emulator.call import Call
    from craton.emulator.world import World

SERVICE = Service("bedrock")

_PAGE: Final = 100
_CHECKED_ELSEWHERE: Final = frozenset({"definition", "resourcePolicy", "resourceARN", "modelIdentifier"})
"""Members whose bounds depend on others, or whose pattern in the model is not one of Python's."""


def checked(call: Call) -> None:
    """Refuses parameters outside of the model's bounds. Raises: ServiceError."""
    check_parameters(call, but=_CHECKED_ELSEWHERE)


def page(call: Call, key: str, rows: Sequence[Any]) -> dict[str, Any]:
    """A page of rows with the token of the next. Raises: ServiceError for a token that none was given."""
    size = int(call.parameters.get("maxResults") or _PAGE)
    token = call.parameters.get("nextToken")
    if token and not str(token).isdigit():
        raise ServiceError("ValidationException", "The provided nextToken is invalid.")
    start = int(token or 0)
    told: dict[str, Any] = {key: list(rows[start : start + size])}
    if start + size < len(rows):
        told["nextToken"] = str(start + size)
    return told


def tags_of(world: World, arn: str) -> dict[str, str]:
    """The tags of a resource of Bedrock, to be read and changed."""
    told = Arn.parse(arn)
    account, region = (told.account, told.region) if told else ("", "")
    kept: dict[str, str] = world.shelf(account, region, "bedrock tags").setdefault(arn, {})
    return kept


def given_tags(call: Call) -> dict[str, str]:
    """The tags of a call."""
    return {str(one["key"]): str(one["value"]) for one in call.parameters.get("tags") or ()}


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """What is named by id is authorised by its ARN, and the source of a profile too.

    Source: "Actions, resources, and condition keys for Amazon Bedrock", docs.aws.amazon.com/
    service-authorization/latest/reference/list_amazonbedrock.html, retrieved 2026-11-26.
    """
    given, name = call.parameters, call.operation.name
    action = f"bedrock:{name}"
    if name == "PutEnforcedGuardrailConfiguration":
        return [(action, "*")]
    if name == "CreateInferenceProfile":
        made = f"arn:aws:bedrock:{call.region}:{call.account}:application-inference-profile/*"
        source = (given.get("modelSource") or {}).get("copyFrom")
        return [(action, made), *([(action, str(source))] if source else [])]
    if given.get("guardrailIdentifier"):
        return [(action, guardrail_arn(call.account, call.region, str(given["guardrailIdentifier"])))]
    if given.get("inferenceProfileIdentifier"):
        return [(action, profile_arn(call.account, call.region, str(given["inferenceProfileIdentifier"])))]
    arn = given.get("resourceARN") or given.get("resourceArn")
    if arn:
        return [(action, str(arn))]
    return None


@SERVICE.condition_keys
def condition_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """The mode of retention that a call sets."""
    if call.operation.name != "PutAccountDataRetention":
        return {}
    return {"bedrock:DataRetentionMode": (str(call.parameters.get("mode")),)}


@SERVICE.tags_of("bedrock")
def resource_tags(call: Call, arn: str) -> dict[str, str]:
    """The tags of a guardrail or an application inference profile."""
    return dict(tags_of(call.world, arn))


@SERVICE.policy_of("bedrock")
def resource_policy(call: Call, arn: str) -> str | None:
    """The policy of a guardrail or of a guardrail profile."""
    return policies(call.world, arn).get(arn)


def policies(world: World, arn: str) -> dict[str, str]:
    """The resource policies beside that of an ARN, by ARN."""
    told = Arn.parse(arn)
    account, region = (told.account, told.region) if told else ("", "")
    return world.shelf(account, region, "bedrock resource policies")
