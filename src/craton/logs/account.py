"""Account ids as logs write them."""

from __future__ import annotations


def account_id_of(value: object) -> str | None:
    """The account id that a text is, encodable, or a number, whose leading zeros come back; else None."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() or None
    return f"{value:012d}" if type(value) is int and value > 0 else None


def is_unreadable(value: object) -> bool:
    """Whether something stands where an account id should, and is none."""
    return bool(value) and account_id_of(value) is None
