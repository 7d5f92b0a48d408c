"""AWS::CloudTrail::Trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_APART: Final = ("IsLogging", "EventSelectors", "AdvancedEventSelectors", "Tags", "TrailName", "KMSKeyId")
_NOT_KEPT: Final = ("InsightSelectors", "AggregationConfigurations")


class Trail:
    """A trail; Ref is its name."""

    type = "AWS::CloudTrail::Trail"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the trail, says what it takes, and starts it."""
        _refuse(properties)
        cloudtrail, name = site.client("cloudtrail"), str(properties.get("TrailName") or site.name(128))
        told = {**_own(properties), "Name": name, "TagsList": list(properties.get("Tags", ()))}
        arn = cloudtrail.create_trail(**to_parameters(cloudtrail, "create_trail", told))["TrailARN"]
        _select(cloudtrail, name, properties)
        _switch(cloudtrail, name, properties)
        return Made(name, {"Arn": arn})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Changes all of it in place."""
        _refuse(properties)
        cloudtrail, name = site.client("cloudtrail"), made.physical_id
        told = {**_own(properties), "Name": name}
        cloudtrail.update_trail(**to_parameters(cloudtrail, "update_trail", told))
        _select(cloudtrail, name, properties)
        _switch(cloudtrail, name, properties)
        arn = str(made.attributes["Arn"])
        tags, former = list(properties.get("Tags", ())), list(previous.get("Tags", ()))
        if former:
            cloudtrail.remove_tags(ResourceId=arn, TagsList=former)
        if tags:
            cloudtrail.add_tags(ResourceId=arn, TagsList=tags)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the trail."""
        cloudtrail = site.client("cloudtrail")
        try:
            cloudtrail.delete_trail(Name=made.physical_id)
        except cloudtrail.exceptions.TrailNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What CloudTrail tells of the trail."""
        cloudtrail = site.client("cloudtrail")
        try:
            told = cloudtrail.get_trail(Name=made.physical_id)["Trail"]
        except cloudtrail.exceptions.TrailNotFoundException:
            return None
        status = cloudtrail.get_trail_status(Name=made.physical_id)
        selected = cloudtrail.get_event_selectors(TrailName=made.physical_id)
        found = {
            "TrailName": told["Name"],
            "IsLogging": status["IsLogging"],
            "EnableLogFileValidation": told["LogFileValidationEnabled"],
            "KMSKeyId": told.get("KmsKeyId"),
            **{name: selected[name] for name in _APART if name in selected and name in properties},
        }
        return {
            **to_properties(self.type, told),
            **{name: one for name, one in found.items() if one is not None},
        }


def _refuse(properties: Properties) -> None:
    for name in _NOT_KEPT:
        if properties.get(name):
            raise NotEmulatedError(f"the property {name}")


def _own(properties: Properties) -> dict[str, Any]:
    own = {name: value for name, value in properties.items() if name not in _APART}
    if properties.get("KMSKeyId"):
        own["KmsKeyId"] = properties["KMSKeyId"]
    return own


def _select(cloudtrail: Any, name: str, properties: Properties) -> None:
    told = {
        kind: properties[kind]
        for kind in ("EventSelectors", "AdvancedEventSelectors")
        if properties.get(kind)
    }
    if told:
        parameters = to_parameters(cloudtrail, "put_event_selectors", {**told, "TrailName": name})
        cloudtrail.put_event_selectors(**parameters)


def _switch(cloudtrail: Any, name: str, properties: Properties) -> None:
    if properties["IsLogging"]:
        cloudtrail.start_logging(Name=name)
    else:
        cloudtrail.stop_logging(Name=name)


KIND = Trail()
