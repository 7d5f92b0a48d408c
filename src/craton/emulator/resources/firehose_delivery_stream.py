"""AWS::KinesisFirehose::DeliveryStream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
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

_S3: Final = ("ExtendedS3DestinationConfiguration", "S3DestinationConfiguration")
_ENCRYPTION: Final = "DeliveryStreamEncryptionConfigurationInput"
_KNOWN: Final = ("DeliveryStreamName", "DeliveryStreamType", "Tags", _ENCRYPTION, *_S3)


class DeliveryStream:
    """A stream; Ref is its name."""

    type = "AWS::KinesisFirehose::DeliveryStream"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the stream."""
        refuse_others(self.type, properties, _KNOWN)
        firehose = site.client("firehose")
        name = str(properties.get("DeliveryStreamName") or site.name(64))
        told = {**properties, "DeliveryStreamName": name}
        arn = firehose.create_delivery_stream(**to_parameters(firehose, "create_delivery_stream", told))
        return Made(name, {"Arn": arn["DeliveryStreamARN"]})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets the destination, the encryption and the tags anew, where they changed."""
        refuse_others(self.type, properties, _KNOWN)
        firehose, named = site.client("firehose"), {"DeliveryStreamName": made.physical_id}
        for name in _S3:
            if properties.get(name) != previous.get(name):
                if name not in properties or name not in previous:
                    raise ServiceError("ValidationError", "the kind of a destination cannot change")
                self._set_destination(firehose, made, name, properties)
        key = properties.get(_ENCRYPTION)
        if key != previous.get(_ENCRYPTION):
            if key:
                firehose.start_delivery_stream_encryption(
                    **named, DeliveryStreamEncryptionConfigurationInput=dict(key)
                )
            else:
                firehose.stop_delivery_stream_encryption(**named)
        calls = TagCalls("tag_delivery_stream", "untag_delivery_stream")
        retag(firehose, calls, named, previous, properties)
        return made

    def _set_destination(self, firehose: Any, made: Made, name: str, properties: Properties) -> None:
        stream = firehose.describe_delivery_stream(DeliveryStreamName=made.physical_id)
        described = stream["DeliveryStreamDescription"]
        told = {
            "DeliveryStreamName": made.physical_id,
            "CurrentDeliveryStreamVersionId": described["VersionId"],
            "DestinationId": described["Destinations"][0]["DestinationId"],
            name.replace("Configuration", "Update"): properties[name],
        }
        firehose.update_destination(**to_parameters(firehose, "update_destination", told))

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the stream."""
        firehose = site.client("firehose")
        try:
            firehose.delete_delivery_stream(DeliveryStreamName=made.physical_id)
        except firehose.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What Firehose tells of the stream."""
        firehose, named = site.client("firehose"), {"DeliveryStreamName": made.physical_id}
        try:
            told = firehose.describe_delivery_stream(**named)["DeliveryStreamDescription"]
        except firehose.exceptions.ResourceNotFoundException:
            return None
        destination = told["Destinations"][0]
        name = next((name for name in _S3 if name in properties), _S3[0])
        held = destination.get(name.replace("Configuration", "Description"))
        found = {
            "DeliveryStreamName": told["DeliveryStreamName"],
            "DeliveryStreamType": told["DeliveryStreamType"],
            name: held,
        }
        key = told.get("DeliveryStreamEncryptionConfiguration") or {}
        if key.get("KeyType") and key.get("Status", "ENABLED") == "ENABLED":
            found[_ENCRYPTION] = {name: key[name] for name in ("KeyType", "KeyARN") if name in key}
        tags = tag_list(firehose.list_tags_for_delivery_stream(**named)["Tags"])
        return {**to_properties(self.type, found), "Tags": tags}


KIND = DeliveryStream()
