"""What an account may spend on Bedrock in a month, and what stops when it is spent.

The bill lags by hours to a day: alarms on tokens are the brake, this is the account book. Where rules are
enforced, a spent budget can take the calls of models from the roles of the account.

Source: docs.aws.amazon.com/cost-management/latest/userguide/budgets-action-configure.html, and
docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta, field

from craton.core.kind import Kind, Row
from craton.core.manifest_section import Section
from craton.core.manifest_text import EnvironmentName
from craton.core.resource import Resource, attribute, ref, sub
from craton.core.statement import allow, document
from craton.kinds.alarm import TOPIC
from craton.kinds.parts.bedrock_cost import OF_BEDROCK, Percent, Usd, notifications, spending_stop
from craton.kinds.parts.service_role import service_role
from craton.kinds.role import DEVELOPER, PATH, WORKLOAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest import Tier

_BUDGET: Final = "Budget"
_STOP: Final = "SpendingStop"
_ROLE: Final = "BudgetRole"
_USD: Final[dict[Tier, int]] = {"sandbox": 100, "dev": 300, "test": 300, "staging": 1_000, "prod": 10_000}


class Budgets(Section, frozen=True, kw_only=True):
    """What each account of an environment may spend on Bedrock."""

    usd_per_month: Annotated[
        dict[EnvironmentName, Usd],
        Meta(
            description="the budget of each account, by environment; by default 100 in a sandbox, 300 in dev"
            " and test, 1000 in staging, 10000 in prod",
            examples=[{"dev": 500}],
        ),
    ] = field(default_factory=dict)
    tell_at_percent: Annotated[
        tuple[Percent, ...],
        Meta(
            description="parts of it at which the account's topic is told; the last also when it is forecast",
            min_length=1,
            max_length=4,
        ),
    ] = (50, 80, 100)
    stop_at_percent: Annotated[
        Percent | None,
        Meta(
            description="the part at which roles of an account that is held to rules call no models any more;"
            " left out, never",
            examples=[120],
        ),
    ] = None
    stop_after_approval: Annotated[
        bool, Meta(description="whether somebody has to agree before calls stop")
    ] = True


def budgets(intent: Intent) -> Budgets:
    """The manifest's section."""
    return intent.section("budgets", Budgets)


def usd_per_month(intent: Intent, environment: EnvironmentIntent) -> Decimal:
    """What each account of an environment may spend in a month."""
    return budgets(intent).usd_per_month.get(environment.name, Decimal(_USD[environment.tier]))


def _resources(intent: Intent) -> Iterator[Resource]:
    chosen = budgets(intent)
    yield Resource(
        template="member",
        id=_BUDGET,
        type="AWS::Budgets::Budget",
        regions="home",
        because="without a name, for notifications change only with a new budget beside the old one",
        properties={
            "Budget": {
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {
                    "Amount": intent.by_environment(lambda one: _number(usd_per_month(intent, one))),
                    "Unit": "USD",
                },
                "FilterExpression": OF_BEDROCK,
                "Metrics": ["UnblendedCost"],
            },
            "NotificationsWithSubscribers": list(
                notifications(chosen.tell_at_percent, [{"SubscriptionType": "SNS", "Address": ref(TOPIC)}])
            ),
        },
    )
    if chosen.stop_at_percent is not None:
        yield from _stop(intent, chosen.stop_at_percent)


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == int(amount) else float(amount)


def _stop(intent: Intent, percent: int) -> Iterator[Resource]:
    """The policy that stops calls of models, attached to nobody until the budget does it in its role."""
    where = intent.where(lambda one: one.enforces)
    roles = [sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{PATH}{one}") for one in _STOPPED]
    yield Resource(
        template="member",
        id=_STOP,
        type="AWS::IAM::ManagedPolicy",
        regions="home",
        environments=where,
        properties={"Path": PATH, "PolicyDocument": document(spending_stop())},
    )
    yield service_role(
        *("member", _ROLE, "budgets.amazonaws.com"),
        [
            allow(
                ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
                roles,
                condition={"ArnEquals": {"iam:PolicyARN": ref(_STOP)}},
            )
        ],
        regions="home",
        environments=where,
    )
    yield Resource(
        template="member",
        id=f"{_STOP}Action",
        type="AWS::Budgets::BudgetsAction",
        regions="home",
        environments=where,
        properties={
            "BudgetName": ref(_BUDGET),
            "ActionType": "APPLY_IAM_POLICY",
            "NotificationType": "ACTUAL",
            "ActionThreshold": {"Type": "PERCENTAGE", "Value": percent},
            "ApprovalModel": "MANUAL" if budgets(intent).stop_after_approval else "AUTOMATIC",
            "ExecutionRoleArn": attribute(_ROLE, "Arn"),
            "Definition": {"IamActionDefinition": {"PolicyArn": ref(_STOP), "Roles": list(_STOPPED)}},
            "Subscribers": [{"Type": "SNS", "Address": ref(TOPIC)}],
        },
        depends_on=_STOPPED,
    )


_STOPPED: Final = (DEVELOPER, WORKLOAD)


def _told(intent: Intent, environment: EnvironmentIntent) -> str:
    chosen, usd = budgets(intent), f"{usd_per_month(intent, environment):f} USD a month"
    if chosen.stop_at_percent is None or not environment.enforces:
        return usd
    how = "after approval" if chosen.stop_after_approval else "by themselves"
    return f"{usd}; calls stop {how} at {chosen.stop_at_percent} %"


KIND: Final = Kind(
    name="budget",
    title="Budget of an account",
    section=("budgets", Budgets),
    resources=_resources,
    rows=(
        Row(
            title="Each account may spend",
            value=_told,
            properties=(
                f"{_BUDGET}.Budget",
                f"{_STOP}",
                f"{_STOP}Action",
                _ROLE,
            ),
            for_callers=True,
        ),
    ),
)
