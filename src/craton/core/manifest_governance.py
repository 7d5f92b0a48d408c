"""The sections of a manifest on policies: which statements hold where, for whom not yet, and which tags."""

from datetime import date
from typing import Annotated

from msgspec import Meta, field

from craton.core.manifest_section import Section
from craton.core.manifest_text import (
    EnvironmentName,
    Name,
    ParameterName,
    PrincipalPattern,
    StatementId,
    TagKey,
    TagValue,
)


class StatementChoice(Section, frozen=True, kw_only=True):
    """Where one policy file of the content holds, and with which values."""

    environments: Annotated[
        tuple[EnvironmentName, ...] | None,
        Meta(
            description="environments in which it holds; left out, those of the tiers that its file names",
            examples=[["prod"]],
        ),
    ] = None
    parameters: Annotated[
        dict[ParameterName, tuple[Name, ...]],
        Meta(
            description="values of its parameters that differ from what the manifest says otherwise",
            examples=[{"approvers": ["arn:aws:iam::*:role/bedrock-capacity"]}],
        ),
    ] = field(default_factory=dict)


class PolicyException(Section, frozen=True, kw_only=True):
    """Principals for whom policy statements do not hold yet. It lapses by itself."""

    statements: Annotated[
        tuple[StatementId, ...],
        Meta(description="the Sids of the statements", examples=[["DenyUnapprovedModels"]], min_length=1),
    ]
    principals: Annotated[
        tuple[PrincipalPattern, ...],
        Meta(
            description="patterns of the ARNs of roles and users",
            examples=[["arn:aws:iam::333333333333:role/search-api"]],
            min_length=1,
        ),
    ]
    until: Annotated[
        date,
        Meta(description="the first day (UTC) on which the statements hold again", examples=["2027-01-01"]),
    ]
    reason: Annotated[Name, Meta(description="why it is needed", examples=["moves to Sonnet 5.5 by spring"])]
    owner: Annotated[Name, Meta(description="who answers for it", examples=["search"])]


class Tags(Section, frozen=True, kw_only=True):
    """The tags that tell who pays."""

    required: Annotated[
        tuple[TagKey, ...],
        Meta(description="tags without which nothing that costs money is made", examples=[["team"]]),
    ] = ("team", "project")
    values: Annotated[
        dict[TagKey, tuple[TagValue, ...]],
        Meta(
            description="the values that a tag may have; left out, any",
            examples=[{"environment": ["dev", "prod"]}],
        ),
    ] = field(default_factory=dict)
