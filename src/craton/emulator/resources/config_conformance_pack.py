"""AWS::Config::ConformancePack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.resources.kind import HalfMadeError, Made
from craton.emulator.resources.shaping import TagCalls, retag, tag_list, to_parameters, to_properties
from craton.emulator.resources.waiting import rested

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_TAGS = TagCalls("tag_resource", "untag_resource")


class ConformancePack:
    """A pack of rules; Ref is its name."""

    type = "AWS::Config::ConformancePack"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the pack, and waits until its rules are there."""
        config = site.client("config")
        arn = config.put_conformance_pack(**to_parameters(config, "put_conformance_pack", properties))[
            "ConformancePackArn"
        ]
        name = str(properties["ConformancePackName"])
        made = Made(name, {"ConformancePackArn": arn})
        state = rested(lambda: str(_status(config, name)["ConformancePackState"]), name)
        if state.endswith("_FAILED"):
            why = _status(config, name).get("ConformancePackStatusReason")
            raise HalfMadeError("ValidationError", f"The conformance pack {name} is {state}: {why}", made)
        return made

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Puts the pack anew, and waits until its rules are there."""
        changed = self.create(site, properties)
        identity = {"ResourceArn": made.attributes["ConformancePackArn"]}
        retag(site.client("config"), _TAGS, identity, previous, properties)
        return changed

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the pack, and waits until it is gone."""
        config, name = site.client("config"), made.physical_id
        try:
            config.delete_conformance_pack(ConformancePackName=name)
        except config.exceptions.NoSuchConformancePackException:
            return
        state = rested(lambda: str(_status(config, name).get("ConformancePackState", "")), name)
        if state.endswith("_FAILED"):
            raise ServiceError("ValidationError", f"The conformance pack {name} is {state}")

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Config tells of the pack; its template, it does not."""
        config = site.client("config")
        try:
            told = config.describe_conformance_packs(ConformancePackNames=[made.physical_id])
            (pack,) = told["ConformancePackDetails"]
            tags = config.list_tags_for_resource(ResourceArn=pack["ConformancePackArn"])["Tags"]
        except (
            config.exceptions.NoSuchConformancePackException,
            config.exceptions.ResourceNotFoundException,
        ):
            return None
        return {**to_properties(self.type, pack), "Tags": tag_list(tags)}


def _status(config: Any, name: str) -> dict[str, Any]:
    """The state of the pack of that name; nothing where there is none."""
    rows = config.describe_conformance_pack_status(ConformancePackNames=[name])
    found: list[dict[str, Any]] = rows["ConformancePackStatusDetails"]
    return found[0] if found else {}


KIND = ConformancePack()
