"""How an organization is reached: AWS itself, and the state that is kept in its hub."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from craton.aws.cloud import AwsCloud
from craton.aws.regions import regions_with
from craton.aws.sessions import CHANGING_ROLES, READING_ROLES
from craton.aws.state import BucketState
from craton.core.cloud_call import Read
from craton.core.errors import CloudError, UserError
from craton.engine.deployment_state import RESULTS, SNAPSHOT, DeploymentState
from craton.engine.local_state import LocalState
from craton.planner.things.stack_set import DELEGATED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from craton.core.deployment import Deployment

_PREFIX: Final = "state/"
_AT_ONCE: Final = 8


class OrganizationAccess:
    """AWS as a caller reaches it with a role in every account but its own.

    Raises: CloudError where there are no credentials.
    """

    def __init__(self, role: str | None = None) -> None:
        named = None if role is None else (role,)
        self.cloud = AwsCloud(reading=named or READING_ROLES, changing=named or CHANGING_ROLES)

    @property
    def caller(self) -> str:
        """Who is calling, as AWS says it."""
        return self.cloud.caller.arn

    def state(
        self, deployment: Deployment, folder: Path, now: Callable[[], dt.datetime], *, changing: bool = False
    ) -> DeploymentState:
        """What was brought into AWS: kept in the hub once that stands, in a folder before.

        The hub alone is believed as soon as it tells of a deployment.
        Raises: CloudError where the hub cannot be reached; UserError where it is kept in another place than
            the manifest says.
        """
        found = self.state_in(deployment, folder, now, changing=changing)
        if found.is_empty():
            self._check_nothing_is_kept_elsewhere(deployment)
        return found

    def state_in(
        self, deployment: Deployment, folder: Path, now: Callable[[], dt.datetime], *, changing: bool = False
    ) -> DeploymentState:
        """The same, whatever is kept elsewhere. Raises: CloudError where the hub cannot be reached."""
        local = DeploymentState(LocalState(folder), now)
        hub = self.hub_state(deployment, now, changing=changing)
        return local if hub is None or (hub.snapshot() is None and not local.is_empty()) else hub

    def hub_state(
        self, deployment: Deployment, now: Callable[[], dt.datetime], *, changing: bool
    ) -> DeploymentState | None:
        """What the hub keeps, reached as who may change it or as who may but read; None before it stands.

        Raises: CloudError where the hub cannot be reached.
        """
        kept = self._kept(deployment.hub_account, deployment.home_region, changing=changing)
        return DeploymentState(kept, now) if kept.is_there() else None

    def _kept(self, account: str, region: str, *, changing: bool = False) -> BucketState:
        return BucketState(
            self.cloud.sessions,
            account=account,
            region=region,
            bucket=f"{RESULTS}{account}-{region}",
            prefix=_PREFIX,
            changing=changing,
        )

    def _check_nothing_is_kept_elsewhere(self, deployment: Deployment) -> None:
        """Raises: UserError where a deployment is told by another account or Region than the manifest's."""
        here = (deployment.hub_account, deployment.home_region)
        regions = regions_with("bedrock", self.cloud.sessions)
        places = [(one, region) for one in self._hubs(deployment) for region in regions]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = [place for place, held in zip(places, pool.map(self._holds, places), strict=True) if held]
        if found and found != [here]:
            account, region = next(place for place in found if place != here)
            raise UserError(
                f"what Craton applied to this organization is kept in account {account}, {region}, "
                f"and the manifest says account {deployment.hub_account}, {deployment.home_region}",
                hint=f"`hub_account` is {account} and `regions` begin with {region}, until `craton destroy` "
                "has taken that deployment away",
            )

    def _hubs(self, deployment: Deployment) -> list[str]:
        """The hub, and whichever account else administers stack sets."""
        read = Read(
            account=deployment.management_account,
            region=deployment.home_region,
            service="organizations",
            operation="ListDelegatedAdministrators",
            parameters={"ServicePrincipal": DELEGATED},
        )
        (told,) = self.cloud.observe([read])
        others = [one["Id"] for one in (told.answer or {}).get("DelegatedAdministrators", ())]
        return list(dict.fromkeys([deployment.hub_account, *others]))

    def _holds(self, place: tuple[str, str]) -> bool:
        """Whether a deployment is told there, as far as one may look."""
        try:
            return self._kept(*place).read(SNAPSHOT) is not None
        except CloudError:
            return False
