"""What is allowed where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.engine.environments import Environments, environments
from craton.web.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.core.manifest import Mode, Tier
    from craton.engine.board import Present
    from craton.web.page import Visit

PURPOSES: Final[Mapping[Tier, str]] = {
    "sandbox": "to try things out",
    "dev": "to develop: fast",
    "test": "to learn what rules would do",
    "staging": "to rehearse production",
    "prod": "to serve people: strict",
}
MODES: Final[Mapping[Mode, str]] = {
    "observe": "What rules would stop is told, and goes on.",
    "enforce": "What rules stop is stopped.",
}


def of_environments(visit: Visit) -> Mapping[str, Any]:
    """The environments of the manifest side by side, where there is a manifest."""
    found = visit.present.once(_found)
    return {
        "found": found,
        "purposes": PURPOSES,
        "modes": MODES,
        "problems": [str(one) for one in found.problems] if found else [],
        "regions": found.regions if found else (),
        "environments": found.environments if found else (),
        "lines": found.lines if found else (),
        "lines_for_callers": [one for one in found.lines if one.for_callers] if found else [],
        "lines_that_differ": [one for one in found.differing() if not one.for_callers] if found else [],
        "lines_alike": [one for one in found.alike() if not one.for_callers] if found else [],
    }


def _found(present: Present) -> Environments | None:
    manifest, path = present.manifest, present.manifest_path
    if manifest is None or path is None or not manifest.environments:
        return None
    return environments(manifest, path, today=present.today)


page = Page(
    title="Environments",
    about="What is allowed where, side by side, as the manifest wants it.",
    order=71,
    icon="M1.5 3h3.5v10H1.5zM6.25 3h3.5v10h-3.5zM11 3h3.5v10H11z",
    data=of_environments,
    told=("problems", "regions", "environments", "lines"),
    filtered=False,
)
