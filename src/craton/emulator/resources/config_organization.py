"""AWS::Config::OrganizationConformancePack and AWS::Config::OrganizationConfigRule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from msgspec import Struct

from craton.emulator.errors import ServiceError
from craton.emulator.resources.kind import HalfMadeError, Made
from craton.emulator.resources.shaping import TagCalls, retag, tag_list, to_parameters, to_properties
from craton.emulator.resources.waiting import rested

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_TAGS = TagCalls("tag_resource", "untag_resource")


class OrganizationResource(Struct, frozen=True, kw_only=True):
    """What Config has in every account of an organization; Ref is its name.

    `name` is the property of the name. The others are operations by their method names and the keys of what
    they tell; `missing` is the code of the error that says that it is not there. `is_tagged` where the type
    has tags. `runtime` is where the API calls a property `PolicyRuntime` that the type calls `Runtime`.
    """

    type: str
    name: str
    arn: str
    puts: str
    deletes: str
    reads: str
    key: str
    states: str
    state_key: str
    state: str
    missing: str
    is_tagged: bool = False
    runtime: str | None = None

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts it, and waits until it is in every account."""
        config, name = site.client("config"), str(properties[self.name])
        told = self._renamed(properties, "Runtime", "PolicyRuntime")
        answer = getattr(config, self.puts)(**to_parameters(config, self.puts, told))
        made = Made(name, {self.arn: answer[self.arn]})
        state = rested(lambda: str(self._status(config, name)[self.state]), name)
        if state.endswith("_FAILED"):
            why = self._status(config, name).get("ErrorMessage")
            raise HalfMadeError("ValidationError", f"{name} is {state}: {why}", made)
        return made

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Puts it anew, and waits until it is in every account."""
        changed = self.create(site, properties)
        if self.is_tagged:
            identity = {"ResourceArn": made.attributes[self.arn]}
            retag(site.client("config"), _TAGS, identity, previous, properties)
        return changed

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes it, and waits until it is gone from every account."""
        config, name = site.client("config"), made.physical_id
        try:
            getattr(config, self.deletes)(**{self.name: name})
        except ClientError as error:
            if error.response["Error"]["Code"] != self.missing:
                raise
            return
        state = rested(lambda: str(self._status(config, name).get(self.state, "")), name)
        if state.endswith("_FAILED"):
            raise ServiceError("ValidationError", f"{name} is {state}")

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Config tells of it; the template of a pack and the text of a policy, it does not."""
        config = site.client("config")
        try:
            return self._told(config, made.physical_id)
        except ClientError as error:
            if error.response["Error"]["Code"] not in (self.missing, "ResourceNotFoundException"):
                raise
            return None

    def _told(self, config: Any, name: str) -> dict[str, Any]:
        (told,) = getattr(config, self.reads)(**{f"{self.name}s": [name]})[self.key]
        found = to_properties(self.type, self._renamed(told, "PolicyRuntime", "Runtime"))
        if self.runtime in found:
            text = config.get_organization_custom_rule_policy(**{self.name: name})
            found[self.runtime]["PolicyText"] = text["PolicyText"]
        if self.is_tagged:
            arn = told[self.arn]
            found["Tags"] = tag_list(config.list_tags_for_resource(ResourceArn=arn)["Tags"])
        return found

    def _renamed(self, told: Properties, old: str, new: str) -> dict[str, Any]:
        held = told.get(self.runtime or "")
        if not held:
            return dict(told)
        renamed = {new if name == old else name: one for name, one in held.items()}
        return {**told, str(self.runtime): renamed}

    def _status(self, config: Any, name: str) -> dict[str, Any]:
        """How it stands; nothing where it is gone."""
        try:
            (told,) = getattr(config, self.states)(**{f"{self.name}s": [name]})[self.state_key]
        except ClientError as error:
            if error.response["Error"]["Code"] != self.missing:
                raise
            return {}
        found: dict[str, Any] = told
        return found


KINDS = (
    OrganizationResource(
        type="AWS::Config::OrganizationConformancePack",
        name="OrganizationConformancePackName",
        arn="OrganizationConformancePackArn",
        puts="put_organization_conformance_pack",
        deletes="delete_organization_conformance_pack",
        reads="describe_organization_conformance_packs",
        key="OrganizationConformancePacks",
        states="describe_organization_conformance_pack_statuses",
        state_key="OrganizationConformancePackStatuses",
        state="Status",
        missing="NoSuchOrganizationConformancePackException",
        is_tagged=True,
    ),
    OrganizationResource(
        type="AWS::Config::OrganizationConfigRule",
        name="OrganizationConfigRuleName",
        arn="OrganizationConfigRuleArn",
        puts="put_organization_config_rule",
        deletes="delete_organization_config_rule",
        reads="describe_organization_config_rules",
        key="OrganizationConfigRules",
        states="describe_organization_config_rule_statuses",
        state_key="OrganizationConfigRuleStatuses",
        state="OrganizationRuleStatus",
        missing="NoSuchOrganizationConfigRuleException",
        runtime="OrganizationCustomPolicyRuleMetadata",
    ),
)
