"""AWS::Athena::WorkGroup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import (
    TagCalls,
    refuse_others,
    retag,
    tag_list,
    to_parameters,
    to_properties,
)

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = ("Name", "Description", "State", "Tags", "WorkGroupConfiguration", "RecursiveDeleteOption")


class WorkGroup:
    """A work group; Ref is its name."""

    type = "AWS::Athena::WorkGroup"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the work group."""
        refuse_others(self.type, properties, _KNOWN)
        athena = site.client("athena")
        told = {name: properties[name] for name in ("Name", "Description", "Tags") if name in properties}
        if "WorkGroupConfiguration" in properties:
            told["Configuration"] = properties["WorkGroupConfiguration"]
        athena.create_work_group(**to_parameters(athena, "create_work_group", told))
        if properties.get("State", "ENABLED") != "ENABLED":
            athena.update_work_group(WorkGroup=properties["Name"], State=properties["State"])
        return Made(str(properties["Name"]))

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed."""
        refuse_others(self.type, properties, _KNOWN)
        athena = site.client("athena")
        given: dict[str, Any] = {"WorkGroup": made.physical_id, "State": properties.get("State", "ENABLED")}
        if properties.get("Description") != previous.get("Description"):
            given["Description"] = properties.get("Description", "")
        configuration = dict(properties.get("WorkGroupConfiguration") or {})
        if configuration:
            result = configuration.pop("ResultConfiguration", None)
            more = {"ResultConfigurationUpdates": result} if result else {}
            given["ConfigurationUpdates"] = {**configuration, **more}
        athena.update_work_group(**to_parameters(athena, "update_work_group", given))
        calls = TagCalls("tag_resource", "untag_resource")
        retag(athena, calls, {"ResourceARN": _arn(site, made)}, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Removes the work group, with what is in it where the template says so."""
        athena = site.client("athena")
        if _told(athena, made) is not None:
            recursive = str(properties.get("RecursiveDeleteOption", False)).lower() == "true"
            athena.delete_work_group(WorkGroup=made.physical_id, RecursiveDeleteOption=recursive)

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Athena tells of the work group."""
        athena = site.client("athena")
        told = _told(athena, made)
        if told is None:
            return None
        tags = tag_list(athena.list_tags_for_resource(ResourceARN=_arn(site, made))["Tags"])
        found = to_properties(self.type, {**told, "WorkGroupConfiguration": told["Configuration"]})
        found.pop("CreationTime", None)
        return {**found, "Tags": tags}


def _told(athena: Any, made: Made) -> Any:
    """What Athena tells of a work group; None where there is none of that name."""
    try:
        return athena.get_work_group(WorkGroup=made.physical_id)["WorkGroup"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "InvalidRequestException":
            return None
        raise


def _arn(site: Site, made: Made) -> str:
    return f"arn:aws:athena:{site.region}:{site.account}:workgroup/{made.physical_id}"


KIND = WorkGroup()
