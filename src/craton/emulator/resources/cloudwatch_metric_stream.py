"""AWS::CloudWatch::MetricStream."""

from craton.emulator.resources.api_kind import ApiKind
from craton.emulator.resources.shaping import TagCalls

KIND = ApiKind(
    type="AWS::CloudWatch::MetricStream",
    service="cloudwatch",
    creates="put_metric_stream",
    reads="get_metric_stream",
    updates="put_metric_stream",
    deletes="delete_metric_stream",
    identifies={"Name": "{id}"},
    physical="=Name",
    attributes={"Arn": "Arn"},
    named="Name",
    longest=255,
    tags=TagCalls("tag_resource", "untag_resource", by="ResourceARN"),
)
