"""AWS::Config::DeliveryChannel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class DeliveryChannel:
    """Where Config delivers to; Ref is its name."""

    type = "AWS::Config::DeliveryChannel"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the channel, and starts the recorder that waited for it."""
        config, name = site.client("config"), str(properties.get("Name") or site.name(256))
        told = {"DeliveryChannel": {**properties, "Name": name}}
        config.put_delivery_channel(**to_parameters(config, "put_delivery_channel", told))
        for one in config.describe_configuration_recorders()["ConfigurationRecorders"]:
            config.start_configuration_recorder(ConfigurationRecorderName=one["name"])
        return Made(name)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts it anew."""
        return self.create(site, {**properties, "Name": made.physical_id})

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Stops the recorder, and removes the channel."""
        config = site.client("config")
        for one in config.describe_configuration_recorders()["ConfigurationRecorders"]:
            config.stop_configuration_recorder(ConfigurationRecorderName=one["name"])
        try:
            config.delete_delivery_channel(DeliveryChannelName=made.physical_id)
        except config.exceptions.NoSuchDeliveryChannelException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Config tells of the channel."""
        config = site.client("config")
        try:
            rows: list[dict[str, Any]] = config.describe_delivery_channels(
                DeliveryChannelNames=[made.physical_id]
            )["DeliveryChannels"]
        except config.exceptions.NoSuchDeliveryChannelException:
            return None
        return to_properties(self.type, rows[0])


KIND = DeliveryChannel()
