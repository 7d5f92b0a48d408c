"""How each account's invocation log reaches the hub, in which dialect, and what is damaged on the way."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.engine.demo.invocation_log import AS_BEDROCK_WRITES, Dialect
from craton.engine.demo.workloads import STRANGER

if TYPE_CHECKING:
    from collections.abc import Mapping

Transport = Literal["s3", "cloudwatch_logs"]

FORWARDER: Final = "fluent-bit-4.1"
MASKED_ACCOUNT: Final = "XXXXXXXXXXXX"


class Delivery(Struct, frozen=True):
    """The ways that an account's records take, and how they look on them."""

    transports: tuple[Transport, ...] = ("s3",)
    dialect: Dialect = AS_BEDROCK_WRITES


DELIVERIES: Final[Mapping[str, Delivery]] = MappingProxyType(
    {
        "search-prod": Delivery(),
        "support-prod": Delivery(("cloudwatch_logs",)),
        "risk-prod": Delivery(("s3", "cloudwatch_logs")),
        "search-staging": Delivery(),
        "support-staging": Delivery(("cloudwatch_logs",), Dialect(older=True)),
        "shared-test": Delivery(dialect=Dialect(time="space", older=True)),
        "search-dev": Delivery(dialect=Dialect(time="nine_digits", forwarder=FORWARDER)),
        "platform-dev": Delivery(("cloudwatch_logs",)),
        "sandbox-research": Delivery(dialect=Dialect(time="seven_digits")),
        "sandbox-hackathon": Delivery(dialect=Dialect(text=False)),
        STRANGER: Delivery(),
    }
)
"""By name of the account. The copies of `shared-test`, `search-dev` and `sandbox-research` were written anew
by log shippers, which is why their times look different."""


class Damage(Struct, frozen=True):
    """What happened on the way to an account's log of one day, so many days before the end of the traffic."""

    days_left: int
    account: str
    kind: Literal["undelivered", "truncated", "cut_line", "masked_account"]

    def is_on(self, day: dt.date, as_of: dt.date) -> bool:
        """Whether it happened on `day`: never on a weekend, when there may be nothing to damage."""
        planned = as_of - dt.timedelta(days=self.days_left)
        weekend = max(0, planned.weekday() - _FRIDAY)
        return day == planned - dt.timedelta(days=weekend)


_FRIDAY: Final = 4

DAMAGES: Final = (
    Damage(41, "search-staging", "truncated"),
    Damage(33, "risk-prod", "cut_line"),
    Damage(30, "shared-test", "masked_account"),
    Damage(12, "support-staging", "undelivered"),
)
"""An upload broke off; a line was cut, though the other transport of that account brought the record whole;
somebody masked account ids; Bedrock could not deliver. Beside these, each log group holds the plain line that
Bedrock writes when logging is switched on."""


def damage_on(account: str, day: dt.date, as_of: dt.date) -> Damage | None:
    """What happened to the account's log of that day, if anything did."""
    return next((one for one in DAMAGES if one.account == account and one.is_on(day, as_of)), None)
