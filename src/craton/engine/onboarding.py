"""How far each account of an organization is on its way into its environment."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from craton.core.cloud_call import Read
from craton.core.errors import CloudError, UserError
from craton.core.quoting import ticked
from craton.engine.progress import Silent
from craton.planner.onboarding import checklist
from craton.planner.seen import NotKnownError, Seen, worked_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.core.cloud_call import Observation
    from craton.core.deployment import Deployment
    from craton.core.manifest import Manifest
    from craton.core.ports import Cloud
    from craton.engine.progress import Progress
    from craton.planner.onboarding import Checklist

_ID: Final = re.compile(r"[0-9]{12}")


def checklists(
    manifest: Manifest,
    deployment: Deployment,
    cloud: Cloud,
    accounts: Sequence[str] = (),
    progress: Progress | None = None,
) -> list[Checklist]:
    """The checklist of each account that is named, or of every one that AWS tells of.

    Raises: UserError where one is no account's id; CloudError where the organization cannot be read.
    """
    shown = progress or Silent()
    seen = Seen()

    def ask(reads: list[Read]) -> Iterator[Observation]:
        shown.begin("asking AWS", len(reads), unit="calls")
        for observation in cloud.observe(reads):
            shown.advance(1)
            yield observation

    def every() -> list[str]:
        told = seen.told(
            Read(
                account=deployment.management_account,
                region=deployment.home_region,
                service="organizations",
                operation="ListAccounts",
            )
        )
        return sorted(one["Id"] for one in told["Accounts"])

    for one in accounts:
        _require_id(one)
    try:
        wanted = list(accounts) or worked_out([every], seen, ask)[0]
        tasks = [functools.partial(checklist, one, manifest, deployment, seen) for one in wanted]
        return worked_out(tasks, seen, ask)
    except NotKnownError as error:
        raise CloudError(f"the organization cannot be read: {error}") from error


def _require_id(account: str) -> None:
    if not _ID.fullmatch(account):
        raise UserError(
            f"{ticked(account)} is no account: its id has 12 digits",
            hint="`--manifest FILE` names a manifest",
        )
