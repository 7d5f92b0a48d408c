"""Words that the pages about deployments share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.core.deployment import Phase

PHASES: Final[Mapping[Phase, str]] = {
    "management": "Management account",
    "hub": "Hub",
    "members": "Members",
}
PURPOSES: Final = {
    "plan": "to bring the manifest about",
    "undo": "to go back to what stood before",
    "destroy": "to take away what Craton made",
    "mend": "to mend what was changed by hand",
    "after": "to see what an apply left",
}


def who(arn: str) -> str:
    """Whom people know by an ARN: the person, else the role with its session, else the user."""
    caller = Principal.parse(arn)
    if caller.person is not None:
        return caller.person
    if caller.role is not None:
        return f"{caller.role}/{caller.session}" if caller.session else caller.role
    return caller.user or ("root user" if caller.kind == "root" else arn)
