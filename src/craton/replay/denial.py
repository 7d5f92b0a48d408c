"""What AWS itself says of a refusal, taken from the message of an event.

Source: "Troubleshoot access denied error messages", docs.aws.amazon.com/IAM/latest/UserGuide/
troubleshoot_access-denied.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from craton.core.policy import PolicyKind

_KINDS: Final[dict[str, PolicyKind]] = {
    "service control policy": "scp",
    "resource control policy": "rcp",
    "identity-based policy": "identity",
    "permissions boundary": "boundary",
    "session policy": "session",
    "resource-based policy": "resource",
    "vpc endpoint policy": "endpoint",
}
_WORDS: Final = "|".join(_KINDS)
_ASKED: Final = re.compile(
    r"is not authorized to perform: (?P<action>[\w-]+:\w+)(?: on resource: (?P<resource>\S+))?"
)
_EXPLICIT: Final = re.compile(
    rf"with an explicit deny in an? (?P<kind>{_WORDS})(?:: (?P<arn>arn:\S+))?", re.IGNORECASE
)
_IMPLICIT: Final = re.compile(rf"because no (?P<kind>{_WORDS}) allows", re.IGNORECASE)


class Denial(Struct, frozen=True, kw_only=True):
    """What a message says: the action and resource that were refused, and by which kind of policy.

    `is_explicit` is None, and `by` too, where it does not say. `policy` is the ARN of the policy, in newer
    messages.
    """

    action: str | None
    resource: str | None
    by: PolicyKind | None
    is_explicit: bool | None
    policy: str | None


def denial_of(message: str | None) -> Denial | None:
    """What a message says of a refusal; None where it says nothing of one."""
    if message is None:
        return None
    asked, explicit, implicit = (form.search(message) for form in (_ASKED, _EXPLICIT, _IMPLICIT))
    if asked is None and explicit is None and implicit is None:
        return None
    found = explicit or implicit
    arn = explicit["arn"] if explicit else None
    return Denial(
        action=asked["action"] if asked else None,
        resource=asked["resource"] if asked else None,
        by=_KINDS[found["kind"].lower()] if found else None,
        is_explicit=None if found is None else explicit is not None,
        policy=arn.rstrip(".,;") if arn else None,
    )
