"""Patterns of resources, held against the forms that AWS gives to ARNs."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from craton.core.arn import Arn
from craton.core.quoting import ticked
from craton.core.spelling import nearest
from craton.linter.wildcards import arns_overlap, is_wild

if TYPE_CHECKING:
    from craton.core.diagnostic import Severity
    from craton.registry.iam import Action, IamReference, ResourceType

_HOLE: Final = re.compile(r"\$\{[^}]*\}")
_FIRST_WORD: Final = re.compile(r"[\w-]*")
_PARTS: Final = 5


@functools.lru_cache(maxsize=20_000)
def is_of_no_type(pattern: str, iam: IamReference) -> bool:
    """Whether no resource of the pattern's service has an ARN that the pattern covers."""
    arn = Arn.parse(pattern)
    if arn is None or is_wild(arn.service) or "${" in arn.service or "${" in arn.partition:
        return False
    types = iam.resource_types(arn.service)
    if not types:
        return arn.service not in iam.prefixes and arn.service.startswith("bedrock")
    return not any(_has_form(pattern, one) for one in types)


@functools.lru_cache(maxsize=20_000)
def acts_on(iam: IamReference, action: Action, pattern: str) -> bool:
    """Whether the action is authorised on some resource that the pattern covers."""
    service = iam.service(action.name.partition(":")[0])
    if service is None:
        return True
    types = [service.resource_types.get(use.type.lower()) for use in action.resource_types]
    return any(one is None or _has_form(pattern, one) for one in types)


def certainty(prefix: str) -> Severity:
    """How sure a finding on forms is: AWS's reference leaves some out, of Bedrock it has all."""
    return "error" if prefix.startswith("bedrock") else "warning"


def form_instead(pattern: str, iam: IamReference) -> str | None:
    """The form of the resource that was probably meant, in words."""
    arn = Arn.parse(pattern)
    if arn is None:
        return None
    service = arn.service if arn.service in iam.prefixes else "bedrock"
    longest_first = sorted(iam.resource_types(service), key=lambda one: -len(one.arn))
    forms = {_first_word(one.arn.split(":", _PARTS)[-1]): one.arn for one in longest_first}
    meant = nearest(_first_word(arn.resource), forms)
    if meant is None:
        return None
    return f"a {meant} is {ticked(_HOLE.sub('*', forms[meant]).replace('arn:*:', 'arn:aws:'))}"


def _has_form(pattern: str, kind: ResourceType) -> bool:
    """Whether the pattern covers some ARN of a type; a type may have several forms."""
    return any(arns_overlap(pattern, form) for form in kind.arn.split(", "))


def _first_word(resource: str) -> str:
    found = _FIRST_WORD.match(resource)
    return found[0] if found else ""
