"""Rules, and how those that are Lambda functions evaluate.

Source: "Creating AWS Config Custom Lambda Rules" and "Example Events for AWS Config Rules",
docs.aws.amazon.com/config/latest/developerguide/, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from moto.config.models import config_backends

from craton.emulator.constraints import check_parameters
from craton.emulator.delivery.access import LostError, lost
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.naming import letters
from craton.emulator.services.config.service import SERVICE, Rule, existing, remediations, rules, tag, tags_of
from craton.emulator.services.config.sources import PRINCIPAL, SCHEDULED, check_source, evaluates, may_invoke
from craton.emulator.services.lambda_ import function_of, run

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

_LINKED: Final = f"aws-service-role/{PRINCIPAL}/AWSServiceRoleForConfig"
MOST_RULES: Final = 1000
_NOT_KEPT: Final = ("EvaluationModes", "RuleEvaluationVisibility", "CreatedBy")
_NOT_YOURS: Final = (
    "An AWS service owns ServiceLinkedConfigRule. You do not have permissions to take action on this rule."
)


@SERVICE.operation("PutConfigRule")
def put_config_rule(call: Call) -> Result:
    """Sets a rule and has it evaluate, behind the call."""
    check_parameters(call)
    told: dict[str, Any] = dict(call.parameters["ConfigRule"])
    for name in _NOT_KEPT:
        if told.get(name):
            raise NotEmulatedError(f"the parameter ConfigRule.{name}")
    check_source(call, told)
    if not config_backends[call.account][call.region].recorders:
        raise ServiceError(
            "NoAvailableConfigurationRecorderException",
            "You must create a configuration recorder before you can create or update a Config rule.",
        )
    held = rules(call.world, call.account, call.region)
    name = str(told.get("ConfigRuleName") or "")
    if not name:
        raise ServiceError("InvalidParameterValueException", "The ConfigRule name is required.")
    if name not in held and len(held) >= MOST_RULES:
        raise ServiceError("MaxNumberOfConfigRulesExceededException", f"There are {MOST_RULES} rules.")
    before = held.get(name)
    if before is not None:
        _check_owner(call, before)
    made = before.id if before else f"config-rule-{letters(f'{call.account}/{call.region}/{name}', 6)}"
    arn = f"arn:aws:config:{call.region}:{call.account}:config-rule/{made}"
    rule = Rule(
        name=name,
        id=made,
        arn=arn,
        account=call.account,
        region=call.region,
        told=told,
        made=call.time,
        created_by=_service_of(call),
    )
    if before is not None:
        rule.results = before.results
    held[name] = rule
    tag(call, arn)
    start(call.world, rule)
    return {}


def _service_of(call: Call) -> str | None:
    """The service that calls of its own accord; None where a principal calls."""
    return call.caller.arn if call.caller.type == "AWSService" else None


def _check_owner(call: Call, rule: Rule) -> None:
    """Raises: ServiceError where a service made the rule, and another caller would change it."""
    if rule.created_by is not None and rule.created_by != _service_of(call):
        raise ServiceError("AccessDeniedException", _NOT_YOURS)


def start(world: World, rule: Rule) -> None:
    """The rule evaluates behind the call, if it is a function."""
    if not evaluates(rule):
        return
    world.work.start(f"rule {rule.name}", functools.partial(_evaluate, world, rule))


def _evaluate(world: World, rule: Rule) -> None:
    """The function of a rule has run; what it found it tells by PutEvaluations."""
    rule.invoked = world.now()
    token = letters(f"{rule.arn}/{rule.invoked}", 40)
    world.shelf("", "", "config result tokens")[token] = rule
    function = str(rule.told["Source"]["SourceIdentifier"])
    try:
        if not may_invoke(world, function, rule.arn, rule.account):
            raise LostError(f"{function} does not let {PRINCIPAL} in for {rule.arn}")  # noqa: TRY301
        outcome = run(world, function_of(world, rule.account, rule.region, function), _event(rule, token))
    except (LostError, ClientError, ServiceError, NotEmulatedError) as why:
        rule.failed, rule.error = world.now(), str(why)
        lost(world, f"the evaluation of {rule.arn}", why)
        return
    if outcome.error:
        rule.failed, rule.error = world.now(), outcome.payload
    else:
        rule.succeeded, rule.error = world.now(), None


def _event(rule: Rule, token: str) -> str:
    invoking = {
        "awsAccountId": rule.account,
        "notificationCreationTime": f"{rule.invoked:%Y-%m-%dT%H:%M:%S.000Z}",
        "messageType": SCHEDULED,
        "recordVersion": "1.0",
    }
    return json.dumps(
        {
            "invokingEvent": json.dumps(invoking),
            "ruleParameters": str(rule.told.get("InputParameters") or "{}"),
            "resultToken": token,
            "eventLeftScope": False,
            "executionRoleArn": f"arn:aws:iam::{rule.account}:role/{_LINKED}",
            "configRuleArn": rule.arn,
            "configRuleName": rule.name,
            "configRuleId": rule.id,
            "accountId": rule.account,
            "version": "1.0",
        }
    )


@SERVICE.operation("StartConfigRulesEvaluation")
def start_config_rules_evaluation(call: Call) -> Result:
    """Has rules evaluate now."""
    found = [existing(call, str(name)) for name in call.parameters.get("ConfigRuleNames") or ()]
    for rule in found:
        start(call.world, rule)
    return {}


@SERVICE.operation("DescribeConfigRules")
def describe_config_rules(call: Call) -> Result:
    """Tells rules."""
    if (call.parameters.get("Filters") or {}).get("EvaluationMode", "DETECTIVE") != "DETECTIVE":
        raise NotEmulatedError("the parameter Filters")
    names = call.parameters.get("ConfigRuleNames")
    held = rules(call.world, call.account, call.region)
    found = [existing(call, str(name)) for name in names] if names else list(held.values())
    return {"ConfigRules": [_told(one) for one in found]}


def _told(rule: Rule) -> dict[str, Any]:
    """A rule as Config tells it: the text of a policy has an operation of its own."""
    source = dict(rule.told["Source"])
    if "CustomPolicyDetails" in source:
        details = source["CustomPolicyDetails"]
        source["CustomPolicyDetails"] = {name: one for name, one in details.items() if name != "PolicyText"}
    by = {"CreatedBy": rule.created_by} if rule.created_by else {}
    state = {"ConfigRuleArn": rule.arn, "ConfigRuleId": rule.id, "ConfigRuleState": "ACTIVE"}
    return {**rule.told, "Source": source, **state, **by}


@SERVICE.operation("GetCustomRulePolicy")
def get_custom_rule_policy(call: Call) -> Result:
    """Tells the text of a rule that is a policy in Guard."""
    rule = existing(call, str(call.parameters.get("ConfigRuleName") or ""))
    details = rule.told["Source"].get("CustomPolicyDetails") or {}
    return {"PolicyText": details.get("PolicyText", "")}


@SERVICE.operation("DeleteConfigRule")
def delete_config_rule(call: Call) -> Result:
    """Removes a rule with its results."""
    rule = existing(call, str(call.parameters["ConfigRuleName"]))
    _check_owner(call, rule)
    if rule.name in remediations(call):
        raise ServiceError(
            "ResourceInUseException",
            f"The rule {rule.name} currently has a RemediationConfiguration. Please delete the"
            " RemediationConfiguration and try again.",
        )
    del rules(call.world, call.account, call.region)[rule.name]
    tags_of(call, rule.arn).clear()
    return {}


@SERVICE.operation("DescribeConfigRuleEvaluationStatus")
def describe_config_rule_evaluation_status(call: Call) -> Result:
    """Tells when rules ran, and what became of it."""
    names = call.parameters.get("ConfigRuleNames")
    held = rules(call.world, call.account, call.region)
    found = [existing(call, str(name)) for name in names] if names else list(held.values())
    return {"ConfigRulesEvaluationStatus": [_status(one) for one in found]}


def _status(rule: Rule) -> dict[str, Any]:
    told = {
        "LastSuccessfulInvocationTime": rule.succeeded,
        "LastFailedInvocationTime": rule.failed,
        "LastSuccessfulEvaluationTime": rule.succeeded,
        "LastFailedEvaluationTime": rule.failed,
        "LastErrorMessage": rule.error,
    }
    return {
        "ConfigRuleName": rule.name,
        "ConfigRuleArn": rule.arn,
        "ConfigRuleId": rule.id,
        "FirstActivatedTime": rule.made,
        "FirstEvaluationStarted": rule.invoked is not None,
        **{name: one for name, one in told.items() if one is not None},
    }
