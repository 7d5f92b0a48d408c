"""Who calls: access keys and the principals behind them."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

PrincipalType = Literal["Account", "User", "AssumedRole", "FederatedUser", "AWSService"]
"""Values of aws:PrincipalType, and `AWSService` for calls that a service makes of its own.

Source: "AWS global condition context keys", docs.aws.amazon.com/IAM/latest/UserGuide/
reference_policies_condition-keys.html, retrieved 2026-11-26.
"""


class Caller(Struct, frozen=True, kw_only=True):
    """A principal at the moment of a call.

    `arn` is what GetCallerIdentity says; `principal_arn` what aws:PrincipalArn holds: for a role session the
    role's own ARN. `session_policies` are policy documents that AssumeRole was called with. `via` are the
    services through which the principal calls, the latest last, as in aws:CalledVia.
    """

    account: str
    arn: str
    principal_arn: str
    user_id: str
    type: PrincipalType
    session_policies: tuple[str, ...] = ()
    session_tags: Mapping[str, str] = field(default_factory=dict)
    mfa: bool | None = None
    source_identity: str | None = None
    service_linked_role: bool = False
    via: tuple[str, ...] = ()

    @property
    def is_root(self) -> bool:
        """Whether it is the root user of its account."""
        return self.type == "Account"


class Credentials(Struct, frozen=True, kw_only=True):
    """An access key. `expires` is None for keys that last, in naive UTC otherwise."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None
    expires: dt.datetime | None
    caller: Caller


class Keyring:
    """Every access key that was handed out, but for those of IAM users, which moto's IAM keeps."""

    def __init__(self) -> None:
        self._by_id: dict[str, Credentials] = {}
        self._lock = threading.Lock()

    def root_key(self, account: str) -> Credentials:
        """The key of an account's root user, made at the first call."""
        key_id = f"AKIAROOT{account}"
        with self._lock:
            if key_id not in self._by_id:
                arn = f"arn:aws:iam::{account}:root"
                caller = Caller(account=account, arn=arn, principal_arn=arn, user_id=account, type="Account")
                self._by_id[key_id] = Credentials(
                    access_key_id=key_id,
                    secret_access_key=secrets.token_urlsafe(30),
                    session_token=None,
                    expires=None,
                    caller=caller,
                )
            return self._by_id[key_id]

    def session(self, caller: Caller, expires: dt.datetime) -> Credentials:
        """A new key of a session, with its token."""
        made = Credentials(
            access_key_id=f"ASIA{secrets.token_hex(8).upper()}",
            secret_access_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(120),
            expires=expires,
            caller=caller,
        )
        with self._lock:
            self._by_id[made.access_key_id] = made
        return made

    def find(self, access_key_id: str) -> Credentials | None:
        """The key of that id, expired or not."""
        return self._by_id.get(access_key_id)


def service_caller(account: str, service: str) -> Caller:
    """The caller that a service of AWS is where it acts in an account of its own accord."""
    return Caller(account=account, arn=service, principal_arn=service, user_id=service, type="AWSService")


def role_session(role_arn: str, session: str, role_id: str = "AROAEMULATED") -> Caller:
    """The caller that a session of a role is."""
    account = role_arn.split(":")[4]
    name = role_arn.rpartition("/")[2]
    return Caller(
        account=account,
        arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        principal_arn=role_arn,
        user_id=f"{role_id}:{session}",
        type="AssumedRole",
        service_linked_role=":role/aws-service-role/" in role_arn,
    )
