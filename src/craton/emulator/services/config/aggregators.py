"""Aggregators: what the rules of many accounts found, read in one.

Source: "Multi-Account Multi-Region Data Aggregation for AWS Config", docs.aws.amazon.com/config/latest/
developerguide/aggregate-data.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.config.models import config_backends

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.config.evaluations import compliance, result
from craton.emulator.services.config.service import SERVICE, Rule, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.config.models import ConfigAggregator

    from craton.emulator.call import Call
    from craton.emulator.service import Result

_PRINCIPALS: Final = ("config.amazonaws.com", "config-multiaccountsetup.amazonaws.com")


@SERVICE.before("PutConfigurationAggregator")
def check_aggregator(call: Call) -> None:
    """Raises: ServiceError where an organization is not the account's to aggregate; NotEmulatedError."""
    given = call.parameters
    if given.get("AggregatorFilters"):
        raise NotEmulatedError("the parameter AggregatorFilters")
    if not given.get("OrganizationAggregationSource"):
        return
    organization = call.world.organization
    if organization is None or call.account not in organization.members:
        raise ServiceError("NoAvailableOrganizationException", "The account is in no organization.")
    delegated = organization.administrators.get(call.account, {})
    if call.account != organization.management_account and not set(_PRINCIPALS) & set(delegated):
        raise ServiceError(
            "OrganizationAccessDeniedException",
            "Only the management account or a delegated administrator may aggregate an organization.",
        )
    if _PRINCIPALS[0] not in organization.service_access:
        raise ServiceError("OrganizationAccessDeniedException", "Config has no access to the organization.")


def _aggregator(call: Call) -> ConfigAggregator:
    held = config_backends[call.account][call.region].config_aggregators
    found = held.get(str(call.parameters["ConfigurationAggregatorName"]))
    if found is None:
        raise ServiceError(
            "NoSuchConfigurationAggregatorException",
            "The configuration aggregator does not exist. Check the configuration aggregator name and"
            " try again.",
        )
    return found


def _rules(call: Call) -> Iterator[Rule]:
    """The rules that an aggregator sees: of its organization, or of accounts that let it."""
    found = _aggregator(call)
    source = found.organization_aggregation_source
    for (account, region), held in sorted(call.world.shelves("config rules").items()):
        if source is not None:
            organization = call.world.organization
            seen = organization is not None and account in organization.members
            regions = None if source.all_aws_regions else source.aws_regions
            if seen and (regions is None or region in regions):
                yield from held.values()
            continue
        for one in found.account_aggregation_sources or ():
            regions = None if one.all_aws_regions else one.aws_regions
            if (
                account in one.account_ids
                and (regions is None or region in regions)
                and _lets(call, account, region)
            ):
                yield from held.values()


def _lets(call: Call, account: str, region: str) -> bool:
    """Whether an account let the aggregator's account and Region see what it has in a Region."""
    held = config_backends[account][region].aggregation_authorizations.values()
    wanted = (call.account, call.region)
    return account == call.account or any(
        (str(one.authorized_account_id), str(one.authorized_aws_region)) == wanted for one in held
    )


@SERVICE.operation("DescribeAggregateComplianceByConfigRules")
def describe_aggregate_compliance_by_config_rules(call: Call) -> Result:
    """Tells whether the rules of all accounts are kept, one by one."""
    filters = call.parameters.get("Filters") or {}
    rows = []
    for rule in _rules(call):
        row = {
            "ConfigRuleName": rule.name,
            "Compliance": compliance(rule),
            "AccountId": rule.account,
            "AwsRegion": rule.region,
        }
        told = {**row, "ComplianceType": compliance(rule)["ComplianceType"]}
        if all(told.get(name) == value for name, value in filters.items()):
            rows.append(row)
    return page(call, "AggregateComplianceByConfigRules", rows)


@SERVICE.operation("GetAggregateComplianceDetailsByConfigRule")
def get_aggregate_compliance_details_by_config_rule(call: Call) -> Result:
    """Tells each result of a rule of an account."""
    given = call.parameters
    place = (given["ConfigRuleName"], given["AccountId"], given["AwsRegion"])
    rows = [
        {**result(rule, one), "AccountId": rule.account, "AwsRegion": rule.region}
        for rule in _rules(call)
        if (rule.name, rule.account, rule.region) == place
        for one in rule.results.values()
        if given.get("ComplianceType") in (None, one["ComplianceType"])
    ]
    return page(call, "AggregateEvaluationResults", rows)
