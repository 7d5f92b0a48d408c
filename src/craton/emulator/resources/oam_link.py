"""AWS::Oam::Link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.resources.kind import Made
from craton.emulator.resources.oam_sink import set_tags
from craton.emulator.resources.shaping import to_parameters

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class Link:
    """A link to a sink; Ref is its ARN."""

    type = "AWS::Oam::Link"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the link."""
        oam = site.client("oam")
        told = oam.create_link(
            **to_parameters(oam, "create_link", {"LabelTemplate": "$AccountName", **properties})
        )
        return Made(told["Arn"], {"Arn": told["Arn"], "Label": told["Label"]})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Shares other types, and sets tags anew."""
        oam = site.client("oam")
        types = list(properties["ResourceTypes"])
        changed = (
            {"LinkConfiguration": properties["LinkConfiguration"]}
            if "LinkConfiguration" in properties
            else {}
        )
        oam.update_link(Identifier=made.physical_id, ResourceTypes=types, **changed)
        set_tags(oam, made.physical_id, properties, previous)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Shares nothing more."""
        oam = site.client("oam")
        try:
            oam.delete_link(Identifier=made.physical_id)
        except oam.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What OAM tells of the link."""
        oam = site.client("oam")
        try:
            told = oam.get_link(Identifier=made.physical_id)
        except oam.exceptions.ResourceNotFoundException:
            return None
        return {
            "LabelTemplate": told["LabelTemplate"],
            "ResourceTypes": told["ResourceTypes"],
            "SinkIdentifier": told["SinkArn"],
            "Tags": told.get("Tags") or {},
        }


KIND = Link()
