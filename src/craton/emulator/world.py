"""The emulated AWS: what it holds beside moto's own state, and who is in it."""

from __future__ import annotations

import json
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, TypeVar

from moto.iam.models import iam_backends

from craton.emulator.credentials import Keyring, service_caller
from craton.emulator.faults import Faults
from craton.emulator.functions import Functions
from craton.emulator.responses import Responses
from craton.emulator.work import Work

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from craton.emulator.authorization import Authorization
    from craton.emulator.inside import Inside
    from craton.emulator.organization import Organization
    from craton.emulator.record import Record

T = TypeVar("T")

ADMINISTRATOR: Final = "administrator"
EVERYTHING: Final = "arn:aws:iam::aws:policy/AdministratorAccess"

MOST_RECORDS: Final = 100_000
"""So many calls are remembered for CloudTrail's event history; the oldest go first."""
MOST_REFUSALS: Final = 1000


class World:
    """One emulated organization; a process holds one, because moto keeps its state globally.

    `inside` makes clients for the parts of the emulator that call AWS themselves, `authorization` decides
    what services ask of a caller beside the call itself, and `endpoint` is where all of it is served.
    """

    def __init__(self, management_account: str, clock: Callable[[], dt.datetime]) -> None:
        self.management_account = management_account
        self.functions = Functions()
        self.faults = Faults()
        self.endpoint: str | None = None
        self.inside: Inside
        self.authorization: Authorization
        self._clock = clock
        self._lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        """Nothing that was done since the start is known any more."""
        self.keyring = Keyring()
        self.work = Work()
        self.responses = Responses()
        self.faults.clear()
        self.organization: Organization | None = None
        self.records: deque[Record] = deque(maxlen=MOST_RECORDS)
        self.hearers: list[Callable[[Record], None]] = []
        """What is called with each record of a call, once the call is answered."""
        self.refused: deque[str] = deque(maxlen=MOST_REFUSALS)
        self._shelves: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}

    def remember(self, record: Record) -> None:
        """A call was answered: it is kept, and whoever listens hears of it."""
        self.records.append(record)
        for hear in self.hearers:
            hear(record)

    def close(self) -> None:
        """Ends what runs beside the process."""
        self.functions.close()

    def now(self) -> dt.datetime:
        """The moment, in naive UTC."""
        return self._clock()

    def new_administrator(self, account: str, key: tuple[str, str] | None = None) -> tuple[str, str]:
        """The id and the secret of a key of a new IAM user who may do everything in the account.

        Where a `key` is given, the user has that one.
        """
        iam = self.inside.client("iam", "us-east-1", self.keyring.root_key(account).caller)
        iam.create_user(UserName=ADMINISTRATOR)
        iam.attach_user_policy(UserName=ADMINISTRATOR, PolicyArn=EVERYTHING)
        made = iam.create_access_key(UserName=ADMINISTRATOR)["AccessKey"]
        if key is None:
            return made["AccessKeyId"], made["SecretAccessKey"]
        keys = iam_backends[account]["aws"].access_keys
        held = keys.pop(made["AccessKeyId"])
        held.access_key_id, held.secret_access_key = key
        keys[key[0]] = held
        return key

    def open_account(self, account: str, role: str) -> None:
        """The account has the role through which the management account administers it."""
        self._new_role(account, role, {"AWS": f"arn:aws:iam::{self.management_account}:root"})

    def new_service_role(self, account: str, role: str, service: str) -> str:
        """The name of a role, made just now, through which a service may do everything in the account."""
        self._new_role(account, role, {"Service": service})
        return role

    def _new_role(self, account: str, role: str, principal: dict[str, str]) -> None:
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        trust = {"Version": "2012-10-17", "Statement": [statement]}
        iam = self.inside.client("iam", "us-east-1", service_caller(account, "organizations.amazonaws.com"))
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
        iam.attach_role_policy(RoleName=role, PolicyArn=EVERYTHING)

    def held(self, account: str, region: str, kind: str, make: Callable[[], T]) -> T:
        """The one thing of a kind in an account and Region, made at the first call."""
        shelf = self.shelf(account, region, kind)
        with self._lock:
            if "" not in shelf:
                shelf[""] = make()
            found: T = shelf[""]
            return found

    def shelf(self, account: str, region: str, kind: str) -> dict[str, Any]:
        """What is kept of one kind in one account and Region, by id. Global kinds have the Region `""`."""
        with self._lock:
            return self._shelves.setdefault(kind, {}).setdefault((account, region), {})

    def shelves(self, kind: str) -> dict[tuple[str, str], dict[str, Any]]:
        """What is kept of one kind everywhere, by account and Region."""
        with self._lock:
            return dict(self._shelves.get(kind, {}))
