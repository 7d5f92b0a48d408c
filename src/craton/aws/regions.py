"""In which Regions services are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from craton.aws.sessions import Sessions


def regions_with(service: str, sessions: Sessions) -> tuple[str, ...]:
    """The Regions of the caller's partition in which botocore knows the service.

    Accounts have not enabled all of them.
    """
    found: list[str] = sessions.session.get_available_regions(service, sessions.caller.partition)
    return tuple(sorted(found))
