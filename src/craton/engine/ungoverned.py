"""Accounts that no environment holds, and Regions in which calls are made though no rules stand there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.core.cloud_call import Read
from craton.core.errors import UserError
from craton.core.organization import ROOT
from craton.engine.deployment_records import Ungoverned
from craton.engine.lakes import lake_of
from craton.planner.seen import NotKnownError, Seen, worked_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from craton.core.deployment import Deployment
    from craton.core.manifest import Manifest
    from craton.core.ports import Cloud

DAYS: Final = 30

_USE: Final = """
WITH used AS (
  SELECT account_id, region, count(*) AS calls, max(event_time) AS last
  FROM api_event
  WHERE event_source LIKE 'bedrock%' AND event_time >= $since
    AND coalesce(error_code, '') NOT IN ('AccessDenied', 'AccessDeniedException')
  GROUP BY 1, 2
  UNION ALL
  SELECT account_id, region, count(*), max(event_time) FROM invocation
  WHERE event_time >= $since AND coalesce(error_code, '') <> 'AccessDeniedException' GROUP BY 1, 2
  UNION ALL
  SELECT account_id, region, CAST(sum(sum) AS BIGINT), max(event_time) FROM metric
  WHERE event_time >= $since AND metric_name = 'Invocations' AND model_id IS NULL GROUP BY 1, 2
)
SELECT account_id, region, max(calls), max(last) FROM used
WHERE account_id IS NOT NULL AND region IS NOT NULL GROUP BY 1, 2 HAVING max(calls) > 0 ORDER BY 1, 2
"""


class UsedRegions(Struct, frozen=True):
    """Where calls were made without rules. `unknown` says why that cannot be told, where it cannot."""

    regions: tuple[Ungoverned, ...]
    unknown: str | None = None


def accounts_without_environment(
    manifest: Manifest, deployment: Deployment, cloud: Cloud
) -> tuple[tuple[Ungoverned, ...], str | None]:
    """The active accounts of the organization that no environment holds, and why they are not known if so.

    The management account and the hub have stacks of their own, and are none of them.
    """
    seen = Seen()
    own = (deployment.management_account, deployment.hub_account)
    try:
        placed = worked_out([lambda: list(_placed(seen, deployment))], seen, cloud.observe)[0]
    except NotKnownError as error:
        return (), f"the accounts of the organization: {error}"
    return tuple(
        Ungoverned(account=one["Id"], name=one.get("Name", ""), detail=f"it is in {path}")
        for path, one in sorted(placed, key=lambda placed: placed[1]["Id"])
        if (one.get("State") or one["Status"]) == "ACTIVE"
        and one["Id"] not in own
        and manifest.environment_of(one["Id"], path) is None
    ), None


def _placed(seen: Seen, deployment: Deployment) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each account with the path of its OU."""

    def read(operation: str, **parameters: str) -> Read:
        return Read(
            account=deployment.management_account,
            region=deployment.home_region,
            service="organizations",
            operation=operation,
            parameters=parameters,
        )

    root = seen.told(read("ListRoots"))["Roots"][0]["Id"]
    waiting = [("", root)]
    while waiting:
        asked = [
            read(operation, ParentId=unit)
            for _, unit in waiting
            for operation in ("ListAccountsForParent", "ListOrganizationalUnitsForParent")
        ]
        told = seen.told_each(asked)
        deeper: list[tuple[str, str]] = []
        for number, (path, _) in enumerate(waiting):
            yield from ((path or ROOT, one) for one in told[2 * number]["Accounts"])
            units = told[2 * number + 1]["OrganizationalUnits"]
            deeper += [(f"{path}/{one['Name']}".lstrip("/"), one["Id"]) for one in units]
        waiting = deeper


def used_regions(
    lake: Path | None, path: Path, manifest: Manifest, governed: tuple[str, ...], *, at: dt.datetime
) -> UsedRegions:
    """The Regions beside the governed ones in which the lake has calls of the last 30 days that none refused.

    `path` is the manifest's file.
    Raises: DataError where the lake cannot be read.
    """
    if lake is None:
        return UsedRegions((), "no lake is named")
    known, _ = lake_of(lake, path)
    try:
        session = known.session()
    except UserError:
        return UsedRegions((), "there is no lake yet")
    try:
        rows = session.query(_USE, {"since": at - dt.timedelta(days=DAYS)}).rows
    finally:
        session.close()
    if not rows:
        return UsedRegions((), f"the lake has no call of the last {DAYS} days")
    names = {one.id: one.name for one in manifest.organization.accounts}
    return UsedRegions(
        tuple(
            Ungoverned(
                account=account,
                name=names.get(account, ""),
                detail=f"no rules of {account} stand in {region}",
                region=region,
                calls=int(calls),
                last=last,
            )
            for account, region, calls, last in rows
            if region not in governed
        )
    )
