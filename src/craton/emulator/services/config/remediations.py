"""What is to be done about resources that break a rule. Nothing is done: no document runs here.

Source: "PutRemediationConfigurations", docs.aws.amazon.com/config/latest/APIReference/
API_PutRemediationConfigurations.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.naming import letters
from craton.emulator.services.config.service import SERVICE, Rule, existing, remediations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result

_NEEDED: Final = ("MaximumAutomaticAttempts", "RetryAttemptSeconds")
_ROLE: Final = "AutomationAssumeRole"


@SERVICE.operation("PutRemediationConfigurations")
def put_remediation_configurations(call: Call) -> Result:
    """Sets what is to be done about rules."""
    check_parameters(call)
    for told in call.parameters["RemediationConfigurations"]:
        rule = existing(call, str(told["ConfigRuleName"]))
        _check(call, rule, told)
        held = remediations(call).get(rule.name)
        arn = str(held["Arn"]) if held else _new_arn(call, rule)
        by = {"CreatedByService": rule.created_by} if rule.created_by else {}
        remediations(call)[rule.name] = {"Automatic": False, **told, "Arn": arn, **by}
    return {"FailedBatches": []}


def _new_arn(call: Call, rule: Rule) -> str:
    own = letters(f"{rule.arn}/remediation", 12)
    return f"arn:aws:config:{call.region}:{call.account}:remediation-configuration/{rule.name}/{own}"


def _check(call: Call, rule: Rule, told: Mapping[str, Any]) -> None:
    """Raises: ServiceError for what Config refuses; NotEmulatedError where somebody would have to do it."""
    if rule.created_by is not None and call.caller.arn != rule.created_by:
        raise ServiceError(
            "InsufficientPermissionsException",
            f"Remediation configurations of the service-linked rule {rule.name} cannot be changed.",
        )
    if not told.get("Automatic"):
        return
    lacking = [name for name in _NEEDED if told.get(name) is None]
    if _ROLE not in (told.get("Parameters") or {}):
        lacking.append(f"Parameters.{_ROLE}")
    if lacking:
        raise ServiceError(
            "InvalidParameterValueException",
            f"{', '.join(lacking)} must be specified for automatic remediation.",
        )
    raise NotEmulatedError("automatic remediation")


@SERVICE.operation("DescribeRemediationConfigurations")
def describe_remediation_configurations(call: Call) -> Result:
    """Tells what is to be done about rules; those about which nothing is are left out."""
    held = remediations(call)
    names = [str(name) for name in call.parameters["ConfigRuleNames"]]
    return {"RemediationConfigurations": [held[name] for name in names if name in held]}


@SERVICE.operation("DeleteRemediationConfiguration")
def delete_remediation_configuration(call: Call) -> Result:
    """Nothing is to be done about a rule any more."""
    name = str(call.parameters["ConfigRuleName"])
    if name not in remediations(call):
        raise ServiceError(
            "NoSuchRemediationConfigurationException",
            f"No RemediationConfiguration for rule {name} exists.",
        )
    del remediations(call)[name]
    return {}
