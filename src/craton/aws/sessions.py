"""Who Craton is in each account: the caller in its own, and in every other one a role that it assumes there.

One client of a service and Region speaks for all accounts, for clients cost milliseconds and memory each,
and there are thousands of pairs of account and service; who signs a call is said when it is made.

Source: docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (session names; one hour where roles
are chained), retrieved 2026-11-26.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import os
import re
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials, RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from craton.aws.refusal import status_of, told
from craton.aws.service_models import ServiceModels
from craton.core.errors import CloudError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

READING_ROLES: Final = ("/craton/CratonReader", "OrganizationAccountAccessRole")
"""The roles for reads, in the order in which they are tried: the one that is deployed with Craton, then the
one that Organizations makes in each account that it creates."""

CHANGING_ROLES: Final = ("/craton/CratonDeployer", "OrganizationAccountAccessRole")
"""The same for changes."""

AGENT: Final = "craton"
"""How Craton calls itself, at the end of what the trail tells of who called."""

_STS_REGION: Final = "us-east-1"
_SESSION_SECONDS: Final = 3600
_TRIES_OF_ROLES: Final = 8
_LONGEST_SESSION_NAME: Final = 64
_CONNECTIONS: Final = 64
_NO_SESSION_NAME: Final = re.compile(r"[^\w+=,.@-]", re.ASCII)
_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_CREDENTIALS: Final = (
    "set AWS_PROFILE, or run `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)

_SPEAKING: ContextVar[Credentials] = ContextVar("speaking")


class Caller(Struct, frozen=True):
    """Whom AWS takes the caller for."""

    account: str
    arn: str

    @property
    def partition(self) -> str:
        """As ARNs name it: `aws`, `aws-cn`, `aws-us-gov`."""
        return self.arn.split(":")[1]

    @property
    def name(self) -> str:
        """The user, or the name of the session of a role."""
        return self.arn.rpartition("/")[2]


class Sessions:
    """Credentials of every account, and clients that sign with them; safe to use from several threads.

    `reading` and `changing` are roles by path and name, of which the first that can be assumed is used. In
    the caller's own account the caller is used as it is.
    """

    def __init__(self, *, reading: tuple[str, ...] = READING_ROLES, changing: tuple[str, ...] = ()) -> None:
        """Raises: CloudError where there are no credentials, or AWS does not take them."""
        self._reading = reading
        self._changing = changing
        self._own = botocore.session.Session()
        self._session = botocore.session.Session()
        self._session.register_component("data_loader", _models(self._own.get_config_variable("data_path")))
        self._session.register_component("credential_provider", _Provider())
        self._clients: dict[tuple[str, str], Any] = {}
        self._client_lock = threading.Lock()
        self._roles: dict[tuple[str, bool], Credentials | ClientError] = {}
        self._role_locks: dict[tuple[str, bool], threading.Lock] = {}
        self._caller_credentials, self.caller = self._identified()

    @property
    def session(self) -> botocore.session.Session:
        """What knows the models of services."""
        return self._session

    def client(self, service: str, region: str) -> Any:
        """The client of a service and Region. Its calls stand within `speaking_for`."""
        with self._client_lock:
            found = self._clients.get((service, region))
            if found is None:
                found = self._session.create_client(service, region_name=region, config=_config(service))
                self._clients[service, region] = found
        return found

    @contextlib.contextmanager
    def speaking_for(self, account: str, *, changing: bool = False) -> Iterator[None]:
        """Calls of this thread are made in the account, until the end of the block.

        Raises: ClientError where no role of the account can be assumed, as STS says it; CloudError where no
            role for changes is named.
        """
        token = _SPEAKING.set(self._credentials(account, changing=changing))
        try:
            yield
        finally:
            _SPEAKING.reset(token)

    def _identified(self) -> tuple[Credentials, Caller]:
        try:
            credentials = self._own.get_credentials()
            if credentials is None:
                raise CloudError("there are no credentials for AWS", hint=_CREDENTIALS)
            token = _SPEAKING.set(credentials)
            try:
                answer = self.client("sts", self._sts_region()).get_caller_identity()
            finally:
                _SPEAKING.reset(token)
        except (BotoCoreError, ClientError) as error:
            raise CloudError(f"AWS does not tell who is calling: {told(error)}", hint=_CREDENTIALS) from error
        return credentials, Caller(answer["Account"], answer["Arn"])

    def _sts_region(self) -> str:
        return self._own.get_config_variable("region") or _STS_REGION

    def _credentials(self, account: str, *, changing: bool) -> Credentials:
        if account == self.caller.account:
            return self._caller_credentials
        key = (account, changing)
        with self._client_lock:
            lock = self._role_locks.setdefault(key, threading.Lock())
        with lock:  # the first call in an account assumes its role, and others wait for it
            found = self._roles.get(key)
            if found is None:
                found = self._roles[key] = self._assumed(account, self._names(account, changing=changing))
        if isinstance(found, ClientError):
            raise found
        return found

    def _names(self, account: str, *, changing: bool) -> tuple[str, ...]:
        if not changing:
            return self._reading
        if not self._changing:
            raise CloudError(
                f"no role is named that may change anything in account {account}",
                hint="name the role with `--role`, or call as a principal of that account",
            )
        return self._changing

    def _assumed(self, account: str, names: tuple[str, ...]) -> Credentials | ClientError:
        """The credentials of the first role that can be assumed, renewing themselves; or the last refusal."""
        refusal: ClientError | None = None
        for name in names:
            arn = f"arn:{self.caller.partition}:iam::{account}:role/{name.removeprefix('/')}"
            try:
                return RefreshableCredentials.create_from_metadata(
                    metadata=self._assume(arn), refresh_using=lambda arn=arn: self._assume(arn), method="role"
                )
            except ClientError as error:
                if status_of(error) != "denied":
                    raise
                refusal = error
        if refusal is None:
            raise CloudError(
                f"no role is named that may read account {account}", hint="name the role with `--role`"
            )
        return refusal

    def _assume(self, arn: str) -> dict[str, str]:
        token = _SPEAKING.set(self._caller_credentials)
        try:
            answer = self.client("sts", self._sts_region()).assume_role(
                RoleArn=arn, RoleSessionName=self._session_name(), DurationSeconds=_SESSION_SECONDS
            )
        finally:
            _SPEAKING.reset(token)
        made = answer["Credentials"]
        return {
            "access_key": made["AccessKeyId"],
            "secret_key": made["SecretAccessKey"],
            "token": made["SessionToken"],
            "expiry_time": made["Expiration"].astimezone(dt.UTC).isoformat(),
        }

    def _session_name(self) -> str:
        """Tells who runs Craton in the trail of each account."""
        return f"craton-{_NO_SESSION_NAME.sub('-', self.caller.name)}"[:_LONGEST_SESSION_NAME]


class _Spoken:
    """The credentials of whoever speaks in this thread, as botocore asks for them."""

    method: Final = "spoken"

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """See botocore's `Credentials`."""
        return _SPEAKING.get().get_frozen_credentials()

    def get_deferred_property(self, name: str) -> Callable[[], str | None]:
        """See botocore's `Credentials`."""
        return lambda: getattr(self.get_frozen_credentials(), name, None)


class _Provider:
    """Gives a botocore session the credentials of whoever speaks."""

    def load_credentials(self) -> _Spoken:
        """See botocore's `CredentialResolver`."""
        return _Spoken()


@functools.cache
def _models(path: str | None) -> Any:
    """What knows the models of services, for all sessions: to read one takes as long as many calls."""
    return ServiceModels(path)


def _config(service: str) -> Config:
    # Names of buckets are no names of hosts anywhere but at AWS.
    style = "path" if any(os.environ.get(name) for name in _ENDPOINTS) else "auto"
    return Config(
        # Who calls keeps the pace and tries again; nobody does for the roles that calls need.
        retries={"mode": "standard", "total_max_attempts": _TRIES_OF_ROLES if service == "sts" else 1},
        max_pool_connections=_CONNECTIONS,
        connect_timeout=10,
        read_timeout=60,
        user_agent_extra=AGENT,
        s3={"addressing_style": style},
    )
