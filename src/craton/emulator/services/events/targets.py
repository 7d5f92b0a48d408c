"""Targets of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.arn import Arn
from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.buses import TARGETS
from craton.emulator.services.events.service import SERVICE, existing_rule, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result

MOST_TARGETS: Final = 5
_KEPT: Final = frozenset(
    {"Id", "Arn", "RoleArn", "Input", "InputPath", "InputTransformer", "DeadLetterConfig", "RetryPolicy"}
)


@SERVICE.operation("PutTargets")
def put_targets(call: Call) -> Result:
    """Gives a rule targets; one of the same id is exchanged."""
    check_parameters(call)
    _, rule = existing_rule(call, str(call.parameters["Rule"]), call.parameters.get("EventBusName"))
    given: list[dict[str, Any]] = [dict(one) for one in call.parameters["Targets"]]
    for one in given:
        _check(one)
    merged = {**rule.targets, **{str(one["Id"]): one for one in given}}
    if len(merged) > MOST_TARGETS:
        raise ServiceError(
            "LimitExceededException", "The requested resource exceeds the maximum number allowed."
        )
    rule.targets = merged
    return {"FailedEntryCount": 0, "FailedEntries": []}


def _check(target: Mapping[str, Any]) -> None:
    refuse(target, sorted(target.keys() - _KEPT))
    arn = Arn.parse(str(target["Arn"]))
    if arn is None:
        raise ServiceError("ValidationException", f"Parameter {target['Arn']} is not valid. Reason: no ARN.")
    if arn.service not in TARGETS:
        raise NotEmulatedError(f"targets of {arn.service}")
    if sum(target.get(name) is not None for name in ("Input", "InputPath", "InputTransformer")) > 1:
        raise ServiceError(
            "ValidationException", "Only one of Input, InputPath, or InputTransformer must be provided."
        )


@SERVICE.operation("RemoveTargets")
def remove_targets(call: Call) -> Result:
    """Takes targets away from a rule."""
    _, rule = existing_rule(call, str(call.parameters["Rule"]), call.parameters.get("EventBusName"))
    gone = {str(one) for one in call.parameters["Ids"]}
    rule.targets = {name: one for name, one in rule.targets.items() if name not in gone}
    return {"FailedEntryCount": 0, "FailedEntries": []}


@SERVICE.operation("ListTargetsByRule")
def list_targets_by_rule(call: Call) -> Result:
    """Lists the targets of a rule."""
    refuse(call.parameters, ("NextToken", "Limit"))
    _, rule = existing_rule(call, str(call.parameters["Rule"]), call.parameters.get("EventBusName"))
    return {"Targets": list(rule.targets.values())}
