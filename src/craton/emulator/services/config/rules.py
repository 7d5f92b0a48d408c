"""Rules that are Lambda functions.

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
from craton.emulator.delivery.access import LostError, lost, service_may
from craton.emulator.delivery.addresses import policy_of_function
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.naming import letters
from craton.emulator.services.config.service import SERVICE, Rule, existing, rules, tags_of
from craton.emulator.services.lambda_ import function_of, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

PRINCIPAL: Final = "config.amazonaws.com"
SCHEDULED: Final = "ScheduledNotification"
_LINKED: Final = f"aws-service-role/{PRINCIPAL}/AWSServiceRoleForConfig"
MOST_RULES: Final = 1000
_NOT_KEPT: Final = ("EvaluationModes", "RuleEvaluationVisibility", "CreatedBy")


@SERVICE.operation("PutConfigRule")
def put_config_rule(call: Call) -> Result:
    """Sets a rule and has it evaluate, behind the call."""
    check_parameters(call)
    told: dict[str, Any] = dict(call.parameters["ConfigRule"])
    for name in _NOT_KEPT:
        if told.get(name):
            raise NotEmulatedError(f"the parameter ConfigRule.{name}")
    _check_source(call, told)
    if not config_backends[call.account][call.region].recorders:
        raise ServiceError(
            "NoAvailableConfigurationRecorderException",
            "Configuration recorder is not available to put config rule.",
        )
    held = rules(call.world, call.account, call.region)
    name = str(told.get("ConfigRuleName") or "")
    if not name:
        raise ServiceError("InvalidParameterValueException", "The ConfigRule name is required.")
    if name not in held and len(held) >= MOST_RULES:
        raise ServiceError("MaxNumberOfConfigRulesExceededException", f"There are {MOST_RULES} rules.")
    before = held.get(name)
    made = before.id if before else f"config-rule-{letters(f'{call.account}/{call.region}/{name}', 6)}"
    arn = f"arn:aws:config:{call.region}:{call.account}:config-rule/{made}"
    rule = Rule(
        name=name, id=made, arn=arn, account=call.account, region=call.region, told=told, made=call.time
    )
    if before is not None:
        rule.results = before.results
    held[name] = rule
    given = call.parameters.get("Tags") or ()
    tags_of(call, arn).update({str(one["Key"]): str(one["Value"]) for one in given})
    start(call.world, rule)
    return {}


def _check_source(call: Call, told: Mapping[str, Any]) -> None:
    """Raises: NotEmulatedError for rules that are no functions on a schedule; ServiceError."""
    source = told["Source"]
    if source["Owner"] != "CUSTOM_LAMBDA":
        raise NotEmulatedError(f"rules of the owner {source['Owner']}")
    details = source.get("SourceDetails") or ()
    for one in details:
        if one.get("MessageType") != SCHEDULED:
            raise NotEmulatedError(f"rules that wait for {one.get('MessageType')}")
    if not details:
        raise ServiceError(
            "InvalidParameterValueException", "SourceDetails should be specified for custom rules."
        )
    function = str(source.get("SourceIdentifier") or "")
    arn = f"arn:aws:config:{call.region}:{call.account}:config-rule/*"
    if not _may_invoke(call.world, function, arn, call.account):
        raise ServiceError(
            "InsufficientPermissionsException",
            f"The AWS Lambda function {function} cannot be invoked. Check the specified function ARN, and"
            " check the function's permissions.",
        )


def _may_invoke(world: World, function: str, rule: str, account: str) -> bool:
    return service_may(
        world,
        PRINCIPAL,
        "lambda:InvokeFunction",
        function,
        policy=policy_of_function(function) if function.count(":") >= 6 else None,  # noqa: PLR2004 - an ARN
        owner=function.split(":")[4] if function.startswith("arn:") else account,
        source_arn=rule,
        source_account=account,
    )


def start(world: World, rule: Rule) -> None:
    """The rule evaluates behind the call."""
    world.work.start(f"rule {rule.name}", functools.partial(_evaluate, world, rule))


def _evaluate(world: World, rule: Rule) -> None:
    """The function of a rule has run; what it found it tells by PutEvaluations."""
    rule.invoked = world.now()
    token = letters(f"{rule.arn}/{rule.invoked}", 40)
    world.shelf("", "", "config result tokens")[token] = rule
    function = str(rule.told["Source"]["SourceIdentifier"])
    try:
        if not _may_invoke(world, function, rule.arn, rule.account):
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
    rows = [
        {**one.told, "ConfigRuleArn": one.arn, "ConfigRuleId": one.id, "ConfigRuleState": "ACTIVE"}
        for one in found
    ]
    return {"ConfigRules": rows}


@SERVICE.operation("DeleteConfigRule")
def delete_config_rule(call: Call) -> Result:
    """Removes a rule with its results."""
    rule = existing(call, str(call.parameters["ConfigRuleName"]))
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


@SERVICE.operation("TagResource", "UntagResource", "ListTagsForResource")
def tag_resource(call: Call) -> Result:
    """Sets, removes or tells the tags of a rule."""
    arn = str(call.parameters["ResourceArn"])
    if ":config-rule/" not in arn:
        raise NotEmulatedError(f"tags of {arn}")
    if all(one.arn != arn for one in rules(call.world, call.account, call.region).values()):
        raise ServiceError("ResourceNotFoundException", f"The resource {arn} does not exist.")
    held = tags_of(call, arn)
    if call.operation.name == "ListTagsForResource":
        return {"Tags": [{"Key": key, "Value": value} for key, value in held.items()]}
    held.update({str(one["Key"]): str(one["Value"]) for one in call.parameters.get("Tags") or ()})
    for key in call.parameters.get("TagKeys") or ():
        held.pop(str(key), None)
    return {}
