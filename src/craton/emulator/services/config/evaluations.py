"""What rules found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import ServiceError
from craton.emulator.services.config.service import SERVICE, Rule, existing, page, rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result

_CAP: Final = 25
_TEST_TOKEN: Final = "TESTMODE"  # noqa: S105 - the word that AWS's guides use where nothing is kept


@SERVICE.operation("PutEvaluations")
def put_evaluations(call: Call) -> Result:
    """Keeps what a function found, for the rule whose token it brings."""
    check_parameters(call)
    token = str(call.parameters["ResultToken"])
    if call.parameters.get("TestMode") or token == _TEST_TOKEN:
        return {"FailedEvaluations": []}
    rule: Rule | None = call.world.shelf("", "", "config result tokens").get(token)
    if rule is None or rule.account != call.account:
        raise ServiceError("InvalidResultTokenException", "The specified ResultToken is invalid.")
    held = rules(call.world, rule.account, rule.region).get(rule.name)
    if held is None or held.id != rule.id:
        raise ServiceError(
            "NoSuchConfigRuleException", "The rule of the ResultToken does not exist any more."
        )
    for one in call.parameters.get("Evaluations") or ():
        key = (str(one["ComplianceResourceType"]), str(one["ComplianceResourceId"]))
        if one["ComplianceType"] == "NOT_APPLICABLE":
            held.results.pop(key, None)
        else:
            held.results[key] = {**one, "recorded": call.time, "invoked": rule.invoked}
    return {"FailedEvaluations": []}


@SERVICE.operation("GetComplianceDetailsByConfigRule")
def get_compliance_details_by_config_rule(call: Call) -> Result:
    """Tells each result of a rule."""
    given = call.parameters
    rule = existing(call, str(given["ConfigRuleName"]))
    wanted = given.get("ComplianceTypes")
    rows = [
        result(rule, one) for one in rule.results.values() if not wanted or one["ComplianceType"] in wanted
    ]
    return page(call, "EvaluationResults", rows)


def result(rule: Rule, one: Mapping[str, Any]) -> dict[str, Any]:
    """One result of a rule, as Config tells it."""
    qualifier = {
        "ConfigRuleName": rule.name,
        "ResourceType": one["ComplianceResourceType"],
        "ResourceId": one["ComplianceResourceId"],
        "EvaluationMode": "DETECTIVE",
    }
    told = {
        "EvaluationResultIdentifier": {
            "EvaluationResultQualifier": qualifier,
            "OrderingTimestamp": one["OrderingTimestamp"],
        },
        "ComplianceType": one["ComplianceType"],
        "ResultRecordedTime": one["recorded"],
        "ConfigRuleInvokedTime": one["invoked"],
    }
    return {**told, "Annotation": one["Annotation"]} if one.get("Annotation") else told


@SERVICE.operation("DescribeComplianceByConfigRule")
def describe_compliance_by_config_rule(call: Call) -> Result:
    """Tells whether rules are kept: none is that found one resource that does not."""
    given = call.parameters
    names = given.get("ConfigRuleNames")
    held = rules(call.world, call.account, call.region)
    found = [existing(call, str(name)) for name in names] if names else list(held.values())
    wanted = given.get("ComplianceTypes")
    told = {one.name: compliance(one) for one in found}
    rows = [
        {"ConfigRuleName": name, "Compliance": one}
        for name, one in told.items()
        if not wanted or one["ComplianceType"] in wanted
    ]
    return {"ComplianceByConfigRules": rows}


def compliance(rule: Rule) -> dict[str, Any]:
    """Whether a rule is kept."""
    types = [one["ComplianceType"] for one in rule.results.values()]
    broken = types.count("NON_COMPLIANT")
    if broken:
        count = {"CappedCount": min(broken, _CAP), "CapExceeded": broken > _CAP}
        return {"ComplianceType": "NON_COMPLIANT", "ComplianceContributorCount": count}
    return {"ComplianceType": "COMPLIANT" if "COMPLIANT" in types else "INSUFFICIENT_DATA"}
