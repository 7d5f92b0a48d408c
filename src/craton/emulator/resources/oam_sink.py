"""AWS::Oam::Sink."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from craton.emulator.resources.kind import Made

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class Sink:
    """A sink and who may link to it; Ref is its ARN."""

    type = "AWS::Oam::Sink"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the sink and sets its policy."""
        oam = site.client("oam")
        arn = oam.create_sink(Name=properties["Name"], Tags=dict(properties.get("Tags") or {}))["Arn"]
        _set_policy(oam, arn, properties)
        return Made(arn, {"Arn": arn})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets policy and tags anew."""
        oam = site.client("oam")
        _set_policy(oam, made.physical_id, properties)
        set_tags(oam, made.physical_id, properties, previous)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the sink."""
        oam = site.client("oam")
        try:
            oam.delete_sink(Identifier=made.physical_id)
        except oam.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What OAM tells of the sink."""
        oam = site.client("oam")
        try:
            told = oam.get_sink(Identifier=made.physical_id)
        except oam.exceptions.ResourceNotFoundException:
            return None
        found: dict[str, Any] = {"Name": told["Name"], "Tags": told.get("Tags") or {}}
        if "Policy" in properties:
            text = oam.get_sink_policy(SinkIdentifier=made.physical_id)["Policy"]
            found["Policy"] = json.loads(text) if isinstance(properties["Policy"], dict) else text
        return found


def _set_policy(oam: Any, arn: str, properties: Properties) -> None:
    policy = properties.get("Policy")
    if policy:
        text = policy if isinstance(policy, str) else json.dumps(policy)
        oam.put_sink_policy(SinkIdentifier=arn, Policy=text)


def set_tags(oam: Any, arn: str, properties: Properties, previous: Properties) -> None:
    """The resource has the tags of the properties, and no longer those of the previous ones."""
    tags, former = dict(properties.get("Tags") or {}), dict(previous.get("Tags") or {})
    gone = sorted(former.keys() - tags.keys())
    if gone:
        oam.untag_resource(ResourceArn=arn, TagKeys=gone)
    if tags:
        oam.tag_resource(ResourceArn=arn, Tags=tags)


KIND = Sink()
