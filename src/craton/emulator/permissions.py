"""What IAM authorises of a call: which action, on which resource.

An operation is authorised as the action of its own name, unless `content/reference/authorised_operations.csv`
says otherwise. The resource is found by the forms of ARNs that the action's resource types have: an ARN among
the parameters, or a form filled with parameters. `content/reference/resource_parameters.csv` names parameters
that are called otherwise than what they stand for in the ARN.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

from craton.registry.iam import iam_reference
from craton.registry.operations import NOTHING, authorised_operations, resource_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.emulator.call import Call, Operation
    from craton.registry.iam import Action, ResourceType

_PREFIXES: Final = {
    "bedrock-runtime": "bedrock",
    "bedrock-agent": "bedrock",
    "bedrock-agent-runtime": "bedrock",
    "s3control": "s3",
    "stepfunctions": "states",
    "service-quotas": "servicequotas",
    "bcm-data-exports": "bcm-data-exports",
}
"""IAM's prefix of a service, where it is not the name that botocore has."""

_HOLE: Final = re.compile(r"\$\{([A-Za-z0-9]+)\}")


@functools.cache
def _parameters() -> dict[tuple[str, str], str]:
    """Parameters that are called otherwise than the parts of ARNs, all without signs and capitals."""
    return {(service, _bare(part)): _bare(one) for (service, part), one in resource_parameters().items()}


def action_of(operation: Operation) -> str | None:
    """The action that authorises an operation; None where none does."""
    told = authorised_operations().get((operation.service, operation.name))
    if told == NOTHING:
        return None
    return told or f"{_PREFIXES.get(operation.service, operation.service)}:{operation.name}"


def resource_of(call: Call, action: Action | None) -> str:
    """The ARN that the call is about, or `*` where the action knows none or the call names none."""
    if action is None or action.is_wildcard_only:
        return "*"
    types = {one.name.lower(): one for one in iam_reference().resource_types(action.name.partition(":")[0])}
    uses = sorted(action.resource_types, key=lambda use: not use.required)
    found = [types[use.type.lower()] for use in uses if use.type.lower() in types]
    given = dict(_texts(call.parameters))
    for one in found:
        named = next((text for text in given.values() if _shape(one.arn).fullmatch(text)), None)
        if named is not None:
            return named
    for one in found:
        filled = _filled(call, one, given)
        if filled is not None:
            return filled
    return "*"


def _texts(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of the parameters by its own name, the outer ones first."""
    inner: list[Mapping[str, Any]] = []
    for name, value in parameters.items():
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, dict):
            inner.append(value)
        elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            yield name.removesuffix("s"), value[0]
    for one in inner:
        yield from _texts(one)


@functools.cache
def _shape(arn: str) -> re.Pattern[str]:
    """The ARNs of a form, whole: a hole is any text without the sign that follows it."""
    parts = _HOLE.split(arn)
    pattern = "".join(re.escape(part) if number % 2 == 0 else "[^:]*" for number, part in enumerate(parts))
    return re.compile(pattern)


def _filled(call: Call, kind: ResourceType, given: Mapping[str, str]) -> str | None:
    """The ARN of a form, its holes filled from the call; None where the call does not tell one."""
    known = {_bare(name): value for name, value in given.items()}
    lacking = False

    def fill(hole: re.Match[str]) -> str:
        nonlocal lacking
        name = hole[1]
        match name:
            case "Partition":
                return "aws"
            case "Region":
                return call.region
            case "Account":
                return call.account
            case _:
                pass
        other = _parameters().get((call.operation.service, _bare(name)))
        value = known.get(_bare(name)) or known.get(other or "") or _told(_bare(name), known)
        if value is None:
            lacking = True
            return ""
        return value.rpartition(":")[2].rpartition("/")[2] if value.startswith("arn:") else value

    filled = _HOLE.sub(fill, kind.arn)
    return None if lacking else filled


_ENDINGS: Final = ("name", "id", "identifier", "arn")


def _told(hole: str, known: Mapping[str, str]) -> str | None:
    """The parameter that fills a hole: of the same name, or one that differs in `Name`, `Id` and the like."""
    if hole in known:
        return known[hole]
    stem = next((hole.removesuffix(ending) for ending in _ENDINGS if hole.endswith(ending)), hole)
    return next((known[f"{stem}{ending}"] for ending in ("", *_ENDINGS) if f"{stem}{ending}" in known), None)


def _bare(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower().replace("withpath", "")
