"""What the organization may spend on Bedrock in a month, whose mail it is, and what stops when it is spent.

The bill is consolidated, and it lags by hours to a day: alarms on tokens are the brake, this is the account
book. Models of other providers are billed by AWS Marketplace under services of their own, whose names end in
`(Amazon Bedrock Edition)`.

Source: docs.aws.amazon.com/cost-management/latest/userguide/budgets-action-configure.html,
docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Expression.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Meta

from craton.core.intent import intent_of
from craton.core.kind import Kind
from craton.core.manifest_environment_checks import extents_are_read
from craton.core.manifest_origin import UNITS, fault, warning
from craton.core.manifest_section import Section
from craton.core.quoting import ticked
from craton.core.resource import ACCOUNT, Resource, attribute, ref, sub
from craton.core.statement import allow
from craton.kinds.alert_topic import Alerts
from craton.kinds.parts.bedrock_cost import OF_BEDROCK, Percent, Usd, notifications, spending_stop
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest import Manifest
    from craton.core.manifest_origin import Origin

BUDGET: Final = "OrganizationBudget"
_STOP: Final = "SpendingStop"
_ROLE: Final = "BudgetRole"
_BY_HAND: Final = frozenset({"staging", "prod"})
"""Tiers whose work is stopped only after somebody has agreed."""

_MOST_TARGETS: Final = 100
_SECTION: Final = ("organization_budget",)
_AMOUNTS: Final = ("usd_per_month", "stop_at_percent")


class OrganizationBudget(Section, frozen=True, kw_only=True):
    """What the whole organization may spend on Bedrock."""

    usd_per_month: Annotated[
        Usd | None, Meta(description="the budget; left out, there is none", examples=[50000])
    ] = None
    tell_at_percent: Annotated[
        tuple[Percent, ...],
        Meta(
            description="parts of it at which those of `alerts` get mail; the last also when it is forecast",
            max_length=4,
            min_length=1,
        ),
    ] = (50, 80, 100)
    stop_at_percent: Annotated[
        Percent | None,
        Meta(
            description="the part at which environments that enforce call no models any more, after somebody"
            " agreed where the tier is staging or prod; left out, never",
            examples=[120],
        ),
    ] = None


def _resources(intent: Intent) -> Iterator[Resource]:
    chosen = intent.section("organization_budget", OrganizationBudget)
    if chosen.usd_per_month is None:
        return
    yield Resource(
        template="management",
        id=BUDGET,
        type="AWS::Budgets::Budget",
        regions="home",
        because="without a name, for notifications change only with a new budget beside the old one",
        properties={
            "Budget": {
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": float(chosen.usd_per_month), "Unit": "USD"},
                "FilterExpression": OF_BEDROCK,
                "Metrics": ["UnblendedCost"],
            },
            "NotificationsWithSubscribers": _told(chosen, _readers(intent.manifest)),
        },
    )
    stopped = [one for one in intent.environments if one.enforces and _targets(intent, one)]
    if chosen.stop_at_percent is not None and stopped:
        yield from _stop(intent)
        for environment in stopped:
            yield _action(intent, environment, chosen.stop_at_percent)


def _readers(manifest: Manifest) -> tuple[str, ...]:
    """Who gets mail: those of the alerts, else the root user of the management account, if it is known."""
    alerts = getattr(manifest, "alerts", None) or Alerts()
    if alerts.emails:
        return tuple(alerts.emails)
    account = manifest.accounts_by_id().get(manifest.organization.management_account)
    return (account.email,) if account is not None and account.email else ()


def _told(chosen: OrganizationBudget, readers: tuple[str, ...]) -> list[dict[str, Any]] | None:
    """Who gets mail, and at which parts of the budget; None where nobody is known."""
    subscribers = [{"SubscriptionType": "EMAIL", "Address": one} for one in readers]
    return list(notifications(chosen.tell_at_percent, subscribers)) if readers else None


def _stop(intent: Intent) -> Iterator[Resource]:
    """The policy that stops calls of models, attached nowhere until the budget does it, and in which role."""
    yield Resource(
        template="management",
        id=_STOP,
        type="AWS::Organizations::Policy",
        regions="home",
        properties={
            "Name": "BedrockSpendingStop",
            "Type": "SERVICE_CONTROL_POLICY",
            "Description": "attached by a budget that is spent",
            "Content": json.dumps(
                {"Version": "2012-10-17", "Statement": [spending_stop()]}, separators=(",", ":")
            ),
        },
    )
    organization = intent.manifest.organization.id
    stem = "arn:${AWS::Partition}:organizations::${AWS::AccountId}"
    kinds = (f"policy/{organization}/service_control_policy/${{{_STOP}}}", f"ou/{organization}/*")
    touched = [sub(f"{stem}:{one}") for one in (*kinds, f"account/{organization}/*")]
    yield service_role(
        *("management", _ROLE, "budgets.amazonaws.com"),
        [allow(["organizations:AttachPolicy", "organizations:DetachPolicy"], touched)],
        regions="home",
        condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    )


def _action(intent: Intent, environment: EnvironmentIntent, percent: int) -> Resource:
    return Resource(
        template="management",
        id=f"{_STOP}{environment.name.title().replace('-', '')}",
        type="AWS::Budgets::BudgetsAction",
        regions="home",
        properties={
            "BudgetName": ref(BUDGET),
            "ActionType": "APPLY_SCP_POLICY",
            "NotificationType": "ACTUAL",
            "ActionThreshold": {"Type": "PERCENTAGE", "Value": percent},
            "ApprovalModel": "MANUAL" if environment.tier in _BY_HAND else "AUTOMATIC",
            "ExecutionRoleArn": attribute(_ROLE, "Arn"),
            "Definition": {
                "ScpActionDefinition": {"PolicyId": ref(_STOP), "TargetIds": _targets(intent, environment)}
            },
            "Subscribers": [{"Type": "EMAIL", "Address": one} for one in _readers(intent.manifest)],
        },
    )


def _targets(intent: Intent, environment: EnvironmentIntent) -> list[str]:
    """The OUs of the environment, where their ids are known, else its accounts."""
    ids = {one.path: one.id for one in intent.manifest.organization.organizational_units}
    units = [found for one in environment.organizational_units if (found := ids.get(one))]
    if units and len(units) == len(environment.organizational_units):
        return units
    return [one.id for one in environment.accounts]


def _can_stop(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Where calls are to stop, there is a budget, somebody is told, and AWS takes all who are meant."""
    chosen = getattr(manifest, "organization_budget", None) or OrganizationBudget()
    place = origin.place(("organization_budget", "stop_at_percent"))
    stops = chosen.stop_at_percent is not None
    if not origin.complete(_SECTION) or not origin.whole(*((*_SECTION, key) for key in _AMOUNTS)):
        return
    if stops and chosen.usd_per_month is None:
        hint = "add `usd_per_month`"
        yield fault("budget_missing", "there is no budget of which a part could be spent", place, hint)
    elif chosen.usd_per_month is not None and _has_no_readers(manifest, origin):
        hint = "add addresses under `alerts.emails`, or the `email` of the management account"
        if stops:
            yield fault("budget_unheard", "nobody is known who is told when calls stop", place, hint)
        else:
            place = origin.place(("organization_budget", "usd_per_month"))
            yield warning("budget_unheard", "nobody is known who is told when it is spent", place, hint)
    told = extents_are_read(manifest, origin) and origin.whole(UNITS)
    intent = intent_of(manifest)
    for one in intent.environments if stops and told else ():
        if one.enforces and (count := len(_targets(intent, one))) > _MOST_TARGETS:
            message = f"{ticked(one.name)} has {count} accounts, and a budget stops {_MOST_TARGETS} at most"
            hint = "give each OU of the environment its `id`: OUs are then stopped as wholes"
            yield fault("budget_targets", message, origin.key_place(("environments", one.name)), hint)


def _has_no_readers(manifest: Manifest, origin: Origin) -> bool:
    """Whether nobody gets mail: neither the alerts nor the management account say who, and both are read."""
    organization = manifest.organization
    listed = [
        origin.whole(("organization", "accounts", at))
        for at, one in enumerate(organization.accounts)
        if one.id == organization.management_account
    ]
    return not _readers(manifest) and origin.whole(("alerts",)) and listed[:1] == [True]


KIND: Final = Kind(
    name="organization_budget",
    title="Budget of the organization",
    section=("organization_budget", OrganizationBudget),
    resources=_resources,
    checks=(_can_stop,),
)
