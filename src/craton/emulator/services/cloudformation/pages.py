"""Pages of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.emulator.call import Call

MOST_ROWS: Final = 100
"""Source: "ListStackInstances" and "DescribeStackResourceDrifts", docs.aws.amazon.com/AWSCloudFormation/
latest/APIReference/, on MaxResults, retrieved 2026-11-26."""


def page(call: Call, key: str, rows: Sequence[Any]) -> dict[str, Any]:
    """A page of rows, in their order, with the token of the next. Raises: ServiceError for another token."""
    size = min(MOST_ROWS, int(call.parameters.get("MaxResults") or MOST_ROWS))
    token = str(call.parameters.get("NextToken") or 0)
    if not token.isdigit():
        raise ServiceError("ValidationError", f"Invalid NextToken: {token}")
    start = int(token)
    told: dict[str, Any] = {key: list(rows[start : start + size])}
    if start + size < len(rows):
        told["NextToken"] = str(start + size)
    return told
