"""A definition in the Amazon States Language, refused where it is none, or asks for what is not there.

Source: "Amazon States Language", states-language.net/spec.html, and "State machine structure in Amazon States
Language", docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.workflows.choice import COMPARISONS
from craton.emulator.workflows.integration import check_resource
from craton.emulator.workflows.intrinsics import check, is_intrinsic
from craton.emulator.workflows.paths import steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMMON: Final = frozenset(
    {"Type", "Comment", "InputPath", "OutputPath", "QueryLanguage", "Assign", "Output"}
)
_FLOWING: Final = frozenset({"Next", "End"})
_FAILING: Final = frozenset({"Retry", "Catch"})
_SHAPING: Final = frozenset({"Parameters", "ResultSelector", "ResultPath"})
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "Pass": _COMMON | _FLOWING | {"Parameters", "Result", "ResultPath"},
    "Task": _COMMON
    | _FLOWING
    | _FAILING
    | _SHAPING
    | {
        *("Resource", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds"),
        *("HeartbeatSecondsPath", "Credentials", "Arguments"),
    },
    "Choice": _COMMON | {"Choices", "Default"},
    "Wait": _COMMON | _FLOWING | {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
    "Succeed": _COMMON,
    "Fail": frozenset({"Type", "Comment", "QueryLanguage", "Error", "ErrorPath", "Cause", "CausePath"}),
    "Parallel": _COMMON | _FLOWING | _FAILING | _SHAPING | {"Branches", "Arguments"},
    "Map": _COMMON
    | _FLOWING
    | _FAILING
    | _SHAPING
    | {
        *("ItemsPath", "ItemSelector", "ItemProcessor", "Iterator", "MaxConcurrency", "MaxConcurrencyPath"),
        *("Items", "ItemReader", "ItemBatcher", "ResultWriter", "Label"),
        *("ToleratedFailureCount", "ToleratedFailurePercentage"),
    },
}
_NOT_HERE: Final = (
    *("Assign", "Arguments", "Output", "Items", "Credentials", "TimeoutSecondsPath"),
    *("HeartbeatSecondsPath", "ItemReader", "ItemBatcher", "ResultWriter", "Label", "MaxConcurrencyPath"),
    *("ToleratedFailureCount", "ToleratedFailurePercentage"),
)
_MACHINE: Final = frozenset({"Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"})
_PROCESSOR: Final = frozenset({"ProcessorConfig"})
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "Task": ("Resource",),
    "Choice": ("Choices",),
    "Parallel": ("Branches",),
}
_ONE_OF: Final = {"Wait": ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")}
_PATHS: Final = ("InputPath", "OutputPath", "ResultPath", "ItemsPath", "SecondsPath", "TimestampPath")


def read(text: str) -> dict[str, Any]:
    """The definition in a text.

    Raises: ServiceError where it is none, NotEmulatedError naming what it asks for that is not there.
    """
    try:
        told = json.loads(text)
    except ValueError as error:
        raise _refused("INVALID_JSON_DESCRIPTION", str(error), "/") from error
    if not isinstance(told, dict):
        raise _refused("SCHEMA_VALIDATION_FAILED", "The definition must be an object", "/")
    _check_machine(told, "", _MACHINE)
    return told


def _refused(code: str, why: str, place: str) -> ServiceError:
    return ServiceError(
        "InvalidDefinition", f"Invalid State Machine Definition: '{code}: {why} at {place or '/'}'"
    )


def _check_machine(told: Mapping[str, Any], place: str, known: frozenset[str]) -> None:
    _check_fields(told, known, place)
    _check_language(told)
    for name in ("StartAt", "States"):
        if name not in told:
            raise _refused("SCHEMA_VALIDATION_FAILED", f"The field '{name}' is required", place)
    states = told["States"]
    if not isinstance(states, dict) or not states:
        raise _refused("SCHEMA_VALIDATION_FAILED", "States must hold a state", f"{place}/States")
    if told["StartAt"] not in states:
        why = f"Missing 'StartAt' target: {told['StartAt']}"
        raise _refused("MISSING_TRANSITION_TARGET", why, f"{place}/StartAt")
    for name, state in states.items():
        _check_state(state, states, f"{place}/States/{name}")


def _check_fields(told: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    for name in told:
        if name not in known:
            raise _refused("SCHEMA_VALIDATION_FAILED", f"Field '{name}' is not supported", place)


def _check_language(told: Mapping[str, Any]) -> None:
    if told.get("QueryLanguage", "JSONPath") != "JSONPath":
        raise NotEmulatedError(f"the query language {told['QueryLanguage']}")


def _check_state(state: Any, states: Mapping[str, Any], place: str) -> None:
    kind = str(state.get("Type")) if isinstance(state, dict) else ""
    if kind not in _FIELDS:
        raise _refused("SCHEMA_VALIDATION_FAILED", f"'{kind}' is no type of a state", f"{place}/Type")
    _check_language(state)
    _check_fields(state, _FIELDS[kind], place)
    for name in _NOT_HERE:
        if name in state:
            raise NotEmulatedError(f"the field {name} of {kind} states")
    for name in _REQUIRED.get(kind, ()):
        if not state.get(name):
            raise _refused("SCHEMA_VALIDATION_FAILED", f"The field '{name}' is required", place)
    names = _ONE_OF.get(kind, ())
    if names and sum(name in state for name in names) != 1:
        why = f"Exactly one of {', '.join(names)} must be specified"
        raise _refused("SCHEMA_VALIDATION_FAILED", why, place)
    _check_flow(state, states, place)
    _check_paths(state)
    for name in ("Parameters", "ResultSelector", "ItemSelector"):
        _check_template(state.get(name), f"{place}/{name}")
    _check_kind(kind, state, place)


def _check_flow(state: Mapping[str, Any], states: Mapping[str, Any], place: str) -> None:
    if "Next" in _FIELDS[state["Type"]] and ("Next" in state) == bool(state.get("End")):
        why = "Exactly one of Next and End must be specified"
        raise _refused("SCHEMA_VALIDATION_FAILED", why, place)
    for path, target in _targets(state):
        if target not in states:
            why = f"Missing '{path.rpartition('/')[2]}' target: {target}"
            raise _refused("MISSING_TRANSITION_TARGET", why, f"{place}/{path}")


def _targets(state: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ("Next", "Default"):
        if name in state:
            yield name, state[name]
    for holder in ("Choices", "Catch"):
        for number, one in enumerate(state.get(holder) or ()):
            yield f"{holder}[{number}]/Next", one.get("Next")


def _check_paths(state: Mapping[str, Any]) -> None:
    for name in _PATHS:
        if state.get(name) is not None:
            steps_of(str(state[name]))


def _check_template(template: Any, place: str) -> None:
    if isinstance(template, list):
        for one in template:
            _check_template(one, place)
    if not isinstance(template, dict):
        return
    for name, one in template.items():
        if not name.endswith(".$"):
            _check_template(one, f"{place}/{name}")
        elif not isinstance(one, str) or not (one.startswith("$") or is_intrinsic(one)):
            why = f"The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function"
            raise _refused("SCHEMA_VALIDATION_FAILED", why, place)
        elif is_intrinsic(one):
            check(one)
        else:
            steps_of(one)


def _check_kind(kind: str, state: Mapping[str, Any], place: str) -> None:
    match kind:
        case "Task":
            check_resource(str(state["Resource"]))
        case "Choice":
            for number, rule in enumerate(state["Choices"]):
                _check_rule(rule, f"{place}/Choices[{number}]")
        case "Parallel":
            for number, branch in enumerate(state["Branches"]):
                _check_machine(branch, f"{place}/Branches[{number}]", _MACHINE)
        case "Map":
            _check_map(state, place)
        case _:
            return


def _check_rule(rule: Mapping[str, Any], place: str) -> None:
    for name in ("And", "Or"):
        for one in rule.get(name) or ():
            _check_rule(one, place)
    if "Not" in rule:
        _check_rule(rule["Not"], place)
    if {"And", "Or", "Not"} & rule.keys():
        return
    others = rule.keys() - COMPARISONS - {"Variable", "Next", "Comment"}
    if others or "Variable" not in rule or len(rule.keys() & COMPARISONS) != 1:
        why = f"The rule with {', '.join(sorted(rule))} is not one comparison of a Variable"
        raise _refused("SCHEMA_VALIDATION_FAILED", why, place)
    steps_of(str(rule["Variable"]))


def _check_map(state: Mapping[str, Any], place: str) -> None:
    processor = state.get("ItemProcessor") or state.get("Iterator")
    if not processor:
        raise _refused("SCHEMA_VALIDATION_FAILED", "The field 'ItemProcessor' is required", place)
    mode = (processor.get("ProcessorConfig") or {}).get("Mode", "INLINE")
    if mode != "INLINE":
        raise NotEmulatedError(f"Map states of the mode {mode}")
    _check_machine(processor, f"{place}/ItemProcessor", _MACHINE | _PROCESSOR)
