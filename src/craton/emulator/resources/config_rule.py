"""AWS::Config::ConfigRule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class ConfigRule:
    """A rule; Ref is its name."""

    type = "AWS::Config::ConfigRule"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the rule."""
        config, name = site.client("config"), str(properties.get("ConfigRuleName") or site.name(128))
        told = {"ConfigRule": {**properties, "ConfigRuleName": name}}
        config.put_config_rule(**to_parameters(config, "put_config_rule", told))
        (rule,) = config.describe_config_rules(ConfigRuleNames=[name])["ConfigRules"]
        return Made(name, {"Arn": rule["ConfigRuleArn"], "ConfigRuleId": rule["ConfigRuleId"]})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts the rule anew."""
        return self.create(site, {**properties, "ConfigRuleName": made.physical_id})

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the rule."""
        config = site.client("config")
        try:
            config.delete_config_rule(ConfigRuleName=made.physical_id)
        except config.exceptions.NoSuchConfigRuleException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What Config tells of the rule."""
        config = site.client("config")
        try:
            (told,) = config.describe_config_rules(ConfigRuleNames=[made.physical_id])["ConfigRules"]
        except config.exceptions.NoSuchConfigRuleException:
            return None
        if told["Source"]["Owner"] == "CUSTOM_POLICY":
            text = config.get_custom_rule_policy(ConfigRuleName=made.physical_id)["PolicyText"]
            told["Source"]["CustomPolicyDetails"]["PolicyText"] = text
        if isinstance(properties.get("InputParameters"), dict) and told.get("InputParameters"):
            told["InputParameters"] = json.loads(told["InputParameters"])
        return to_properties(self.type, told)


KIND = ConfigRule()
