"""Rules of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from msgspec import Struct

from craton.emulator.constraints import check_parameters
from craton.emulator.credentials import service_caller
from craton.emulator.errors import ServiceError
from craton.emulator.services.config.organization_rollout import (
    PRINCIPAL,
    RULES,
    FailedError,
    Rollout,
    asked_for,
    delete,
    details,
    existing,
    put,
    rollouts,
)
from craton.emulator.services.config.service import SERVICE, page
from craton.emulator.services.config.sources import check_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

MOST_RULES: Final = 150
_MISSING: Final = "NoSuchOrganizationConfigRuleException"
_MANAGED: Final = "OrganizationManagedRuleMetadata"
_CUSTOM: Final = "OrganizationCustomRuleMetadata"
_POLICY: Final = "OrganizationCustomPolicyRuleMetadata"
_METADATA: Final = (_MANAGED, _CUSTOM, _POLICY)


class _Rule(Struct, frozen=True):
    """A rule as accounts are given it, but for its name."""

    told: dict[str, Any]

    def deploy(self, world: World, account: str, region: str, name: str) -> None:
        """The rule is in the account. Raises: FailedError."""
        config = world.inside.client("config", region, service_caller(account, PRINCIPAL))
        try:
            config.put_config_rule(ConfigRule={**self.told, "ConfigRuleName": name})
        except ClientError as error:
            raise _failed(error) from error

    def remove(self, world: World, account: str, region: str, name: str) -> None:
        """The rule is not in the account. Raises: FailedError."""
        config = world.inside.client("config", region, service_caller(account, PRINCIPAL))
        try:
            config.delete_config_rule(ConfigRuleName=name)
        except config.exceptions.NoSuchConfigRuleException:
            return
        except ClientError as error:
            raise _failed(error) from error


def _failed(error: ClientError) -> FailedError:
    told = error.response["Error"]
    return FailedError(str(told["Code"]), str(told.get("Message")))


@SERVICE.operation("PutOrganizationConfigRule")
def put_organization_config_rule(call: Call) -> Result:
    """Sets a rule, and has it made in every account behind the call."""
    check_parameters(call)
    given = call.parameters
    told = [name for name in _METADATA if given.get(name)]
    if len(told) != 1:
        raise ServiceError(
            "InvalidParameterValueException", f"Exactly one of {', '.join(_METADATA)} must be specified."
        )
    rule = _as_rule(told[0], given[told[0]])
    check_source(call, rule)
    name = str(given["OrganizationConfigRuleName"])
    held = rollouts(call.world, call.account, call.region, RULES)
    if name not in held and len(held) >= MOST_RULES:
        raise ServiceError(
            "MaxNumberOfOrganizationConfigRulesExceededException",
            f"There are {MOST_RULES} organization rules.",
        )
    return {"OrganizationConfigRuleArn": put(call, RULES, name, "OrgConfigRule", _Rule(rule)).arn}


def _as_rule(kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What PutConfigRule takes, from what the organization's call tells."""
    types = told.get("OrganizationConfigRuleTriggerTypes") or ()
    triggers = [{"EventSource": "aws.config", "MessageType": one} for one in types]
    frequency = told.get("MaximumExecutionFrequency")
    rule: dict[str, Any] = {"Scope": _scope(told)}
    match kind:
        case "OrganizationManagedRuleMetadata":
            rule["Source"] = {"Owner": "AWS", "SourceIdentifier": told["RuleIdentifier"]}
        case "OrganizationCustomRuleMetadata":
            more = {"MaximumExecutionFrequency": frequency} if frequency else {}
            rule["Source"] = {
                "Owner": "CUSTOM_LAMBDA",
                "SourceIdentifier": told["LambdaFunctionArn"],
                "SourceDetails": [{**one, **more} for one in triggers],
            }
        case _:
            policy = {"PolicyRuntime": told["PolicyRuntime"], "PolicyText": told["PolicyText"]}
            rule["Source"] = {
                "Owner": "CUSTOM_POLICY",
                "SourceDetails": triggers,
                "CustomPolicyDetails": policy,
            }
    for name in ("Description", "InputParameters"):
        if told.get(name):
            rule[name] = told[name]
    if frequency and kind == _MANAGED:
        rule["MaximumExecutionFrequency"] = frequency
    return {name: one for name, one in rule.items() if one}


def _scope(told: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "ResourceTypesScope": "ComplianceResourceTypes",
        "ResourceIdScope": "ComplianceResourceId",
        "TagKeyScope": "TagKey",
        "TagValueScope": "TagValue",
    }
    return {name: told[given] for given, name in names.items() if told.get(given)}


@SERVICE.operation("DescribeOrganizationConfigRules")
def describe_organization_config_rules(call: Call) -> Result:
    """Tells rules, but for the text of policies."""
    found = asked_for(call, RULES, "OrganizationConfigRuleNames", _MISSING)
    return page(call, "OrganizationConfigRules", [_told(one) for one in found])


def _told(rollout: Rollout) -> dict[str, Any]:
    metadata = {name: rollout.told[name] for name in _METADATA if rollout.told.get(name)}
    if _POLICY in metadata:
        metadata[_POLICY] = {name: one for name, one in metadata[_POLICY].items() if name != "PolicyText"}
    return {
        "OrganizationConfigRuleName": rollout.name,
        "OrganizationConfigRuleArn": rollout.arn,
        "ExcludedAccounts": sorted(rollout.excluded),
        "LastUpdateTime": rollout.updated,
        **metadata,
    }


@SERVICE.operation("GetOrganizationCustomRulePolicy")
def get_organization_custom_rule_policy(call: Call) -> Result:
    """Tells the text of a rule that is a policy in Guard."""
    found = existing(call, RULES, str(call.parameters["OrganizationConfigRuleName"]), _MISSING)
    return {"PolicyText": (found.told.get(_POLICY) or {}).get("PolicyText", "")}


@SERVICE.operation("DescribeOrganizationConfigRuleStatuses")
def describe_organization_config_rule_statuses(call: Call) -> Result:
    """Tells how rules stand as a whole."""
    found = asked_for(call, RULES, "OrganizationConfigRuleNames", _MISSING)
    rows = [
        {
            "OrganizationConfigRuleName": one.name,
            "OrganizationRuleStatus": one.status,
            **one.standing().told(),
        }
        for one in found
    ]
    return page(call, "OrganizationConfigRuleStatuses", rows)


@SERVICE.operation("GetOrganizationConfigRuleDetailedStatus")
def get_organization_config_rule_detailed_status(call: Call) -> Result:
    """Tells how a rule stands in each account."""
    found = existing(call, RULES, str(call.parameters["OrganizationConfigRuleName"]), _MISSING)
    key, status = "OrganizationConfigRuleDetailedStatus", "MemberAccountRuleStatus"
    return details(call, found, key, name="ConfigRuleName", status=status)


@SERVICE.operation("DeleteOrganizationConfigRule")
def delete_organization_config_rule(call: Call) -> Result:
    """Has a rule removed from every account behind the call."""
    delete(call, existing(call, RULES, str(call.parameters["OrganizationConfigRuleName"]), _MISSING))
    return {}
