"""The manifest: one file that says who belongs to the organization and how it may use Amazon Bedrock.

Here stand the sections that every part of Craton reads. Sections of one kind of cloud resource belong to that
kind, and join at load time: see `with_sections`.
"""

import functools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta, Struct, field

from craton.core.manifest_governance import PolicyException, StatementChoice, Tags
from craton.core.manifest_section import Section
from craton.core.manifest_text import (
    AccountId,
    BaseModelGlob,
    EnvironmentName,
    File,
    Folder,
    ModelId,
    Name,
    OrganizationalUnitPath,
    PolicyId,
    PolicyTarget,
    ProfileArn,
    Region,
    TagKey,
    TagValue,
)
from craton.core.model_reference import ApplicationProfile, GeoScope
from craton.core.organization import Account, Organization, holds
from craton.core.owners import Owners
from craton.core.price import LoggedMeter, PriceOverride

Mode = Literal["observe", "enforce"]
Tier = Literal["sandbox", "dev", "test", "staging", "prod"]
StoredText = Literal["none", "input", "output", "both"]
PolicyType = Literal["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
FullAccess = Literal["FullAWSAccess", "RCPFullAWSAccess"]
ServiceTier = Literal["standard", "batch", "flex", "priority"]


class Environment(Section, frozen=True, kw_only=True):
    """A named set of OUs and accounts under one tier of rules."""

    mode: Annotated[
        Mode,
        Meta(description="`observe` detects and never blocks; `enforce` also blocks", examples=["observe"]),
    ]
    organizational_units: Annotated[
        tuple[OrganizationalUnitPath, ...],
        Meta(description="OUs whose accounts are in it, with the OUs below"),
    ] = ()
    accounts: Annotated[tuple[AccountId, ...], Meta(description="further accounts that are in it")] = ()
    tier: Annotated[
        Tier | None,
        Meta(
            description="what it is for, which decides its defaults; left out, its name tells, else its mode",
            examples=["prod"],
        ),
    ] = None
    canary: Annotated[
        OrganizationalUnitPath | None,
        Meta(description="an OU of it whose accounts get changed policies first, as documents of their own"),
    ] = None
    canary_minutes: Annotated[
        int, Meta(description="so long they hold there before the other accounts get them", ge=0, le=10_080)
    ] = 60

    def covers(self, account_id: str, ou: str) -> bool:
        """Whether an account that stands in that OU is in this environment."""
        return account_id in self.accounts or any(holds(unit, ou) for unit in self.organizational_units)


class ApplicationInferenceProfile(Section, frozen=True, kw_only=True):
    """An application inference profile. Logs name it by ARN alone, which tells neither model nor tags."""

    arn: Annotated[ProfileArn, Meta(description="its ARN")]
    model: Annotated[
        ModelId, Meta(description="what it was made from: a foundation model or a system-defined profile")
    ]
    tags: Annotated[dict[TagKey, TagValue], Meta(description="its tags", examples=[{"team": "search"}])] = (
        field(default_factory=dict)
    )


class Models(Section, frozen=True, kw_only=True):
    """Which models may be used, and what profiles stand for."""

    approved: Annotated[
        dict[EnvironmentName, tuple[BaseModelGlob, ...]],
        Meta(
            description="approved models by environment, as ids or patterns; profiles follow their model",
            examples=[{"prod": ["anthropic.claude-sonnet-4-6"]}],
        ),
    ] = field(default_factory=dict)
    application_inference_profiles: Annotated[
        tuple[ApplicationInferenceProfile, ...],
        Meta(description="the organization's application inference profiles"),
    ] = ()


Rate = Annotated[
    Decimal,
    Meta(
        extra={"ge": Decimal(0), "le": Decimal(100_000)}, extra_json_schema={"minimum": 0, "maximum": 100000}
    ),
]


class Rates(Section, frozen=True, kw_only=True):
    """Own rates. A meter that is left out keeps its list price. Units: USD per million tokens."""

    input: Annotated[Rate | None, Meta(description="tokens sent", examples=[2.7])] = None
    output: Annotated[Rate | None, Meta(description="tokens generated", examples=[13.5])] = None
    cache_read: Annotated[Rate | None, Meta(description="tokens read from the prompt cache")] = None
    cache_write_5m: Annotated[Rate | None, Meta(description="tokens written to it, for the default time")] = (
        None
    )
    cache_write_1h: Annotated[Rate | None, Meta(description="tokens written to it, for one hour")] = None

    def by_meter(self) -> dict[LoggedMeter, Decimal]:
        """The rates that are given. Units: USD per million tokens."""
        given: dict[LoggedMeter, Decimal | None] = {
            "input": self.input,
            "output": self.output,
            "cache_read": self.cache_read,
            "cache_write_5m": self.cache_write_5m,
            "cache_write_1h": self.cache_write_1h,
        }
        return {meter: rate for meter, rate in given.items() if rate is not None}


class NegotiatedPrice(Section, frozen=True, kw_only=True):
    """What the organization pays instead of the list price: a discount or own rates, one of the two."""

    model: Annotated[
        BaseModelGlob, Meta(description="the models it holds for; the longest pattern that fits a model wins")
    ]
    since: Annotated[date, Meta(description="first day on which it holds", examples=["2026-07-01"])] = field(
        name="from"
    )
    until: Annotated[
        date | None, Meta(description="first day on which it holds no more", examples=["2027-07-01"])
    ] = None
    discount_percent: Annotated[
        Annotated[
            Decimal,
            Meta(
                extra={"ge": Decimal(0), "le": Decimal(100)}, extra_json_schema={"minimum": 0, "maximum": 100}
            ),
        ]
        | None,
        Meta(description="taken off every rate of the list price", examples=[8]),
    ] = None
    usd_per_million_tokens: Annotated[Rates | None, Meta(description="own rates, by meter")] = None
    geo_scope: Annotated[
        GeoScope | None, Meta(description="only calls routed so; left out, all", examples=["global"])
    ] = None
    region: Annotated[Region | None, Meta(description="only calls to this Region; left out, all")] = None
    tier: Annotated[
        ServiceTier | None,
        Meta(
            description="only this tier; left out, a discount holds for all, own rates for `standard`",
            examples=["flex"],
        ),
    ] = None

    @property
    def rates(self) -> dict[LoggedMeter, Decimal]:
        """The own rates that are given. Units: USD per million tokens."""
        return self.usd_per_million_tokens.by_meter() if self.usd_per_million_tokens else {}


class Privacy(Section, frozen=True, kw_only=True):
    """What may be kept of what people write to models. By default, nothing."""

    store_text: Annotated[
        StoredText,
        Meta(
            description="which bodies the lake keeps: prompts (`input`), answers (`output`), `both`, `none`"
        ),
    ] = "none"
    prefix_hash: Annotated[
        bool,
        Meta(
            description="keep a keyed hash of each prompt's beginning: it shows repetition without the text"
        ),
    ] = False
    prefix_hash_characters: Annotated[
        int, Meta(description="how many characters the hash covers", ge=64, le=65536)
    ] = 4096


class AttachedPolicy(Section, frozen=True, kw_only=True):
    """An organization policy that is in force: a JSON document, and where it is attached."""

    file: Annotated[File, Meta(description="the policy document, relative to this file")]
    at: Annotated[
        PolicyTarget,
        Meta(description="where it is attached: it holds there and for all that stands below"),
    ]
    type: Annotated[
        PolicyType,
        Meta(description="which sort of policy it is", examples=["RESOURCE_CONTROL_POLICY"]),
    ] = "SERVICE_CONTROL_POLICY"
    replaces: Annotated[
        FullAccess | None,
        Meta(description="set where AWS's own policy was detached there, and this one allows instead"),
    ] = None


class Names(Section, frozen=True, kw_only=True):
    """What things are called in AWS."""

    policy: Annotated[
        Name, Meta(description="the SCP that every environment shares; the others begin with its name")
    ] = "BedrockEnterpriseControls"
    management_stack: Annotated[Name, Meta(description="the stack in the management account")] = (
        "enterprise-bedrock-organization"
    )
    hub_stack: Annotated[Name, Meta(description="the stack in the hub account")] = "enterprise-bedrock-hub"
    stack_set: Annotated[
        Name, Meta(description="the stack sets of members; each ends in the name of its environment")
    ] = "enterprise-bedrock-monitoring"
    access: Annotated[
        Name, Meta(description="the stacks and the stack set of the roles with which Craton works")
    ] = "enterprise-bedrock-access"
    destination: Annotated[Name, Meta(description="where members send their logs")] = (
        "bedrock-logs-to-security-hub"
    )
    aggregated_log_group: Annotated[
        Name, Meta(description="the hub's log group, where logs are centralized")
    ] = "/enterprise/bedrock/aggregated-logs"
    guardrail: Annotated[Name, Meta(description="the guardrails; each ends in the name of its tier")] = (
        "enterprise-content-filter"
    )


class Manifest(Section, frozen=True, kw_only=True):
    """Everything that one file says."""

    organization: Annotated[Organization, Meta(description="the AWS Organization: its OUs and accounts")]
    regions: Annotated[
        tuple[Region, ...],
        Meta(
            description="the Regions that the organization uses for Bedrock",
            examples=[["us-east-1", "us-west-2"]],
            min_length=1,
        ),
    ]
    environments: Annotated[
        dict[EnvironmentName, Environment],
        Meta(description="named sets of OUs and accounts, each under one tier of rules"),
    ] = field(default_factory=dict)
    owners: Annotated[Owners, Meta(description="who pays for and answers for calls")] = field(
        default_factory=Owners
    )
    models: Annotated[Models, Meta(description="approved models and application inference profiles")] = field(
        default_factory=Models
    )
    prices: Annotated[
        tuple[NegotiatedPrice, ...], Meta(description="prices that differ from the list price")
    ] = ()
    privacy: Annotated[Privacy, Meta(description="what may be kept of prompts and answers")] = field(
        default_factory=Privacy
    )
    policies: Annotated[
        tuple[AttachedPolicy, ...],
        Meta(
            description="organization policies that are in force beside AWS's own that allow all",
            examples=[[{"file": "policies/regions.json", "at": "workloads"}]],
        ),
    ] = ()
    statements: Annotated[
        dict[PolicyId, StatementChoice],
        Meta(description="where the policy files of the content hold, if not where they say themselves"),
    ] = field(default_factory=dict)
    exceptions: Annotated[
        tuple[PolicyException, ...],
        Meta(description="principals for whom policy statements do not hold yet"),
    ] = ()
    tags: Annotated[Tags, Meta(description="the tags that tell who pays")] = field(default_factory=Tags)
    names: Annotated[Names, Meta(description="what things are called in AWS")] = field(default_factory=Names)
    content: Annotated[
        tuple[Folder, ...],
        Meta(
            description="folders with your own marts, panels, policies and guardrails, relative to this file",
            examples=["./content"],
        ),
    ] = ()

    def content_beside(self, file: Path) -> tuple[Path, ...]:
        """The folders of own content, which are named relative to the manifest's file."""
        return tuple(file.parent / folder for folder in self.content)

    def accounts_by_id(self) -> dict[str, Account]:
        """Every account by its id."""
        return {account.id: account for account in self.organization.accounts}

    def environment_of(self, account_id: str, ou: str) -> str | None:
        """The environment of an account that stands in that OU, or None where it is in none."""
        return environment_in(self.environments, account_id, ou)

    def profiles_by_arn(self) -> dict[str, ApplicationProfile]:
        """What each application inference profile stands for, by ARN."""
        profiles = self.models.application_inference_profiles
        return {
            profile.arn: ApplicationProfile(model=profile.model, tags=profile.tags) for profile in profiles
        }

    def price_overrides(self) -> tuple[PriceOverride, ...]:
        """The negotiated prices as the price table takes them."""
        return tuple(
            PriceOverride(
                model=price.model,
                valid_from=price.since,
                valid_to=price.until,
                geo_scope=price.geo_scope,
                region=price.region,
                tier=price.tier,
                discount_percent=price.discount_percent,
                usd_per_million=price.rates,
            )
            for price in self.prices
        )


def environment_in(environments: Mapping[str, Environment], account_id: str, ou: str) -> str | None:
    """The first of these environments that covers an account in that OU."""
    return next((name for name, one in environments.items() if one.covers(account_id, ou)), None)


def with_sections(sections: Mapping[str, type[Struct]]) -> type[Manifest]:
    """The manifest with further optional sections, each of its type and None where it is absent.

    Sections join here rather than in `Manifest` because they belong to rooms above this one. What decodes,
    describes or documents a manifest does so from its type, and needs nothing else.

    Raises: ValueError where a section's name is taken, by another or by what a manifest can tell.
    """
    if not sections:
        return Manifest
    taken = sorted(name for name in sections if hasattr(Manifest, name))
    if taken:
        raise ValueError(f"the manifest already has a section `{taken[0]}`")
    return _joined(tuple(sorted(sections.items())))


@functools.cache
def _joined(sections: tuple[tuple[str, type[Struct]], ...]) -> type[Manifest]:
    """One type for the same sections, so that equal manifests are equal."""
    fields = [
        (name, Annotated[section | None, Meta(description=_described(section))], None)
        for name, section in sections
    ]
    joined = msgspec.defstruct(
        "Manifest",
        fields,
        bases=(Manifest,),
        module=__name__,
        namespace={"__doc__": Manifest.__doc__},
        kw_only=True,
    )
    return cast("type[Manifest]", joined)


def _described(section: type[Struct]) -> str:
    """The first sentence of what a section says of itself, as a phrase."""
    told = (section.__doc__ or "").partition("\n")[0].rstrip(".")
    return told[:1].lower() + told[1:]
