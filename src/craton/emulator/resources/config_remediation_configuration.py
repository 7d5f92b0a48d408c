"""AWS::Config::RemediationConfiguration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class RemediationConfiguration:
    """What is to be done about a rule; Ref is the rule's name."""

    type = "AWS::Config::RemediationConfiguration"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts it."""
        config = site.client("config")
        told = {"RemediationConfigurations": [properties]}
        config.put_remediation_configurations(**to_parameters(config, "put_remediation_configurations", told))
        return Made(str(properties["ConfigRuleName"]))

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts it anew."""
        return self.create(site, properties)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes it."""
        config = site.client("config")
        try:
            config.delete_remediation_configuration(ConfigRuleName=made.physical_id)
        except config.exceptions.NoSuchRemediationConfigurationException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Config tells of it."""
        config = site.client("config")
        told = config.describe_remediation_configurations(ConfigRuleNames=[made.physical_id])
        rows = told["RemediationConfigurations"]
        return to_properties(self.type, rows[0]) if rows else None


KIND = RemediationConfiguration()
