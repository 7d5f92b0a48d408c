"""The parameters of policy files: what each is for, of which type, and which values fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

from msgspec import Struct

from craton.codec import scalars
from craton.codec.type_words import of_class
from craton.core.diagnostic import Diagnostic, Place
from craton.core.manifest_text import (
    AccountId,
    BaseModelGlob,
    OrganizationId,
    Region,
    TagKey,
    text,
)
from craton.core.model_reference import GEOGRAPHIES
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator

ParameterType = Literal[
    "account_id",
    "arn",
    "data_retention_mode",
    "geography",
    "key_alias",
    "model",
    "organization_id",
    "region",
    "tag_key",
    "vpc_endpoint_id",
    "vpc_id",
]
"""What a value of a parameter is; each has a form that is checked before it is put into a policy."""

Value: TypeAlias = str | tuple[str, ...]
Values: TypeAlias = Mapping[str, Value]
"""Values by the name of their parameter. A list may be empty, a single text may not."""


class Parameter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that is put into a policy when it is compiled. It is a list where its example is one."""

    type: ParameterType
    means: str
    example: str | tuple[str, ...]

    @property
    def is_list(self) -> bool:
        """Whether it takes a list of values."""
        return not isinstance(self.example, str)


Arn = Annotated[
    str,
    text(
        "ARN",
        "`arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, where `*` stands for any text",
        "arn:aws:bedrock:us-east-1:111111111111:guardrail/a1b2c3d4e5f6",
        r"^arn:[a-z*-]+:[a-z0-9-]+:[a-z0-9*-]*:([0-9]{12}|\*)?:[^\s]+$",
    ),
]

VpcEndpointId = Annotated[
    str,
    text(
        "VPC endpoint id",
        "`vpce-` and 8 or 17 digits of base 16",
        "vpce-0123456789abcdef0",
        r"^vpce-([0-9a-f]{8}|[0-9a-f]{17})$",
    ),
]

KeyAlias = Annotated[
    str,
    text("alias of a key", "`alias/` and its name", "alias/craton-hub", r"^alias/[A-Za-z0-9/_-]+$"),
]

VpcId = Annotated[
    str,
    text(
        "VPC id",
        "`vpc-` and 8 or 17 digits of base 16",
        "vpc-0123456789abcdef0",
        r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$",
    ),
]

Geography = Annotated[
    str,
    text(
        "geography",
        "the first part of the ids of geographic profiles",
        "us",
        rf"^({'|'.join(sorted(GEOGRAPHIES - {'global'}))})$",
    ),
]

DataRetentionMode = Literal["default", "none", "aws_review", "provider_data_share", "inherit"]
"""Source: the enum of PutAccountDataRetention in botocore's service model of Bedrock 1.44.5, 2026-11-23."""

_TYPES: Final[Mapping[str, Any]] = {
    "account_id": AccountId,
    "arn": Arn,
    "data_retention_mode": DataRetentionMode,
    "geography": Geography,
    "key_alias": KeyAlias,
    "model": BaseModelGlob,
    "organization_id": OrganizationId,
    "region": Region,
    "tag_key": TagKey,
    "vpc_endpoint_id": VpcEndpointId,
    "vpc_id": VpcId,
}


def problems_of_value(name: str, parameter: Parameter, value: Value, place: Place) -> Iterator[Diagnostic]:
    """What is wrong with a value of a parameter."""
    if parameter.is_list != (not isinstance(value, str)):
        wanted = "a list" if parameter.is_list else "one value"
        yield Diagnostic(rule="wrong_shape", message=f"{ticked(name)} takes {wanted}", place=place)
        return
    kind = of_class(_TYPES[parameter.type])
    for one in (value,) if isinstance(value, str) else value:
        try:
            scalars.read(one, plain=False, kind=kind)
        except scalars.UnfitError as unfit:
            yield Diagnostic(rule=unfit.rule, message=unfit.message, place=place, hint=unfit.hint)
