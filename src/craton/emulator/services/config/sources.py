"""What rules are: functions, rules of AWS, or policies in Guard; and whether they can be as they are told.

Functions evaluate. There are no configuration items, by which the rules of AWS and policies in Guard would
evaluate: these are kept and told, and have found nothing.

Source: "AWS Config Managed Rules", "Creating AWS Config Custom Policy Rules" and "Creating AWS Config Custom
Lambda Rules", docs.aws.amazon.com/config/latest/developerguide/, retrieved 2026-11-26; the identifiers of
managed rules are those that the pinned release of moto took from there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.config.models import MANAGED_RULES_CONSTRAINTS

from craton.emulator.delivery.access import service_may
from craton.emulator.delivery.addresses import policy_of_function
from craton.emulator.errors import NotEmulatedError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.services.config.service import Rule
    from craton.emulator.world import World

PRINCIPAL: Final = "config.amazonaws.com"
SCHEDULED: Final = "ScheduledNotification"
ITEMS: Final = ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")
_OWN_FIELDS: Final = ("SourceDetails", "CustomPolicyDetails")


def check_source(call: Call, told: Mapping[str, Any]) -> None:
    """Raises: ServiceError for a rule that cannot be; NotEmulatedError for functions that wait for items."""
    source = told["Source"]
    _check_input(told)
    match source["Owner"]:
        case "AWS":
            _check_managed(source)
        case "CUSTOM_POLICY":
            _check_policy(source)
        case _:
            _check_function(call, source)


def evaluates(rule: Rule) -> bool:
    """Whether something evaluates the rule here: only functions do."""
    return bool(rule.told["Source"]["Owner"] == "CUSTOM_LAMBDA")


def _check_input(told: Mapping[str, Any]) -> None:
    try:
        json.loads(str(told.get("InputParameters") or "{}"))
    except ValueError as error:
        raise ServiceError(
            "InvalidParameterValueException", f"Invalid json {told['InputParameters']} passed."
        ) from error


def _check_managed(source: Mapping[str, Any]) -> None:
    identifier = str(source.get("SourceIdentifier") or "")
    if identifier not in MANAGED_RULES_CONSTRAINTS:
        raise ServiceError(
            "InvalidParameterValueException",
            f"The sourceIdentifier {identifier} is invalid. Please refer to the documentation for a list of"
            " valid sourceIdentifiers that can be used when AWS is the Owner.",
        )
    for name in _OWN_FIELDS:
        if source.get(name):
            raise ServiceError(
                "InvalidParameterValueException", f"{name} should be null/empty if the owner is AWS."
            )


def _check_policy(source: Mapping[str, Any]) -> None:
    details = source.get("CustomPolicyDetails")
    if not details or not str(details["PolicyText"]).strip():
        raise ServiceError(
            "InvalidParameterValueException",
            "CustomPolicyDetails should be specified if the owner is CUSTOM_POLICY.",
        )
    types = [one.get("MessageType") for one in source.get("SourceDetails") or ()]
    if not types or set(types) - set(ITEMS):
        raise ServiceError(
            "InvalidParameterValueException",
            f"SourceDetails of custom policy rules must be of the message types {', '.join(ITEMS)}.",
        )


def _check_function(call: Call, source: Mapping[str, Any]) -> None:
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
    if not may_invoke(call.world, function, arn, call.account):
        raise ServiceError(
            "InsufficientPermissionsException",
            f"The AWS Lambda function {function} cannot be invoked. Check the specified function ARN, and"
            " check the function's permissions.",
        )


def may_invoke(world: World, function: str, rule: str, account: str) -> bool:
    """Whether a function lets Config in for a rule of an account."""
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
