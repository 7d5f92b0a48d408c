"""The service, and what is kept of an export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    import datetime as dt

    from craton.emulator.call import Call

SERVICE = Service("bcm-data-exports")
REGION: Final = "us-east-1"
"""The one Region of the service's endpoint.

Source: "AWS Data Exports API Reference", docs.aws.amazon.com/aws-cost-management/latest/APIReference/
API_Operations_AWS_Billing_and_Cost_Management_Data_Exports.html, retrieved 2026-11-26.
"""


@dataclass(slots=True, kw_only=True)
class Export:
    """An export as it was told, with its tags."""

    arn: str
    told: dict[str, Any]
    tags: dict[str, str]
    made: dt.datetime
    updated: dt.datetime

    @property
    def name(self) -> str:
        """The name that it was given."""
        return str(self.told["Name"])

    def status(self) -> dict[str, Any]:
        """How it stands: as it could be written when it was made or changed last."""
        return {"StatusCode": "HEALTHY", "CreatedAt": self.made, "LastUpdatedAt": self.updated}


def exports(call: Call) -> dict[str, Export]:
    """The exports of the caller's account by ARN. Raises: ServiceError in all other Regions."""
    if call.region != REGION:
        raise ServiceError(
            "ValidationException", f"Data Exports has an endpoint in {REGION} alone, not in {call.region}."
        )
    return call.world.shelf(call.account, "", "data exports")


def existing(call: Call, arn: str) -> Export:
    """The export of that ARN. Raises: ServiceError."""
    found = exports(call).get(arn)
    if found is None:
        raise ServiceError("ResourceNotFoundException", f"The export {arn} does not exist.")
    return found


def page(call: Call, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of rows with the token of the next."""
    start, size = int(call.parameters.get("NextToken") or 0), int(call.parameters.get("MaxResults") or 100)
    more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
    return {key: rows[start : start + size], **more}
