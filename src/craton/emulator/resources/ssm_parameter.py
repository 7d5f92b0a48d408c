"""AWS::SSM::Parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import refuse_others

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_GIVEN: Final = ("Value", "Type", "Description", "Tier", "AllowedPattern", "DataType")
_KNOWN: Final = (*_GIVEN, "Name", "Tags")
_RESOURCE: Final = "Parameter"


class Parameter:
    """A parameter; Ref is its name."""

    type = "AWS::SSM::Parameter"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the parameter."""
        refuse_others(self.type, properties, _KNOWN)
        ssm = site.client("ssm")
        name = str(properties.get("Name") or site.name(1011))
        ssm.put_parameter(Name=name, **_given(properties))
        _tag(ssm, name, properties.get("Tags") or {}, {})
        arn = f"arn:aws:ssm:{site.region}:{site.account}:parameter/{name.lstrip('/')}"
        return Made(name, {"Arn": arn, "Type": properties["Type"], "Value": properties["Value"]})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Puts the parameter anew, as its next version."""
        refuse_others(self.type, properties, _KNOWN)
        ssm = site.client("ssm")
        if _given(properties) != _given(previous):
            ssm.put_parameter(Name=made.physical_id, Overwrite=True, **_given(properties))
        _tag(ssm, made.physical_id, properties.get("Tags") or {}, previous.get("Tags") or {})
        attributes = {**made.attributes, "Type": properties["Type"], "Value": properties["Value"]}
        return Made(made.physical_id, attributes)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the parameter."""
        ssm = site.client("ssm")
        try:
            ssm.delete_parameter(Name=made.physical_id)
        except ssm.exceptions.ParameterNotFound:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Parameter Store tells of the parameter."""
        ssm = site.client("ssm")
        found = ssm.get_parameters(Names=[made.physical_id])["Parameters"]
        if not found:
            return None
        (told,) = found
        tags = ssm.list_tags_for_resource(ResourceType=_RESOURCE, ResourceId=made.physical_id)["TagList"]
        return {
            "Name": told["Name"],
            "Type": told["Type"],
            "Value": told["Value"],
            "Tags": {one["Key"]: one["Value"] for one in tags},
        }


def _given(properties: Properties) -> dict[str, Any]:
    return {name: properties[name] for name in _GIVEN if name in properties}


def _tag(ssm: Any, name: str, wanted: dict[str, str], before: dict[str, str]) -> None:
    named = {"ResourceType": _RESOURCE, "ResourceId": name}
    gone = sorted(before.keys() - wanted.keys())
    if gone:
        ssm.remove_tags_from_resource(**named, TagKeys=gone)
    if wanted and wanted != before:
        ssm.add_tags_to_resource(**named, Tags=[{"Key": key, "Value": one} for key, one in wanted.items()])


KIND = Parameter()
