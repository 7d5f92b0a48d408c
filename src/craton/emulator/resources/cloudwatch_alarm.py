"""AWS::CloudWatch::Alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class Alarm:
    """An alarm; Ref is its name."""

    type = "AWS::CloudWatch::Alarm"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the alarm."""
        name = str(properties.get("AlarmName") or site.name(255))
        return _put(site, name, properties)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Puts the alarm anew; of its tags, what the template no longer has is taken away."""
        kept = {one["Key"] for one in properties.get("Tags", ())}
        gone = sorted({one["Key"] for one in previous.get("Tags", ())} - kept)
        if gone:
            site.client("cloudwatch").untag_resource(ResourceARN=made.attributes["Arn"], TagKeys=gone)
        return _put(site, made.physical_id, properties)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the alarm."""
        cloudwatch = site.client("cloudwatch")
        try:
            cloudwatch.delete_alarms(AlarmNames=[made.physical_id])
        except cloudwatch.exceptions.ResourceNotFound:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What CloudWatch tells of the alarm."""
        told = _told(site.client("cloudwatch"), made.physical_id)
        if told is None:
            return None
        threshold = float(told["Threshold"])
        whole = int(threshold) if threshold.is_integer() else threshold
        return to_properties(self.type, {**told, "Threshold": whole})


def _put(site: Site, name: str, properties: Properties) -> Made:
    cloudwatch = site.client("cloudwatch")
    parameters = to_parameters(cloudwatch, "put_metric_alarm", {**properties, "AlarmName": name})
    cloudwatch.put_metric_alarm(**parameters)
    told = _told(cloudwatch, name) or {}
    return Made(name, {"Arn": told["AlarmArn"]})


def _told(cloudwatch: Any, name: str) -> dict[str, Any] | None:
    rows: list[dict[str, Any]] = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return rows[0] if rows else None


KIND = Alarm()
