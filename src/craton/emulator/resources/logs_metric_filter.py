"""AWS::Logs::MetricFilter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.resources.kind import Properties, Site


class MetricFilter:
    """A metric filter; Ref is its name. Dimensions are a list in templates, and a map in the API."""

    type = "AWS::Logs::MetricFilter"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the filter."""
        name = str(properties.get("FilterName") or site.name(512))
        _put(site, name, properties)
        return Made(name)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts the filter anew."""
        _put(site, made.physical_id, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Removes the filter."""
        logs = site.client("logs")
        try:
            logs.delete_metric_filter(logGroupName=properties["LogGroupName"], filterName=made.physical_id)
        except logs.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What CloudWatch Logs tells of the filter."""
        logs = site.client("logs")
        try:
            rows = logs.describe_metric_filters(
                logGroupName=properties["LogGroupName"], filterNamePrefix=made.physical_id
            )["metricFilters"]
        except logs.exceptions.ResourceNotFoundException:
            return None
        told = next((one for one in rows if one["filterName"] == made.physical_id), None)
        if told is None:
            return None
        changed = [_with(one, _listed) for one in told["metricTransformations"]]
        return to_properties(self.type, {**told, "metricTransformations": changed})


def _put(site: Site, name: str, properties: Properties) -> None:
    logs = site.client("logs")
    told = {
        **properties,
        "FilterName": name,
        "MetricTransformations": [_with(one, _mapped) for one in properties["MetricTransformations"]],
    }
    logs.put_metric_filter(**to_parameters(logs, "put_metric_filter", told))


def _with(transformation: Mapping[str, Any], form: Any) -> dict[str, Any]:
    return {
        name: form(value) if name.lower() == "dimensions" else value for name, value in transformation.items()
    }


def _mapped(dimensions: Any) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in dimensions}


def _listed(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in dimensions.items()]


KIND = MetricFilter()
