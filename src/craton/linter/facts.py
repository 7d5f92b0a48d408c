"""What rules know about AWS on one day."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from craton.registry.iam import IamReference


class Facts(Struct, frozen=True, kw_only=True):
    """The day, and the reference data of that day."""

    today: dt.date
    iam: IamReference
