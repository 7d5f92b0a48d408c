"""AWS::Kinesis::Stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list, tags_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = (
    "Name",
    "ShardCount",
    "RetentionPeriodHours",
    "StreamModeDetails",
    "StreamEncryption",
    "Tags",
)
_DEFAULT_HOURS: Final = 24


class Stream:
    """A stream; Ref is its name."""

    type = "AWS::Kinesis::Stream"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the stream."""
        refuse_others(self.type, properties, _KNOWN)
        kinesis = site.client("kinesis")
        name = str(properties.get("Name") or site.name(128))
        given: dict[str, Any] = {}
        mode = properties.get("StreamModeDetails")
        if mode:
            given["StreamModeDetails"] = dict(mode)
        if (mode or {}).get("StreamMode") != "ON_DEMAND":
            given["ShardCount"] = int(properties.get("ShardCount", 1))
        if tags_of(properties):
            given["Tags"] = tags_of(properties)
        kinesis.create_stream(StreamName=name, **given)
        arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
        _become(kinesis, name, properties, {})
        return Made(name, {"Arn": arn})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed."""
        refuse_others(self.type, properties, _KNOWN)
        kinesis, name = site.client("kinesis"), made.physical_id
        if properties.get("StreamModeDetails") != previous.get("StreamModeDetails"):
            mode = dict(properties.get("StreamModeDetails") or {"StreamMode": "PROVISIONED"})
            kinesis.update_stream_mode(StreamARN=made.attributes["Arn"], StreamModeDetails=mode)
        elif properties.get("ShardCount") != previous.get("ShardCount"):
            kinesis.update_shard_count(
                StreamName=name, TargetShardCount=int(properties["ShardCount"]), ScalingType="UNIFORM_SCALING"
            )
        _become(kinesis, name, properties, previous)
        calls = TagCalls("add_tags_to_stream", "remove_tags_from_stream")
        retag(kinesis, calls, {"StreamName": name}, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the stream."""
        kinesis = site.client("kinesis")
        try:
            kinesis.delete_stream(StreamName=made.physical_id, EnforceConsumerDeletion=True)
        except kinesis.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Kinesis tells of the stream."""
        kinesis = site.client("kinesis")
        try:
            told = kinesis.describe_stream_summary(StreamName=made.physical_id)["StreamDescriptionSummary"]
        except kinesis.exceptions.ResourceNotFoundException:
            return None
        found: dict[str, Any] = {
            "Name": told["StreamName"],
            "ShardCount": told["OpenShardCount"],
            "RetentionPeriodHours": told["RetentionPeriodHours"],
            "Tags": tag_list(kinesis.list_tags_for_stream(StreamName=made.physical_id)["Tags"]),
        }
        if told.get("StreamModeDetails"):
            found["StreamModeDetails"] = told["StreamModeDetails"]
        if told.get("EncryptionType", "NONE") != "NONE":
            found["StreamEncryption"] = {"EncryptionType": told["EncryptionType"], "KeyId": told["KeyId"]}
        return found


def _become(kinesis: Any, name: str, properties: Properties, previous: Properties) -> None:
    hours = int(properties.get("RetentionPeriodHours", _DEFAULT_HOURS))
    before = int(previous.get("RetentionPeriodHours", _DEFAULT_HOURS))
    if hours > before:
        kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=hours)
    elif hours < before:
        kinesis.decrease_stream_retention_period(StreamName=name, RetentionPeriodHours=hours)
    key, old = properties.get("StreamEncryption"), previous.get("StreamEncryption")
    if key != old and key:
        kinesis.start_stream_encryption(StreamName=name, **key)
    elif key != old and old:
        kinesis.stop_stream_encryption(StreamName=name, **old)


KIND = Stream()
