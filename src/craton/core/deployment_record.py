"""What is kept of deployments: what was brought into AWS, by whom and why, and how far an apply came."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from craton.core.deployment import Deployment

Event = Literal["begun", "done", "failed", "skipped", "kept"]


class Snapshot(Struct, frozen=True, kw_only=True):
    """What was brought into AWS by one apply.

    Units: `at` is UTC. `plan` is the digest of the plan, `number` counts applies from 1; `is_whole` says that
    nothing of the plan failed or was left out.
    """

    number: int
    at: dt.datetime
    by: str
    why: str
    plan: str
    is_whole: bool
    deployment: Deployment


class Lease(Struct, frozen=True, kw_only=True):
    """Who may apply now, and until when unless it is renewed. Units: UTC.

    `run` tells runs of one holder apart.
    """

    run: str = ""
    holder: str
    plan: str
    until: dt.datetime


class JournalEntry(Struct, frozen=True, kw_only=True):
    """One thing that happened to one change of a plan. Units: `at` is UTC."""

    at: dt.datetime
    address: str
    event: Event
    detail: str = ""
