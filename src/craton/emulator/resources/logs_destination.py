"""AWS::Logs::Destination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = ("DestinationName", "DestinationPolicy", "RoleArn", "TargetArn", "Tags")
_TAG_CALLS: Final = TagCalls("tag_resource", "untag_resource")


class Destination:
    """A destination with its policy; Ref is its name."""

    type = "AWS::Logs::Destination"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the destination, its policy and its tags."""
        refuse_others(self.type, properties, _KNOWN)
        arn = _put(site, properties)
        retag(site.client("logs"), _TAG_CALLS, {"resourceArn": arn}, {}, properties)
        return Made(str(properties["DestinationName"]), {"Arn": arn})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Puts all of it anew."""
        refuse_others(self.type, properties, _KNOWN)
        arn = _put(site, properties)
        retag(site.client("logs"), _TAG_CALLS, {"resourceArn": arn}, previous, properties)
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
        logs = site.client("logs")
        rows = logs.describe_destinations(DestinationNamePrefix=made.physical_id)["destinations"]
        told = next((one for one in rows if one["destinationName"] == made.physical_id), None)
        if told is None:
            return None
        found: dict[str, Any] = {
            "DestinationName": told["destinationName"],
            "RoleArn": told["roleArn"],
            "TargetArn": told["targetArn"],
            "Tags": tag_list(logs.list_tags_for_resource(resourceArn=told["arn"])["tags"]),
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
