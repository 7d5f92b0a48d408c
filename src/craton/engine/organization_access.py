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

        What the folder holds moves into the hub as soon as that is there, if it is reached for `changing` and
        tells of no deployment yet; later the hub alone is believed, and the folder is left as it is.
        Raises: CloudError where the hub cannot be reached.
        """
        local = DeploymentState(LocalState(folder), now)
        kept = BucketState(
            self.cloud.sessions,
            account=deployment.hub_account,
            region=deployment.home_region,
            bucket=f"craton-bedrock-results-{deployment.hub_account}-{deployment.home_region}",
            prefix=_PREFIX,
            changing=changing,
        )
        if not kept.is_there():
            return local
        state = DeploymentState(kept, now)
        if local.is_empty() or state.snapshot() is not None:
            return state
        if not changing:
            return local
        state.move_from(local)
        return state
