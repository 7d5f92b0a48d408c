"""What a template comes to once its functions are carried out: the resources that are there, the outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.stacks.intrinsic import NO_VALUE, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.stacks.intrinsic import Evaluation
    from craton.emulator.stacks.template import Declared, Template


def outputs_of(template: Template, evaluation: Evaluation) -> dict[str, Mapping[str, Any]]:
    """The outputs whose conditions hold, as calls tell them. Raises: ServiceError."""
    outputs: dict[str, Mapping[str, Any]] = {}
    for name, held in template.outputs.items():
        if held.get("Condition") and not evaluation.condition(str(held["Condition"])):
            continue
        value = evaluation.value(held["Value"])
        if value is NO_VALUE:
            continue
        if isinstance(value, dict | list):
            raise ServiceError(
                "ValidationError",
                "Template format error: The Value field of every Outputs member must evaluate to a String.",
            )
        told: dict[str, Any] = {"OutputKey": name, "OutputValue": as_text(value)}
        if held.get("Description"):
            told["Description"] = held["Description"]
        if held.get("Export"):
            told["ExportName"] = as_text(evaluation.value(held["Export"]["Name"]))
        outputs[name] = told
    return outputs


def present_in(template: Template, evaluation: Evaluation) -> dict[str, Declared]:
    """The resources whose conditions hold."""
    return {
        name: declared
        for name, declared in template.resources.items()
        if declared.condition is None or evaluation.condition(declared.condition)
    }
