"""What a guardrail stops no longer, by the properties that somebody changed.

A property is told as a whole or by a part of it: a list that lost some of its entries, an entry, or one
word. What is left out stands for what AWS does of itself: it blocks what is found, on both sides, with the
models of the tier Classic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.quoting import ticked
from craton.engine.guardrail_changes import is_weaker

if TYPE_CHECKING:
    from collections.abc import Iterator

_POLICIES: Final = (
    "AutomatedReasoningPolicyConfig",
    "ContentPolicyConfig",
    "ContextualGroundingPolicyConfig",
    "SensitiveInformationPolicyConfig",
    "TopicPolicyConfig",
    "WordPolicyConfig",
)
_OF_ITSELF: Final = {
    "Action": "BLOCK",
    "InputAction": "BLOCK",
    "OutputAction": "BLOCK",
    "InputEnabled": True,
    "OutputEnabled": True,
    "TierName": "CLASSIC",
}
"""Source: AWS::Bedrock::Guardrail and its property types in the CloudFormation template reference, and
docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateGuardrail.html, retrieved 2026-11-27.
"""

_RANKED: Final = ("Action", "InputAction", "InputStrength", "OutputAction", "OutputStrength", "TierName")
_NAMES: Final = ("Name", "Type", "Text")
"""What tells one entry of a list from the others; the first that is there counts."""

_FINDING: Final = ("Definition", "Pattern", "Text", "Type")
"""What says what is found: where that is another, what was found before may be found no more."""

_MOST: Final = 5


def stops_less(place: str, was: Any, now: Any) -> Iterator[str]:
    """What the change of a property at this path opens; nothing where it opens nothing."""
    if place.strip("/").partition("/")[0] not in _POLICIES:
        return
    if isinstance(was, dict) and now is None and place.rpartition("/")[2].isdigit():
        place, was, now = place.rpartition("/")[0], [was], []
    found = list(_weaker(place, was, now))
    yield from (f"the guardrail stops less: {one}" for one in found[:_MOST])
    if len(found) > _MOST:
        yield f"the guardrail stops less: {len(found) - _MOST} more of {ticked(place)}"


def _weaker(place: str, was: Any, now: Any) -> Iterator[str]:
    if isinstance(was, list):
        yield from _fewer(place, was, now if isinstance(now, list) else [])
    elif isinstance(was, dict):
        held = now if isinstance(now, dict) else {}
        for name in sorted({*was, *held}):
            yield from _weaker(f"{place}/{name}", was.get(name), held.get(name))
    elif not isinstance(now, list | dict):
        name = place.rpartition("/")[2]
        before, after = (_OF_ITSELF.get(name) if one is None else one for one in (was, now))
        if _is_less(name, before, after):
            yield f"{ticked(place)} was {before} and is {'gone' if after is None else after}"


def _fewer(place: str, was: list[Any], now: list[Any]) -> Iterator[str]:
    """The entries that are gone, and those that find or stop less."""
    held = {_name(one): one for one in now}
    gone = [_name(one) for one in was if _name(one) not in held and _does_something(one)]
    if gone:
        more = f" and {len(gone) - _MOST:,} more" if len(gone) > _MOST else ""
        named = ", ".join(ticked(one) for one in gone[:_MOST])
        yield f"{named}{more} of {ticked(place)} {'is' if len(gone) == 1 else 'are'} gone"
    for one in was:
        if isinstance(one, dict) and _name(one) in held:
            yield from _weaker(f"{place}/{_name(one)}", one, held[_name(one)])


def _name(entry: Any) -> str:
    return (
        next((str(entry[one]) for one in _NAMES if one in entry), "")
        if isinstance(entry, dict)
        else str(entry)
    )


def _does_something(entry: Any) -> bool:
    """Whether an entry stops anything: one that is only observed, or has no strength, does not."""
    if not isinstance(entry, dict):
        return True
    return any(
        entry.get(f"{side}Strength") != "NONE"
        and entry.get(f"{side}Action", entry.get("Action", "BLOCK")) != "NONE"
        for side in ("Input", "Output")
    )


def _is_less(name: str, was: Any, now: Any) -> bool:
    """Whether the property stops less; what finds something else may find less."""
    if was is None or was == now:
        return False
    if name in _RANKED:
        return is_weaker(str(was), None if now is None else str(now))
    if name == "Threshold":
        return not isinstance(now, int | float) or now < was
    if isinstance(was, bool):
        return was and not now
    return name in _FINDING
