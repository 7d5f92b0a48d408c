"""AWS::Logs::Destination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import refuse_others

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = ("DestinationName", "DestinationPolicy", "RoleArn", "TargetArn")


class Destination:
    """A destination with its policy; Ref is its name."""

    type = "AWS::Logs::Destination"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the destination and its policy."""
        refuse_others(self.type, properties, _KNOWN)
        return Made(str(properties["DestinationName"]), {"Arn": _put(site, properties)})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts both anew."""
        refuse_others(self.type, properties, _KNOWN)
        _put(site, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the destination."""
        logs = site.client("logs")
        try:
            logs.delete_destination(destinationName=made.physical_id)
        except logs.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What CloudWatch Logs tells of the destination."""
        rows = site.client("logs").describe_destinations(DestinationNamePrefix=made.physical_id)[
            "destinations"
        ]
        told = next((one for one in rows if one["destinationName"] == made.physical_id), None)
        if told is None:
            return None
        found: dict[str, Any] = {
            "DestinationName": told["destinationName"],
            "RoleArn": told["roleArn"],
            "TargetArn": told["targetArn"],
        }
        return {**found, "DestinationPolicy": told["accessPolicy"]} if told.get("accessPolicy") else found


def _put(site: Site, properties: Properties) -> str:
    logs, name = site.client("logs"), str(properties["DestinationName"])
    made = logs.put_destination(
        destinationName=name, roleArn=properties["RoleArn"], targetArn=properties["TargetArn"]
    )["destination"]
    if properties.get("DestinationPolicy"):
        logs.put_destination_policy(destinationName=name, accessPolicy=properties["DestinationPolicy"])
    return str(made["arn"])


KIND = Destination()
