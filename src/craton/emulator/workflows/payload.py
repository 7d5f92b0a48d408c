"""What a state is given and gives: paths and templates, from the raw input to the output.

Source: "Processing input and output in Step Functions", docs.aws.amazon.com/step-functions/latest/dg/
concepts-input-output-filtering.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.workflows.failure import PARAMETER_PATH, RESULT_PATH, RUNTIME, StateFailure
from craton.emulator.workflows.intrinsics import evaluate, is_intrinsic
from craton.emulator.workflows.paths import NothingThereError, at, with_value

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONTEXT: Final = "$$"


def found_at(path: str, held: Any, context: Mapping[str, Any], error: str = RUNTIME) -> Any:
    """What stands at a path in the input, or at one of `$$` in the context. Raises: StateFailure."""
    try:
        return at(path, context if path.startswith(_CONTEXT) else held)
    except NothingThereError as nothing:
        raise StateFailure(
            error, f"The JSONPath '{path}' could not be found in the input '{held}'"
        ) from nothing


def filled(template: Any, held: Any, context: Mapping[str, Any]) -> Any:
    """A payload template with what its paths and functions give. Raises: StateFailure."""
    if isinstance(template, list):
        return [filled(one, held, context) for one in template]
    if not isinstance(template, dict):
        return template
    result: dict[str, Any] = {}
    for name, one in template.items():
        if name.endswith(".$"):
            result[name.removesuffix(".$")] = _told(str(one), held, context)
        else:
            result[name] = filled(one, held, context)
    return result


def _told(text: str, held: Any, context: Mapping[str, Any]) -> Any:
    def lookup(path: str) -> Any:
        return found_at(path, held, context, PARAMETER_PATH)

    return evaluate(text, lookup) if is_intrinsic(text) else lookup(text)


def effective_input(
    state: Mapping[str, Any], raw: Any, context: Mapping[str, Any], template: str = "Parameters"
) -> Any:
    """What a state works on: the part of the raw input that it asks for, in the form that it asks for."""
    chosen = _filtered(state, "InputPath", raw, context)
    return filled(state[template], chosen, context) if template in state else chosen


def output_of(state: Mapping[str, Any], raw: Any, result: Any, context: Mapping[str, Any]) -> Any:
    """What a state hands on: its result, put where it asks for, in the part that it asks for."""
    if "ResultSelector" in state:
        result = filled(state["ResultSelector"], result, context)
    return _filtered(state, "OutputPath", placed(state, raw, result), context)


def placed(holder: Mapping[str, Any], raw: Any, result: Any) -> Any:
    """The raw input with a result where the ResultPath of a state or a catcher says. Raises: StateFailure."""
    path = holder.get("ResultPath", "$")
    if path is None:
        return raw
    try:
        return with_value(path, raw, result)
    except NothingThereError as error:
        raise StateFailure(
            RESULT_PATH, f"Unable to apply ResultPath '{path}' to the input '{raw}'"
        ) from error


def _filtered(state: Mapping[str, Any], name: str, held: Any, context: Mapping[str, Any]) -> Any:
    path = state.get(name, "$")
    return {} if path is None else found_at(path, held, context)
