"""Resources to CloudFormation templates.

What differs by environment is chosen by the parameter `Environment`, so that one template serves every
environment: of two values by a condition, of more by a mapping. What differs by Region becomes another
mapping. A StackSet's own default decides, which reaches accounts that join later.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html, and
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html, 2026-11-26.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import Struct

from craton.compiler.mapped_list import mapped_list
from craton.core.resource import ByEnvironment, ByPlace, ByRegion, Output, Resource, TemplateName

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PARAMETER: Final = "Environment"
MAPPING: Final = "Environments"
REGIONS: Final = "Regions"
AT_HOME: Final = "AtHome"
_MOST_IN_A_NAME: Final = 3
_MOST_OF_OR: Final = 10
"""Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
intrinsic-function-reference-conditions.html, retrieved 2026-11-26."""
_NO_VALUE: Final = {"Ref": "AWS::NoValue"}
_SWITCHED_ON: Final[Mapping[str, Mapping[str, Any]]] = {
    "AWS::CloudWatch::Alarm": {"ActionsEnabled": True},
    "AWS::Events::Rule": {"State": "ENABLED"},
    "AWS::KMS::Key": {"Enabled": True},
}
"""By type of resource, what is told though it is the default: of what is not told, AWS sees no drift.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html, "Considerations
when detecting drift", retrieved 2026-11-27.
"""


class Template(Struct, frozen=True):
    """One template: which it is, and its document in the order in which people read it."""

    name: TemplateName
    document: Mapping[str, Any]


def template(
    name: TemplateName,
    made: Iterable[Resource | Output],
    *,
    description: str,
    environments: Sequence[str],
    home_region: str,
) -> Template:
    """The template of what is made there.

    Raises: ValueError where two resources have one id, or a value is missing for an environment.
    """
    building = _Building(tuple(environments), home_region)
    of_template = [one for one in made if one.template == name]
    resources = [one for one in of_template if isinstance(one, Resource)]
    outputs = [one for one in of_template if isinstance(one, Output)]
    return Template(name, building.document(description, resources, outputs))


class _At(NamedTuple):
    """Where a value stands: in which resource or output, under which key, and in which environments."""

    of: str
    environments: tuple[str, ...]
    key: str = ""

    @property
    def name(self) -> str:
        """What a value that stands there is called in a mapping."""
        return self.of + self.key


class _Building:
    """Collects the mapping's values and the conditions that the resources of one template ask for."""

    def __init__(self, environments: tuple[str, ...], home_region: str) -> None:
        self._environments = environments
        self._home_region = home_region
        self._differs = False
        self._mapped: dict[str, Mapping[str, Any]] = {}
        self._by_region: dict[str, Mapping[str, Any]] = {}
        self._conditions: dict[str, Any] = {}

    def document(
        self, description: str, resources: Sequence[Resource], outputs: Sequence[Output]
    ) -> dict[str, Any]:
        """The whole template."""
        told: dict[str, Any] = {}
        for resource in sorted(resources, key=lambda one: one.id):
            if resource.environments == frozenset():
                continue
            if resource.id in told:
                raise ValueError(f"two resources have the logical id `{resource.id}`")
            told[resource.id] = self._resource(resource)
        told_outputs = {one.id: self._output(one) for one in sorted(outputs, key=lambda one: one.id)}
        document: dict[str, Any] = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": description,
        }
        if self._differs:
            document["Parameters"] = {
                PARAMETER: {
                    "Type": "String",
                    "Description": "which environment's rules hold in this account",
                    "AllowedValues": list(self._environments),
                    "Default": self._environments[0],
                }
            }
        if self._mapped:
            document["Mappings"] = {MAPPING: _mapping(self._mapped, self._environments)}
        if self._by_region:
            regions = sorted({one for values in self._by_region.values() for one in values})
            document.setdefault("Mappings", {})[REGIONS] = _mapping(self._by_region, regions)
        if self._conditions:
            document["Conditions"] = dict(sorted(self._conditions.items()))
        document["Resources"] = told
        if told_outputs:
            document["Outputs"] = told_outputs
        return document

    def _resource(self, resource: Resource) -> dict[str, Any]:
        told: dict[str, Any] = {"Type": resource.type}
        condition = self._condition(resource)
        if condition is not None:
            told["Condition"] = condition
        if resource.depends_on:
            told["DependsOn"] = list(resource.depends_on)
        if resource.retained:
            # With plain `Retain`, what a stack that failed had made is in the way of the next attempt.
            told |= {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
        if resource.because is not None:
            told["Metadata"] = {"Because": resource.because}
        there = resource.environments
        told_in = tuple(one for one in self._environments if there is None or one in there)
        wanted = {**resource.properties, **_SWITCHED_ON.get(resource.type, {})}
        properties = self._filled(wanted, _At(resource.id, told_in))
        if properties:
            told["Properties"] = properties
        return told

    def _output(self, output: Output) -> dict[str, Any]:
        told: dict[str, Any] = {
            "Description": output.description,
            "Value": self._filled(output.value, _At(output.id, self._environments)),
        }
        if output.regions == "home":
            told["Condition"] = self._at_home()
        return told

    def _condition(self, resource: Resource) -> str | None:
        needed = []
        if resource.environments is not None and resource.environments != set(self._environments):
            needed.append(self._within(resource.environments))
        if resource.accounts is not None:
            needed.append(self._among(resource.accounts))
        if resource.places is not None:
            needed.append(self._within_places(resource.places))
        if resource.regions == "home":
            needed.append(self._at_home())
        if len(needed) > 1:
            name = "".join(needed)
            self._conditions[name] = {"Fn::And": [{"Condition": one} for one in needed]}
            return name
        return needed[0] if needed else None

    def _among(self, accounts: frozenset[str]) -> str:
        """The condition that the stack's account is one of these."""
        name = "Account" + _enumerated(sorted(accounts))
        equals = [{"Fn::Equals": [{"Ref": "AWS::AccountId"}, one]} for one in sorted(accounts)]
        return _named(self._conditions, name, _any_of(equals))

    def _within_places(self, places: frozenset[tuple[str, str]]) -> str:
        """The condition that the stack stands in one of these accounts and Regions."""
        names = [self._at_place(*place) for place in sorted(places)]
        if len(names) == 1:
            return names[0]
        return _named(self._conditions, "AtPlaces", _any_of([{"Condition": name} for name in names]))

    def _at_place(self, account: str, region: str) -> str:
        name = f"At{account}{_camel(region)}"
        told = {"AWS::AccountId": account, "AWS::Region": region}
        self._conditions[name] = {
            "Fn::And": [{"Fn::Equals": [{"Ref": key}, one]} for key, one in told.items()]
        }
        return name

    def _at_home(self) -> str:
        self._conditions[AT_HOME] = {"Fn::Equals": [{"Ref": "AWS::Region"}, self._home_region]}
        return AT_HOME

    def _within(self, environments: frozenset[str], among: Sequence[str] | None = None) -> str:
        """The condition that the stack's environment is one of these.

        It is told by the fewer of them and the others. `among` are those in which it is asked for.
        """
        self._differs = True
        inside = [one for one in self._environments if one in environments]
        others = [one for one in among or self._environments if one not in environments]
        negated = len(others) < len(inside)
        named = others if negated else inside
        held = _any_of([{"Fn::Equals": [{"Ref": PARAMETER}, one]} for one in named])
        name = ("NotIn" if negated else "In") + _enumerated([_camel(one) for one in named])
        return _named(self._conditions, name, {"Fn::Not": [held]} if negated else held)

    def _filled(self, value: Any, at: _At) -> Any:
        """The value with every difference between environments, Regions and places looked up."""
        if isinstance(value, ByEnvironment):
            return self._looked_up(value, at)
        if isinstance(value, ByRegion):
            return self._looked_up_by_region(value, at)
        if isinstance(value, ByPlace):
            return self._chosen_by_place(value)
        if isinstance(value, dict):
            filled = {
                name: self._filled(one, at._replace(key=_camel(str(name)))) for name, one in value.items()
            }
            return {name: one for name, one in filled.items() if one is not None}
        if isinstance(value, (list, tuple)):
            return [self._filled(one, at) for one in value]
        return value

    def _looked_up(self, value: ByEnvironment, at: _At) -> Any:
        """The value in the environments in which it is asked for; whatever it is in others is not told."""
        given = [value.values[one] for one in at.environments]
        if all(one == given[0] for one in given):
            return given[0]
        if any(one is None for one in given):
            return self._where_given(value, at)
        if any(isinstance(one, dict) for one in given):
            raise ValueError(f"`{at.name}` differs by environment in more than a text, a number or a list")
        every = {one: _given_in(value, one, given[0]) for one in self._environments}
        short = mapped_list(every)
        if short is not None:
            return short.joined(self._mapped_as(at.name, short.held))
        rest = [one for one in given if one != given[0]]
        if all(one == rest[0] for one in rest):
            return self._one_of_two(value, at, given[0], rest[0])
        return self._mapped_as(at.name, {name: _scalar(one) for name, one in every.items()})

    def _one_of_two(self, value: ByEnvironment, at: _At, one: Any, other: Any) -> dict[str, Any]:
        """The one value where an environment has it, and the other one elsewhere."""
        where = frozenset(name for name in at.environments if value.values[name] == other)
        return {"Fn::If": [self._within(where, at.environments), _plain(other), _plain(one)]}

    def _where_given(self, value: ByEnvironment, at: _At) -> Any:
        """The value where an environment has one, and no property where it has none."""
        there = tuple(one for one in at.environments if value.values[one] is not None)
        found = self._looked_up(value, at._replace(environments=there))
        return {"Fn::If": [self._within(frozenset(there), at.environments), found, _NO_VALUE]}

    def _looked_up_by_region(self, value: ByRegion, at: _At) -> Any:
        given = list(value.values.values())
        if all(one == given[0] for one in given):
            return given[0]
        name = _named(
            self._by_region, at.name, {region: _scalar(one) for region, one in value.values.items()}
        )
        return {"Fn::FindInMap": [REGIONS, {"Ref": "AWS::Region"}, name]}

    def _chosen_by_place(self, value: ByPlace) -> Any:
        """One condition after the other: a mapping that lacks a new account would stop its stack."""
        chosen: Any = _NO_VALUE
        for place, one in sorted(value.values.items(), reverse=True):
            chosen = one if chosen == _NO_VALUE else {"Fn::If": [self._at_place(*place), one, chosen]}
        return chosen

    def _mapped_as(self, wanted: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Where the mapping holds these values; equal ones stand in it once, under the first name."""
        self._differs = True
        same = [name for name, held in self._mapped.items() if held == values]
        name = same[0] if same else _named(self._mapped, wanted, values)
        return {"Fn::FindInMap": [MAPPING, {"Ref": PARAMETER}, name]}


def _enumerated(names: Sequence[str]) -> str:
    """The first of the names, and how many more there are."""
    more = len(names) - _MOST_IN_A_NAME
    return "Or".join([*names[:_MOST_IN_A_NAME], *([f"{more}More"] if more > 0 else [])])


def _named(mapped: dict[str, Any], wanted: str, values: Mapping[str, Any]) -> str:
    """The name under which these values are held from now on: the one that is wanted, or one near it."""
    plain = name = re.sub(r"[^A-Za-z0-9]", "", wanted)
    number = 2
    while mapped.get(name, values) != values:
        name, number = f"{plain}{number}", number + 1
    mapped[name] = values
    return name


def _mapping(mapped: Mapping[str, Mapping[str, Any]], keys: Sequence[str]) -> dict[str, Any]:
    """A mapping as a template holds it: first by key, then by name."""
    return {key: {name: values[key] for name, values in sorted(mapped.items())} for key in keys}


def _any_of(conditions: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """That one of them holds; Fn::Or takes ten at most."""
    if len(conditions) == 1:
        return conditions[0]
    if len(conditions) <= _MOST_OF_OR:
        return {"Fn::Or": list(conditions)}
    step = -(-len(conditions) // _MOST_OF_OR)
    return {
        "Fn::Or": [_any_of(conditions[start : start + step]) for start in range(0, len(conditions), step)]
    }


def _given_in(value: ByEnvironment, environment: str, otherwise: Any) -> Any:
    """What a value is in an environment; a mapping has to hold something for those that have none, too."""
    found = value.values[environment]
    return otherwise if found is None else found


def _scalar(value: Any) -> Any:
    """The value as a mapping holds it."""
    return str(value).lower() if isinstance(value, bool) else _plain(value)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _camel(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", text))
