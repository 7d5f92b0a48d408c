"""Resources of CloudFormation as a manifest wants them, before anything is said of templates.

A kind states what must exist and where it differs; mappings, conditions and parameters are the compiler's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from msgspec import Struct, field

TemplateName = Literal[
    "management",
    "hub",
    "member",
    "management_access",
    "hub_access",
    "member_access",
]
"""Where a resource stands: in the management account, the hub, or every account of an environment.

What is of `access` are the roles with which Craton works there: an administrator deploys them, for no role
may change what it may do itself.
"""

Everywhere = Literal["home", "each"]
"""In the home Region alone, as IAM's resources must, or in each Region of the manifest."""


class ByEnvironment(Struct, frozen=True):
    """A value that is not the same in every environment; stands anywhere in a member's properties."""

    values: Mapping[str, Any]


class ByRegion(Struct, frozen=True):
    """A value that is not the same in every Region of the manifest: a text, a number or a list."""

    values: Mapping[str, Any]


class ByPlace(Struct, frozen=True):
    """A value that differs by account and Region; stands only in what those places alone have."""

    values: Mapping[tuple[str, str], Any]


class Resource(Struct, frozen=True, kw_only=True):
    """One resource.

    `properties` are CloudFormation's own, with its intrinsic functions. `environments` are those whose
    accounts have it, None for all; in others its values are not asked for. `accounts` are those of them that
    have it, and `places` the accounts and Regions. `retained` says that it outlives its stack. `because` is
    told in the template.
    Shapes: `id` is a logical id, letters and digits.
    """

    template: TemplateName
    id: str
    type: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    regions: Everywhere = "each"
    environments: frozenset[str] | None = None
    accounts: frozenset[str] | None = None
    places: frozenset[tuple[str, str]] | None = None
    depends_on: tuple[str, ...] = ()
    retained: bool = False
    because: str | None = None


class Output(Struct, frozen=True, kw_only=True):
    """A value that a stack tells once it stands."""

    template: TemplateName
    id: str
    value: Any
    description: str
    regions: Everywhere = "each"


def ref(name: str) -> dict[str, str]:
    """The resource's or parameter's own value."""
    return {"Ref": name}


def attribute(of: str, name: str) -> dict[str, list[str]]:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [of, name]}


def sub(text: str) -> dict[str, str]:
    """A text with `${…}` filled in."""
    return {"Fn::Sub": text}


FORMER_STACK: Final = "FormerStack"
"""The logical id of what ends when the stack that an account had before is gone."""

PARTITION = sub("${AWS::Partition}")
REGION = ref("AWS::Region")
ACCOUNT = ref("AWS::AccountId")
