"""AWS::Config::ConfigurationAggregator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class ConfigurationAggregator:
    """An aggregator; Ref is its name."""

    type = "AWS::Config::ConfigurationAggregator"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the aggregator."""
        config = site.client("config")
        name = str(properties.get("ConfigurationAggregatorName") or site.name(256))
        told = {**properties, "ConfigurationAggregatorName": name}
        answer = config.put_configuration_aggregator(
            **to_parameters(config, "put_configuration_aggregator", told)
        )
        arn = answer["ConfigurationAggregator"]["ConfigurationAggregatorArn"]
        return Made(name, {"ConfigurationAggregatorArn": arn})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts it anew."""
        return self.create(site, {**properties, "ConfigurationAggregatorName": made.physical_id})

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the aggregator."""
        config = site.client("config")
        try:
            config.delete_configuration_aggregator(ConfigurationAggregatorName=made.physical_id)
        except config.exceptions.NoSuchConfigurationAggregatorException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Config tells of the aggregator."""
        config = site.client("config")
        try:
            rows: list[dict[str, Any]] = config.describe_configuration_aggregators(
                ConfigurationAggregatorNames=[made.physical_id]
            )["ConfigurationAggregators"]
        except config.exceptions.NoSuchConfigurationAggregatorException:
            return None
        return to_properties(self.type, rows[0])


KIND = ConfigurationAggregator()
