"""How an organization is reached: AWS itself, and the state that is kept in its hub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.aws.cloud import AwsCloud
from craton.aws.sessions import CHANGING_ROLES, READING_ROLES
from craton.aws.state import BucketState
from craton.engine.deployment_state import DeploymentState
from craton.engine.local_state import LocalState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from craton.core.deployment import Deployment

_PREFIX: Final = "state/"


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
        Raises: CloudError where the hub cannot be reached.
        """
        local = DeploymentState(LocalState(folder), now)
        hub = self.hub_state(deployment, now, changing=changing)
        return local if hub is None or (hub.snapshot() is None and not local.is_empty()) else hub

    def hub_state(
        self, deployment: Deployment, now: Callable[[], dt.datetime], *, changing: bool
    ) -> DeploymentState | None:
        """What the hub keeps, reached as who may change it or as who may but read; None before it stands.

        Raises: CloudError where the hub cannot be reached.
        """
        kept = BucketState(
            self.cloud.sessions,
            account=deployment.hub_account,
            region=deployment.home_region,
            bucket=f"craton-bedrock-results-{deployment.hub_account}-{deployment.home_region}",
            prefix=_PREFIX,
            changing=changing,
        )
        return DeploymentState(kept, now) if kept.is_there() else None
