"""CloudWatch Observability Admin, as far as it centralizes logs of an organization.

Source: "CloudWatch Observability Admin API Reference", docs.aws.amazon.com/cloudwatch/latest/
observabilityadmin/Welcome.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.delivery.centralization import GROUPS, PRINCIPAL, SCOPES, SHELF, Rule, variables_of
from craton.emulator.delivery.log_events import milliseconds
from craton.emulator.delivery.selection import selection
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from craton.emulator.call import Call
    from craton.emulator.organization import Organization
    from craton.emulator.service import Result

SERVICE = Service("observabilityadmin")
_VARIABLES: Final = frozenset(
    {
        *("source.logGroup", "source.accountId", "source.region", "source.org.id"),
        *("source.org.ouId", "source.org.rootId", "source.org.path"),
    }
)
_SOURCES: Final = (
    *("SourceMetricsConfiguration", "SourceProfilesConfiguration", "SourceContextGraphConfiguration"),
)
_DESTINATIONS: Final = ("DestinationMetricsConfiguration", "DestinationProfilesConfiguration")
_OF_LOGS: Final = ("TagPropagationConfiguration", "LogGroupDeletionProtection")


def _organization(call: Call) -> Organization:
    """The organization that the caller administers. Raises: ServiceError for all others."""
    organization = call.world.organization
    if organization is not None and call.account in organization.members:
        delegated = organization.administrators.get(call.account, {})
        if call.account == organization.management_account or PRINCIPAL in delegated:
            return organization
    raise ServiceError(
        "AccessDeniedException",
        "This operation can only be called by the organization's management account or a delegated"
        " administrator account.",
    )


def _rules(call: Call) -> dict[str, Rule]:
    """The rules of the caller in the Region of the call, by ARN."""
    return call.world.shelf(call.account, call.region, SHELF)


def _arn(call: Call, name: str) -> str:
    kind = "organization-centralization-rule"
    return f"arn:aws:observabilityadmin:{call.region}:{call.account}:{kind}/{name}"


def _existing(call: Call) -> Rule:
    told = str(call.parameters["RuleIdentifier"])
    found = _rules(call).get(told if told.startswith("arn:") else _arn(call, told))
    if found is None:
        raise ServiceError("ResourceNotFoundException", f"The rule {told} does not exist.")
    return found


@SERVICE.operation("CreateCentralizationRuleForOrganization")
def create_rule(call: Call) -> Result:
    """Keeps a rule; new log events of what it is about are copied from now on."""
    _organization(call)
    check_parameters(call)
    given, arn = call.parameters, _arn(call, str(call.parameters["RuleName"]))
    _check(given["Rule"])
    held = _rules(call)
    if arn in held:
        raise ServiceError("ConflictException", f"The rule {given['RuleName']} already exists.")
    now = milliseconds(call.time)
    held[arn] = Rule(
        name=str(given["RuleName"]),
        arn=arn,
        creator=call.account,
        region=call.region,
        told=dict(given["Rule"]),
        made=now,
        updated=now,
        tags={str(key): str(value) for key, value in (given.get("Tags") or {}).items()},
    )
    return {"RuleArn": arn}


def _check(told: Mapping[str, Any]) -> None:
    """Raises: ServiceError for a rule that cannot be; NotEmulatedError for what is not centralized here."""
    source, destination = told["Source"], told["Destination"]
    logs = destination.get("DestinationLogsConfiguration") or {}
    for holder, names in ((source, _SOURCES), (destination, _DESTINATIONS), (logs, _OF_LOGS)):
        for name in names:
            if holder.get(name) is not None:
                raise NotEmulatedError(f"the parameter {name}")
    selected = source.get("SourceLogsConfiguration")
    if not selected:
        raise ServiceError("ValidationException", "A source configuration must be specified.")
    if selected.get("DataSourceSelectionCriteria"):
        raise NotEmulatedError("the parameter DataSourceSelectionCriteria")
    if not destination.get("Account"):
        raise NotEmulatedError("a destination without an Account")
    selection(str(source.get("Scope") or "*"), SCOPES)
    selection(str(selected.get("LogGroupSelectionCriteria") or "*"), GROUPS)
    _check_encryption(logs.get("LogsEncryptionConfiguration") or {})
    pattern = (logs.get("LogGroupNameConfiguration") or {}).get("LogGroupNamePattern", "")
    unknown = sorted(set(variables_of(str(pattern))) - _VARIABLES)
    if unknown:
        raise ServiceError(
            "ValidationException", f"Unsupported variable in LogGroupNamePattern: {unknown[0]}"
        )


def _check_encryption(told: Mapping[str, Any]) -> None:
    is_ours = told.get("EncryptionStrategy") == "CUSTOMER_MANAGED"
    if is_ours and not told.get("KmsKeyArn"):
        raise ServiceError("ValidationException", "KmsKeyArn must be specified for CUSTOMER_MANAGED.")
    if told and not is_ours and told.get("EncryptionScope"):
        raise ServiceError("ValidationException", "EncryptionScope is not valid for AWS_OWNED.")


@SERVICE.operation("GetCentralizationRuleForOrganization")
def get_rule(call: Call) -> Result:
    """Tells a rule, and whether it works."""
    organization, found = _organization(call), _existing(call)
    return {**_summary(found, organization), "CentralizationRule": found.told}


def _summary(rule: Rule, organization: Organization) -> dict[str, Any]:
    failure = rule.failure(organization)
    return {
        "RuleName": rule.name,
        "RuleArn": rule.arn,
        "CreatorAccountId": rule.creator,
        "CreatedTimeStamp": rule.made,
        "CreatedRegion": rule.region,
        "LastUpdateTimeStamp": rule.updated,
        "RuleHealth": "Unhealthy" if failure else "Healthy",
        **({"FailureReason": failure} if failure else {}),
    }


@SERVICE.operation("ListCentralizationRulesForOrganization")
def list_rules(call: Call) -> Result:
    """Lists the caller's rules: of the Region of the call, or of all."""
    organization, given = _organization(call), call.parameters
    places = call.world.shelves(SHELF)
    rows = [
        {
            **_summary(rule, organization),
            "DestinationAccountId": rule.account,
            "DestinationRegion": str(rule.told["Destination"]["Region"]),
        }
        for (account, region), held in sorted(places.items())
        if account == call.account and (given.get("AllRegions") or region == call.region)
        for rule in held.values()
        if rule.name.startswith(str(given.get("RuleNamePrefix") or ""))
    ]
    start, size = int(given.get("NextToken") or 0), int(given.get("MaxResults") or 100)
    more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
    return {"CentralizationRuleSummaries": rows[start : start + size], **more}


@SERVICE.operation("UpdateCentralizationRuleForOrganization")
def update_rule(call: Call) -> Result:
    """The rule is as the call tells, whole."""
    _organization(call)
    check_parameters(call)
    found = _existing(call)
    _check(call.parameters["Rule"])
    found.told, found.updated = dict(call.parameters["Rule"]), milliseconds(call.time)
    return {"RuleArn": found.arn}


@SERVICE.operation("DeleteCentralizationRuleForOrganization")
def delete_rule(call: Call) -> Result:
    """Removes a rule; the copies stay."""
    _organization(call)
    del _rules(call)[_existing(call).arn]
    return {}


@SERVICE.operation("TagResource", "UntagResource", "ListTagsForResource")
def tag_resource(call: Call) -> Result:
    """Sets, removes or tells the tags of a rule."""
    given, arn = call.parameters, str(call.parameters["ResourceARN"])
    found = _rules(call).get(arn)
    if found is None:
        raise ServiceError("ResourceNotFoundException", f"The resource {arn} does not exist.")
    if call.operation.name == "ListTagsForResource":
        return {"Tags": dict(found.tags)}
    found.tags.update({str(key): str(value) for key, value in (given.get("Tags") or {}).items()})
    for key in given.get("TagKeys") or ():
        found.tags.pop(str(key), None)
    return {}


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """A rule is authorised by its ARN, which is told by name or whole."""
    name, given = call.operation.name, call.parameters
    if "CentralizationRule" not in name or name.startswith("List"):
        return None
    told = str(given.get("RuleIdentifier") or given.get("RuleName"))
    return [(f"observabilityadmin:{name}", told if told.startswith("arn:") else _arn(call, told))]


@SERVICE.condition_keys
def condition_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """The Regions that a rule leads from and to.

    Source: "Condition keys for CloudWatch Observability Admin", docs.aws.amazon.com/AmazonCloudWatch/latest/
    monitoring/condition-keys-observabilityadmin.html, retrieved 2026-11-26.
    """
    rule = call.parameters.get("Rule") or {}
    source, destination = rule.get("Source") or {}, rule.get("Destination") or {}
    backup = (destination.get("DestinationLogsConfiguration") or {}).get("BackupConfiguration") or {}
    told = {
        "CentralizationSourceRegions": tuple(map(str, source.get("Regions") or ())),
        "CentralizationDestinationRegion": tuple(filter(None, [destination.get("Region")])),
        "CentralizationBackupRegion": tuple(filter(None, [backup.get("Region")])),
    }
    return {f"observabilityadmin:{name}": values for name, values in told.items() if values}
