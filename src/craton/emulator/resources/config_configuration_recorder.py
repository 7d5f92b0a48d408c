"""AWS::Config::ConfigurationRecorder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import NotEmulatedError
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class ConfigurationRecorder:
    """The recorder of an account and Region; Ref is its name."""

    type = "AWS::Config::ConfigurationRecorder"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the recorder."""
        if "StartedOnCreate" in properties:
            raise NotEmulatedError("the property StartedOnCreate")
        config, name = site.client("config"), str(properties.get("Name") or site.name(256))
        told = {"ConfigurationRecorder": {**properties, "Name": name}}
        config.put_configuration_recorder(**to_parameters(config, "put_configuration_recorder", told))
        return Made(name)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts it anew."""
        return self.create(site, {**properties, "Name": made.physical_id})

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the recorder."""
        config = site.client("config")
        try:
            config.delete_configuration_recorder(ConfigurationRecorderName=made.physical_id)
        except config.exceptions.NoSuchConfigurationRecorderException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Config tells of the recorder."""
        config = site.client("config")
        try:
            rows: list[dict[str, Any]] = config.describe_configuration_recorders(
                ConfigurationRecorderNames=[made.physical_id]
            )["ConfigurationRecorders"]
        except config.exceptions.NoSuchConfigurationRecorderException:
            return None
        return to_properties(self.type, rows[0])


KIND = ConfigurationRecorder()
