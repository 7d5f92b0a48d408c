"""Faults on demand: calls that fail or linger as they do on a bad day of AWS, chosen by rate and seed.

Somebody who rehearses adds faults over HTTP, by `POST /craton-emulator/faults`; `Fault` is the body.
"""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING, Annotated, Final, Literal

from moto.core.utils import get_service_model
from msgspec import Meta, Struct

from craton.emulator.authentication import INSIDE
from craton.emulator.denial import access_denied
from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    from craton.emulator.call import Call

FaultKind = Literal[
    "throttling",
    "unavailable",
    "access_denied",
    "slow",
    "closed_account",
    "lost_delivery",
    "suspended_account",
    "resource_failure",
]
LONGEST_DELAY: Final = 60.0

_THROTTLING: Final = ("ThrottlingException", "TooManyRequestsException", "ThrottledException")
_UNAVAILABLE: Final = ("ServiceUnavailableException", "ServiceUnavailable", "ServiceException")
_NOT_OF_CALLS: Final = ("lost_delivery", "resource_failure")
_OTHERWISE: Final = {
    ("throttling", "s3"): "SlowDown",
    ("throttling", "ec2"): "RequestLimitExceeded",
    ("unavailable", "ec2"): "Unavailable",
}


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault: of the calls that it is about, so many fail.

    A fault without `service`, `operation` (its name in botocore), `account` (of the caller, and for
    `lost_delivery` and `closed_account` the account that it befalls) or `region` is about all of them.
    `suspended_account` suspends its `account` for good when a call is made that it is about, whosever it is.
    `resource_failure` is about resources that stacks make, change and remove, of one `resource_type` or of
    all, in an account and Region; `operation` is `CREATE`, `UPDATE` or `DELETE` there.
    `lost_delivery` is about what a service delivers behind calls: log events to who subscribed, records of
    Firehose, messages of topics, events to targets, actions of alarms, files of trails, replicas of objects,
    invocation logs; `service` is the one that delivers. What is lost so goes to a queue for dead letters,
    where one is set.
    The first so many (`after`) are spared. `rate` is the share of the others, drawn by `seed`, so that the
    same calls in the same order meet the same faults; `times` is the most that are befallen. `seconds` is how
    long `slow` calls linger. Calls that services make of their own, such as CloudFormation for a stack, are
    spared unless `services_too`.
    """

    kind: FaultKind
    service: str | None = None
    operation: str | None = None
    account: Annotated[str, Meta(pattern=r"^\d{12}$")] | None = None
    region: str | None = None
    resource_type: str | None = None
    after: Annotated[int, Meta(ge=0)] = 0
    rate: Annotated[float, Meta(gt=0, le=1)] = 1.0
    seed: int = 0
    times: Annotated[int, Meta(ge=1)] | None = None
    seconds: Annotated[float, Meta(ge=0, le=LONGEST_DELAY)] = 1.0
    services_too: bool = False

    def __post_init__(self) -> None:
        """Raises: ValueError where the fault lacks what its kind needs, or has what no other kind knows."""
        if self.kind == "suspended_account" and self.account is None:
            raise ValueError("a fault of the kind `suspended_account` needs an `account`")
        if self.resource_type is not None and self.kind != "resource_failure":
            raise ValueError("`resource_type` is for faults of the kind `resource_failure`")


class Told(Struct, frozen=True, kw_only=True):
    """A fault that was added, how many calls it was about, and how many of them it befell."""

    id: int
    fault: Fault
    seen: int
    befallen: int


class _Added:
    """A fault with its own chance."""

    def __init__(self, number: int, fault: Fault) -> None:
        self.id = number
        self.fault = fault
        self.seen = 0
        self.befallen = 0
        self._chance = random.Random(fault.seed)  # noqa: S311 - the same seed brings the same faults

    def strikes(self) -> bool:
        """Whether the next of the calls that it is about is one of those that fail."""
        self.seen += 1
        if self.seen <= self.fault.after:
            return False
        drawn = self._chance.random() < self.fault.rate
        over = self.fault.times is not None and self.befallen >= self.fault.times
        self.befallen += drawn and not over
        return drawn and not over


class Faults:
    """The faults that are there; a stage of the application."""

    def __init__(self) -> None:
        self._added: list[_Added] = []
        self._number = 0
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> int:
        """The number of the fault, which is there from now on."""
        with self._lock:
            self._number += 1
            self._added.append(_Added(self._number, fault))
            return self._number

    def clear(self) -> None:
        """No fault is there any more."""
        with self._lock:
            self._added.clear()

    def told(self) -> tuple[Told, ...]:
        """Every fault that is there."""
        with self._lock:
            return tuple(
                Told(id=one.id, fault=one.fault, seen=one.seen, befallen=one.befallen) for one in self._added
            )

    def loses(self, account: str, region: str, service: str) -> bool:
        """Whether the next delivery of a service for an account gets lost."""
        return any(
            self._strikes(one)
            for one in tuple(self._added)
            if one.fault.kind == "lost_delivery"
            and one.fault.service in (None, service)
            and one.fault.account in (None, account)
            and one.fault.region in (None, region)
        )

    def fails(self, account: str, region: str, resource_type: str, operation: str) -> bool:
        """Whether the next operation of a stack on a resource fails: CREATE, UPDATE or DELETE."""
        return any(
            self._strikes(one)
            for one in tuple(self._added)
            if one.fault.kind == "resource_failure"
            and one.fault.resource_type in (None, resource_type)
            and one.fault.operation in (None, operation)
            and one.fault.account in (None, account)
            and one.fault.region in (None, region)
        )

    def __call__(self, call: Call) -> None:
        """Raises: ServiceError where a fault befalls the call; one that is slow returns later."""
        for one in tuple(self._added):
            if _is_about(one.fault, call) and self._strikes(one):
                _befall(one.fault, call)

    def _strikes(self, one: _Added) -> bool:
        with self._lock:
            return one.strikes()


def _is_about(fault: Fault, call: Call) -> bool:
    if fault.kind in _NOT_OF_CALLS or (INSIDE in call.environ and not fault.services_too):
        return False
    account: str | None = call.account
    if fault.kind == "suspended_account":
        account = fault.account
    if fault.kind == "closed_account" and call.operation.service == "sts":
        account = str(call.parameters.get("RoleArn", "::::")).split(":")[4] or account
    return (
        fault.service in (None, call.operation.service)
        and fault.operation in (None, call.operation.name)
        and fault.account in (None, account)
        and fault.region in (None, call.region)
    )


def _befall(fault: Fault, call: Call) -> None:
    service = call.operation.service
    match fault.kind:
        case "slow":
            time.sleep(fault.seconds)
        case "throttling":
            raise ServiceError(_code(service, fault.kind, _THROTTLING), "Rate exceeded")
        case "unavailable":
            code = _code(service, fault.kind, _UNAVAILABLE)
            raise ServiceError(code, "The service is temporarily unavailable", 503)
        case "access_denied" | "closed_account":
            raise access_denied(service, "You do not have access: a fault was asked for")
        case "suspended_account":
            _suspend(call, str(fault.account))
        case "lost_delivery" | "resource_failure":
            return


def _suspend(call: Call, account: str) -> None:
    """The account is suspended from now on, if it is a member."""
    organization = call.world.organization
    if organization is not None and account in organization.members:
        organization.members[account].state = "SUSPENDED"


def _code(service: str, kind: str, codes: tuple[str, ...]) -> str:
    """The service's own code of a kind of fault, or else the one that services have in common."""
    if (kind, service) in _OTHERWISE:
        return _OTHERWISE[kind, service]
    known = {str(shape.error_code) for shape in get_service_model(service).error_shapes}
    found = next((code for code in codes if code in known), None)
    if found is not None:
        return found
    in_xml = str(get_service_model(service).protocol) in ("query", "rest-xml")
    return codes[0].removesuffix("Exception") if in_xml else codes[0]
