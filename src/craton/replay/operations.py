"""Recorded API operations as the actions that authorise them."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.registry.iam import Action, iam_reference
from craton.registry.inference import InferenceSurface, inference_surfaces
from craton.registry.operations import NOTHING, authorised_operations
from craton.registry.replay_context import replay_context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OF_MODELS: Final = ("model", "batch")
"""The targets of surfaces whose calls name a model or a profile."""

_ENDPOINTS: Final = ("bedrock", "bedrock-mantle")
_HOLE: Final = re.compile(r"\$\{([A-Za-z0-9]+)\}")
_ENDINGS: Final = ("", "name", "id", "identifier", "arn")


class Operation(Struct, frozen=True):
    """What authorises an operation: an action, nothing (`is_free`), or something that is not known.

    `surface` is set where the operation runs models that it names.
    """

    action: Action | None = None
    surface: InferenceSurface | None = None
    is_free: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it can be told what authorises it."""
        return self.is_free or self.action is not None


@functools.cache
def operation_of(event_source: str, event_name: str) -> Operation:
    """What authorises the operation of an event."""
    prefixes = replay_context().prefixes(event_source)
    reference = iam_reference()
    for surface in inference_surfaces():
        prefix = surface.action.partition(":")[0]
        if surface.api.lower() == event_name.lower() and prefix in prefixes:
            named = surface if surface.target in OF_MODELS else None
            return Operation(reference.action(surface.action), named)
    service = event_source.partition(".")[0]
    told = authorised_operations().get((service, event_name))
    if told == NOTHING:
        return Operation(is_free=True)
    names = [told] if told else [f"{prefix}:{event_name}" for prefix in prefixes]
    return Operation(next(filter(None, map(reference.action, names)), None))


def resource_of(
    action: Action,
    *,
    account: str,
    region: str,
    partition: str,
    arns: tuple[str, ...],
    parameters: str | None,
) -> str | None:
    """The ARN that a call is about, `*` where its action knows none, None where no record tells it."""
    if action.is_wildcard_only:
        return "*"
    forms = tuple(_forms(action))
    given = dict(_texts(_decoded(parameters)))
    fixed = {"partition": partition, "region": region, "account": account}
    for origin in replay_context().resources:
        found: list[str] = []
        if origin.origin == "resources":
            found = [arn for arn in arns if any(_shape(form).fullmatch(arn) for form in forms)]
        elif origin.origin == "request_parameters":
            found = [text for text in given.values() if any(_shape(form).fullmatch(text) for form in forms)]
            found = found or [one for form in forms if (one := _filled(form, fixed, given)) is not None]
        if len(set(found)) == 1:
            return found[0]
    return None


def _forms(action: Action) -> Iterator[str]:
    """The forms of the ARNs that an action is authorised on, required ones first."""
    types = {one.name.lower(): one for one in iam_reference().resource_types(action.name.partition(":")[0])}
    for use in sorted(action.resource_types, key=lambda use: not use.required):
        if use.type.lower() in types:
            yield types[use.type.lower()].arn


def _decoded(parameters: str | None) -> Mapping[str, Any]:
    try:
        value = json.loads(parameters or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _texts(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of parameters by their names without case, those of the outermost level."""
    for name, value in parameters.items():
        if isinstance(value, str):
            yield name.lower().replace("-", "").replace("_", ""), value


@functools.cache
def _shape(form: str) -> re.Pattern[str]:
    """What the ARNs of a form look like, whole; a hole is any text within its part."""
    parts = _HOLE.split(form)
    return re.compile("".join("[^:]+" if place % 2 else re.escape(part) for place, part in enumerate(parts)))


def _filled(form: str, fixed: Mapping[str, str], given: Mapping[str, str]) -> str | None:
    """The ARN of a form with its holes filled, or None where one of them has nothing to fill it.

    A name of IAM may stand behind a path, which no parameter tells of what is there already.
    """
    values: list[str] = []
    for hole in _HOLE.findall(form):
        if hole.endswith("WithPath"):
            return None
        value = fixed.get(hole.lower()) or _told(hole.lower(), given)
        if value is None or value.startswith("arn:"):
            return None
        values.append(value)
    rest = iter(values)
    return _HOLE.sub(lambda _: next(rest), form)


def _told(hole: str, given: Mapping[str, str]) -> str | None:
    """The parameter of a hole: of the same name, or one that differs in `Name`, `Id` and the like."""
    stem = next((hole.removesuffix(ending) for ending in _ENDINGS[1:] if hole.endswith(ending)), hole)
    names = (hole, *(f"{stem}{ending}" for ending in _ENDINGS))
    return next((given[name] for name in names if name in given), None)
