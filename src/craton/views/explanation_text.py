"""Why a recorded call came out as it did, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.views.call_text import WORDS, leg_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.replay.explanation import Explanation


def explanation_text(found: Explanation) -> str:
    """The event, what AWS said, the legs by the policies of today, and what is not known."""
    return "\n".join(_lines(found))


def _lines(found: Explanation) -> Iterator[str]:
    event = found.event
    on = f" on {ticked(event.model_id)}" if event.model_id else ""
    at = f"{event.event_time:%Y-%m-%d %H:%M:%S} UTC"
    yield f"{event.event_name}{on} in {event.account_id} from {event.region or 'no Region'}, {at}"
    yield f"  by {event.principal_arn or 'nobody that the event names'}"
    if event.error_code is not None:
        yield f"  {event.error_code}{f': {event.error_message}' if event.error_message else ''}"
    yield ""
    yield found.conclusion
    if found.said is not None and found.said.policy is not None:
        yield f"the policy is {found.said.policy}"
    yield ""
    yield f"by the organization policies of today: {WORDS[found.decision]}"
    for number, leg in enumerate(found.legs, start=1):
        yield from leg_lines(number, leg)
    for one in found.missing:
        yield f"not recorded: {ticked(one.key)}: {one.reason}"
    for text in found.not_known:
        yield f"not known: {text}"
