"""Operations on templates alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.parameters import here, refuse, template_of
from craton.emulator.services.cloudformation.service import SERVICE
from craton.emulator.services.cloudformation.stack_sets import found
from craton.emulator.stacks.references import check_references
from craton.emulator.stacks.template import read

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


@SERVICE.operation("GetTemplate")
def get_template(call: Call) -> Result:
    """Gives the template of a stack as it was handed in."""
    refuse(call, "ChangeSetName")
    if not call.parameters.get("StackName"):
        raise ServiceError("ValidationError", "StackName must be specified")
    stack = here(call).stack(call.parameters["StackName"])
    return {"TemplateBody": stack.template.text, "StagesAvailable": ["Original", "Processed"]}


@SERVICE.operation("ValidateTemplate")
def validate_template(call: Call) -> Result:
    """Tells the parameters and capabilities of a template that is one."""
    template = template_of(call)
    check_references(template)
    return {
        "Parameters": [
            {
                "ParameterKey": name,
                "NoEcho": bool(held.get("NoEcho", False)),
                **({"DefaultValue": str(held["Default"])} if "Default" in held else {}),
                **({"Description": held["Description"]} if "Description" in held else {}),
            }
            for name, held in template.parameters.items()
        ],
        "Capabilities": list(template.capabilities()),
        **({"Description": template.description} if template.description else {}),
    }


@SERVICE.operation("GetTemplateSummary")
def get_template_summary(call: Call) -> Result:
    """Tells what is in a template: that of the call, of a stack, or of a stack set."""
    refuse(call, "TemplateSummaryConfig")
    name = call.parameters.get("StackName")
    if call.parameters.get("StackSetName"):
        template = found(call).template
    else:
        template = read(here(call).stack(name).template.text) if name else template_of(call)
    check_references(template)
    return {
        "Parameters": [
            {
                "ParameterKey": key,
                "ParameterType": str(held["Type"]),
                "NoEcho": bool(held.get("NoEcho", False)),
                **({"DefaultValue": str(held["Default"])} if "Default" in held else {}),
                **({"Description": held["Description"]} if "Description" in held else {}),
                "ParameterConstraints": {
                    "AllowedValues": [str(one) for one in held.get("AllowedValues", ())]
                },
            }
            for key, held in template.parameters.items()
        ],
        "Capabilities": list(template.capabilities()),
        "ResourceTypes": sorted({one.type for one in template.resources.values()}),
        **({"Description": template.description} if template.description else {}),
    }
