"""Making Craton's own what is there already, as it is: the step that wants exactly that.

What is wanted and what is found then differ in nothing but the tag that marks what Craton made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.codec import canonical_json
from craton.core.deployment import DeploymentStep

if TYPE_CHECKING:
    from craton.planner.thing import Body, Thing

ADOPTABLE: Final = ("CreatePolicy", "CreateStack", "CreateStackSet")
"""The operations of steps that want what bears a tag of its own."""

_FOLDER: Final = "imported"


class Adoption(msgspec.Struct, frozen=True, kw_only=True):
    """A step, and the files that it names."""

    step: DeploymentStep
    files: Mapping[str, str]


def adoption(thing: Thing) -> Adoption | None:
    """The step that wants the thing as it is; None where it does not exist.

    Raises: NotAskedError, NotKnownError; KeyError for a thing of another sort than those of `ADOPTABLE`.
    """
    found = thing.found()
    if found is None:
        return None
    path = f"{_FOLDER}/{thing.address}.json"
    change = {"CreatePolicy": _policy, "CreateStack": _stack, "CreateStackSet": _stack_set}
    parameters, text = change[thing.operation](thing, found, path)
    return Adoption(
        step=msgspec.structs.replace(thing.step, parameters=parameters),
        files={path: text},
    )


def _policy(thing: Thing, found: Body, path: str) -> tuple[dict[str, Any], str]:
    told = {"Type": found["type"], "Description": found["description"], "Content": {"file": path}}
    return {**thing.step.parameters, **told}, canonical_json.encode(found["content"]).decode()


def _stack(thing: Thing, found: Body, path: str) -> tuple[dict[str, Any], str]:
    told = _answer(thing, "GetTemplate", "StackName")
    return {**thing.step.parameters, "TemplateBody": {"file": path}}, _template(told, found)


def _stack_set(thing: Thing, found: Body, path: str) -> tuple[dict[str, Any], str]:
    told = _answer(thing, "DescribeStackSet", "StackSetName")["StackSet"]
    parameters = {
        **{name: value for name, value in thing.step.parameters.items() if name != "Description"},
        **({"Description": told["Description"]} if told.get("Description") else {}),
        "TemplateBody": {"file": path},
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in found["parameters"].items()
        ],
        "AutoDeployment": found["auto_deployment"],
        "ManagedExecution": found["managed_execution"],
    }
    return parameters, _template(told, found)


def _template(told: Mapping[str, Any], found: Body) -> str:
    """The template in the words in which AWS has it."""
    body = told["TemplateBody"]
    return body if isinstance(body, str) else canonical_json.encode(found["template"]).decode()


def _answer(thing: Thing, operation: str, parameter: str) -> Mapping[str, Any]:
    """What told of the thing, which was asked already."""
    name = thing.step.parameters[parameter]
    return next(
        one.answer
        for one in thing.seen.observations
        if one.read.operation == operation and one.read.parameters.get(parameter) == name and one.answer
    )
