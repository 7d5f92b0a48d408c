"""What a survey of an organization found: values that views draw and programs read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from craton.core.diagnostic import Diagnostic
from craton.core.price import PriceStatus

Logging = Literal["on", "off", "unknown"]
Guarding = Literal["enforced", "available", "none", "unknown"]
"""Every call is guarded; calls may name guardrails; there are none; or it could not be read."""

ModelState = Literal["active", "legacy", "end_of_life", "unknown"]


class SurveyedAccount(Struct, frozen=True, kw_only=True):
    """An account of the organization. `skipped` is its state where it was not asked for it."""

    id: str
    name: str
    ou: str
    skipped: str | None = None


class Unread(Struct, frozen=True, kw_only=True):
    """What could not be read in an account, and why. `whole` says that nothing of the account could be."""

    account: str
    operation: str
    regions: tuple[str, ...]
    status: str
    reason: str
    whole: bool


class SurveyedPlace(Struct, frozen=True, kw_only=True):
    """One account and Region in which models are called, or logging or guardrails are set up.

    `calls` are those that succeeded within the days of the survey, None where that could not be read.
    """

    account: str
    region: str
    calls: int | None
    logging: Logging
    guarding: Guarding
    guardrails: int | None

    @property
    def is_unlogged(self) -> bool:
        """Whether there are calls of which nothing is logged."""
        return bool(self.calls) and self.logging == "off"

    @property
    def is_unguarded(self) -> bool:
        """Whether there are calls and no guardrail."""
        return bool(self.calls) and self.guarding == "none"


class ModelUse(Struct, frozen=True, kw_only=True):
    """Calls of one model in one account and Region, as metrics count them.

    `model_id` is what calls named, `model` the base id behind it, None where the id does not tell. Counts are
    None where no metric tells. `cost` is None where it is unknown or unpriced, which `price` tells apart:
    `unknown` means that no metric tells the tokens. `is_legacy` is AWS's own word, by its metric
    LegacyModelInvocations. Units: `cost` in USD by list prices.
    """

    account: str
    region: str
    model_id: str
    model: str | None
    calls: int
    input_tokens: int | None
    output_tokens: int | None
    cost: Decimal | None
    price: PriceStatus | Literal["unknown"]
    state: ModelState
    end_of_life: dt.date | None
    is_legacy: bool

    @property
    def is_retired(self) -> bool:
        """Whether AWS has ended the model, or has told that it will."""
        return self.is_legacy or self.state in ("legacy", "end_of_life")


class SurveyedPolicy(Struct, frozen=True, kw_only=True):
    """A policy of the organization, where it is attached, and what the linter finds in it.

    Shapes: `targets` are `root`, paths of OUs and ids of accounts. `is_own` says that Craton made it.
    """

    id: str
    name: str
    type: str
    targets: tuple[str, ...]
    is_aws: bool
    is_own: bool
    findings: tuple[Diagnostic, ...]


class RefusedModel(Struct, frozen=True, kw_only=True):
    """A model that a role of the accounts cannot call in some way, and the reasons."""

    model: str
    reasons: tuple[str, ...]


class Reach(Struct, frozen=True, kw_only=True):
    """Which models accounts that are under the same policies can call, as far as those policies decide.

    `allowed` can be called in every way that there is, `partly` in some ways, `refused` in none; `unknown`
    where that depends on what is not known.
    """

    accounts: tuple[str, ...]
    allowed: tuple[str, ...]
    partly: tuple[RefusedModel, ...]
    refused: tuple[RefusedModel, ...]
    unknown: tuple[RefusedModel, ...]


class BrokenProfile(Struct, frozen=True, kw_only=True):
    """An inference profile whose calls fail in Regions that they are routed to, though allowed at home."""

    accounts: tuple[str, ...]
    profile: str
    region: str
    denied_in: tuple[str, ...]
    policy: str
    statement: str
    at: str
    in_use: bool


class LongTermKey(Struct, frozen=True, kw_only=True):
    """A long-term key of Amazon Bedrock. `expires` is None where it never does. Units: naive UTC."""

    account: str
    user: str
    id: str
    status: str
    created: dt.datetime
    expires: dt.datetime | None


class Survey(Struct, frozen=True, kw_only=True):
    """What is there, read from AWS at one time.

    `since` and `until` are the days that metrics tell of, both included. `regions` are those that were asked.
    `reach_unknown` says why what may be called was not worked out, where it was not. `disabled` counts the
    accounts and Regions that were asked and where the Region is not enabled, `reads` what AWS was asked.
    Units: `at` is naive UTC, `cost` USD.
    """

    organization: str
    management_account: str
    at: dt.datetime
    since: dt.date
    until: dt.date
    regions: tuple[str, ...]
    accounts: tuple[SurveyedAccount, ...]
    unread: tuple[Unread, ...]
    places: tuple[SurveyedPlace, ...]
    uses: tuple[ModelUse, ...]
    policies: tuple[SurveyedPolicy, ...]
    policy_types: tuple[str, ...]
    reach: tuple[Reach, ...]
    reach_unknown: str | None
    broken: tuple[BrokenProfile, ...]
    keys: tuple[LongTermKey, ...]
    stack_sets: tuple[str, ...]
    disabled: int
    reads: int

    @property
    def calls(self) -> int:
        """All calls that were counted."""
        return sum(one.calls for one in self.uses)

    @property
    def cost(self) -> Decimal:
        """What the calls with a price come to. Units: USD."""
        return sum((one.cost for one in self.uses if one.cost is not None), Decimal(0))

    @property
    def unpriced_calls(self) -> int:
        """Calls of which the tokens are known and the price is not."""
        return sum(one.calls for one in self.uses if one.cost is None and one.price != "unknown")

    @property
    def unknown_calls(self) -> int:
        """Calls of which no metric tells the tokens."""
        return sum(one.calls for one in self.uses if one.price == "unknown")

    @property
    def unlogged(self) -> tuple[SurveyedPlace, ...]:
        """Where there are calls and no log."""
        return tuple(one for one in self.places if one.is_unlogged)

    @property
    def unguarded(self) -> tuple[SurveyedPlace, ...]:
        """Where there are calls and no guardrail."""
        return tuple(one for one in self.places if one.is_unguarded)

    @property
    def retired(self) -> tuple[ModelUse, ...]:
        """Calls of models that AWS retires."""
        return tuple(one for one in self.uses if one.is_retired)

    @property
    def faulty_policies(self) -> tuple[SurveyedPolicy, ...]:
        """The policies in which the linter finds something."""
        return tuple(one for one in self.policies if one.findings)

    @property
    def has_findings(self) -> bool:
        """Whether there is anything to look at."""
        found = (
            *(self.unread, self.unlogged, self.unguarded, self.retired, self.keys, self.broken),
            self.faulty_policies,
        )
        return any(found) or self.reach_unknown is not None
