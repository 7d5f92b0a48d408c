"""What Craton reads of AWS, and in which account: `content/reference/reading_actions.csv`.

Roles that read are made of it, and a test holds it to the reads themselves.
"""

from __future__ import annotations

import csv
import functools
from importlib import resources
from typing import Final, Literal, cast

from msgspec import Struct

from craton.core.errors import DataError

Accounts = Literal["management", "hub", "member"]
_ACCOUNTS: Final = ("management", "hub", "member")
_NAME: Final = "reading_actions.csv"


class ReadingAction(Struct, frozen=True):
    """An action, in which accounts it is taken, and which commands want that."""

    action: str
    accounts: tuple[Accounts, ...]
    verbs: tuple[str, ...]


@functools.cache
def reading_actions() -> tuple[ReadingAction, ...]:
    """Every action that reads. Raises: DataError where the file is damaged."""
    file = resources.files("craton") / "content" / "reference" / _NAME
    found = []
    for number, row in enumerate(csv.DictReader(file.read_text("utf-8").splitlines()), 2):
        if not all(row.values()) or not {*row["accounts"].split()} <= {*_ACCOUNTS}:
            raise DataError(f"`{_NAME}` is damaged in line {number}")
        accounts = tuple(cast("Accounts", one) for one in row["accounts"].split())
        found.append(ReadingAction(row["action"], accounts, tuple(row["verbs"].split())))
    return tuple(found)


def read_in(account: Accounts, *verbs: str) -> tuple[str, ...]:
    """The actions that are taken in such an account, in their order; for all commands, or for these."""
    return tuple(
        one.action
        for one in reading_actions()
        if account in one.accounts and (not verbs or {*verbs} & {*one.verbs})
    )
