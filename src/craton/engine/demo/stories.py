"""What happens in the ninety days beside everyday life.

Everything that the demonstration promises to show stands here, as data: where, who, and when, counted in days
before the day up to which the traffic goes. Tests of detections and of pages hold against these values.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from msgspec import Struct

from craton.engine.demo.workloads import API_KEY_USER


class Span(Struct, frozen=True):
    """From `starts` to `ends`, both counted in days before the end of the traffic; `starts` is the larger."""

    starts: float
    ends: float = 0

    def begin(self, as_of: dt.date) -> dt.datetime:
        """When it begins, in UTC."""
        return _midnight(as_of) - dt.timedelta(days=self.starts)

    def end(self, as_of: dt.date) -> dt.datetime:
        """When it is over, in UTC."""
        return _midnight(as_of) - dt.timedelta(days=self.ends)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


class TripledTeam(Struct, frozen=True):
    """A team's calls grow to three times what they were, within `ramp_days`, and stay there."""

    team: str = "fraud"
    workloads: tuple[str, ...] = ("case summaries", "risk scores")
    span: Span = Span(24)
    ramp_days: int = 8
    factor: float = 3.0

    def factor_on(self, days_left: float) -> float:
        """By how much the team's calls are multiplied on a day that many days before the end."""
        grown = (self.span.starts - days_left) / self.ramp_days
        return 1 + (self.factor - 1) * min(1.0, max(0.0, grown))


class LoggingOff(Struct, frozen=True):
    """Somebody deletes the logging configuration of an account and Region; the deployer puts it back.

    In between, CloudTrail alone tells of the calls.
    """

    account: str = "search-prod"
    region: str = "us-east-1"
    permission_set: str = "PlatformEngineer"
    person: str = "rita.engel@acme.example"
    span: Span = Span(16.4, 14.4)


class GuardrailBurst(Struct, frozen=True):
    """One person tries to talk a guarded assistant into what it must not do."""

    account: str = "support-prod"
    region: str = "us-west-2"
    workload: str = "agent assist"
    permission_set: str = "SupportSupervisor"
    person: str = "sam.doyle@acme.example"
    blocks: int = 46
    span: Span = Span(8.4, 8.38)


class RetiredModel(Struct, frozen=True):
    """Programs call models that AWS has retired, or will soon. From the end of life on, each call fails."""

    account: str = "risk-prod"
    workload: str = "archive"
    model: str = "haiku-3"
    ending_account: str = "support-prod"
    ending_workload: str = "escalations"
    ending_model: str = "opus-4.1"


class StolenKey(Struct, frozen=True):
    """A long-term Bedrock API key leaks.

    The thief looks around, then uses it in many Regions at once, until somebody deactivates it. In the
    `unlogged` Regions nobody ever switched logging on.
    """

    account: str = "sandbox-hackathon"
    user: str = API_KEY_USER
    home: str = "us-east-1"
    regions: tuple[str, ...] = (
        "us-east-1",
        "us-west-2",
        "eu-west-1",
        "eu-central-1",
        "ap-northeast-1",
        "ap-southeast-2",
        "ca-central-1",
    )
    unlogged: tuple[str, ...] = ("ap-northeast-1", "ca-central-1")
    addresses: tuple[str, ...] = ("203.0.113.41", "203.0.113.77", "203.0.113.190")
    agent: str = "python-requests/2.32.5"
    model: str = "opus"
    calls: int = 1900
    span: Span = Span(4.93, 4.68)
    contained_by: str = "rita.engel@acme.example"


class NeverLogged(Struct, frozen=True):
    """An account and Region where nobody ever switched logging on."""

    account: str = "sandbox-hackathon"
    region: str = "us-west-2"


TRIPLED_TEAM: Final = TripledTeam()
LOGGING_OFF: Final = LoggingOff()
GUARDRAIL_BURST: Final = GuardrailBurst()
RETIRED_MODEL: Final = RetiredModel()
STOLEN_KEY: Final = StolenKey()
NEVER_LOGGED: Final = NeverLogged()
