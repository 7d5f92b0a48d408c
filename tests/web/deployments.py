"""What plans, applies and looks for drift left in the lake of the tests: some half done, some hostile."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from tests.web.records import LAST_DAY, MARKUP, RESEARCH, RISK, SEARCH

from craton.core.deployment import Deployment, Phase
from craton.engine.deployment_log import DeploymentLog
from craton.engine.deployment_records import (
    ApplyRecord,
    DriftEntry,
    DriftRecord,
    OutcomeRecord,
    SnapshotRecord,
    Ungoverned,
)
from craton.engine.drift_doers import Doer
from craton.planner.difference import Difference
from craton.planner.effect import Affected, PolicyEffect
from craton.planner.onboarding import Checklist, ChecklistStep
from craton.planner.plan import Change, Plan

if TYPE_CHECKING:
    from pathlib import Path

    from craton.engine.applying import Result

HUB, MANAGEMENT = "222222222222", "111111111111"
ANA = f"arn:aws:sts::{MANAGEMENT}:assumed-role/AWSReservedSSO_Platform_0123456789abcdef/ana@acme.example"
PIPELINE = f"arn:aws:sts::{MANAGEMENT}:assumed-role/deploy/ci-4711"
MALLORY = f"arn:aws:sts::{SEARCH}:assumed-role/OrganizationAccountAccessRole/mallory"
MONDAY = dt.datetime.combine(LAST_DAY, dt.time(9))
REGIONS = ("us-east-1", "us-west-2")
SLOW_WHY = f"stricter models in production {MARKUP}"
ADDED = "000000000000"
DEPLOYMENT: Final = Deployment(
    organization="o-acme2f7k9q1z",
    management_account=MANAGEMENT,
    hub_account=HUB,
    regions=REGIONS,
    steps=(),
    files={},
)
OLD, NEW = "9f3a21bc" * 8, "77aa0e01" * 8


def change(address: str, phase: Phase, action: Any, **more: Any) -> Change:
    return Change(
        **{
            "address": address,
            "phase": phase,
            "account": MANAGEMENT,
            "region": "us-east-1",
            "action": action,
            "because": "the manifest wants it",
            "risk": "none" if action in ("no-op", "unknown") else "medium",
            "needs": (),
            "found": "absent",
            **more,
        }
    )


def attached(policy: str, at: str, action: Any = "no-op", **more: Any) -> Change:
    is_now, wanted = action in ("no-op", "delete"), action != "delete"
    return change(
        f"policy_attachment/{policy}/{at}",
        "management",
        action,
        before={"attached": True} if is_now else None,
        after={"attached": True} if wanted else None,
        needs=(f"policy/{policy}",),
        because=f"what holds at {at}",
        **more,
    )


def template(digest: str) -> dict[str, Any]:
    return {"managed": True, "template": {"resources": 49, "sha256": digest}}


def members(
    environment: str, accounts: dict[str, str], action: Any = "no-op", *, outdated: bool = False
) -> Any:
    """The stack set of an environment and its stacks; `accounts` are AWS's words, or none, by account."""
    name = f"enterprise-bedrock-monitoring-{environment}"
    wanted = {f"{one}/{region}": "CURRENT" for one in accounts for region in REGIONS}
    found = {f"{one}/{region}": state for one, state in accounts.items() for region in REGIONS if state}
    yield change(
        f"stack_set/{name}",
        "members",
        "update" if outdated else "no-op",
        before=template(OLD if outdated else NEW),
        after=template(NEW),
        differences=(
            Difference("template.Resources.InvocationLogGroup.Properties.RetentionInDays", 90, 365),
            Difference("template.Resources.Guardrail.Properties.ContentPolicyConfig", None, {"a": [1, 2]}),
        )
        if outdated
        else (),
        because=f"what every account of {environment} has",
        risk="high" if outdated else "none",
    )
    yield change(
        f"stack_instances/{name}/workloads/{environment}",
        "members",
        action if found != wanted else "no-op",
        before=found or None,
        after=wanted,
        needs=(f"stack_set/{name}",),
        because=f"the accounts of {environment}, those that join later too",
    )


MODELS = "BedrockEnterpriseControls-prod-1"
EFFECT: Final = PolicyEffect(
    state="replayed",
    days=28,
    of_days=30,
    calls=32_384,
    newly_denied=412,
    unknown=39,
    denied=(
        Affected(team="search", principals=3, calls=400),
        Affected(team=MARKUP, principals=1, calls=11),
        Affected(team=None, principals=1, calls=1),
    ),
)


def changes(*, is_done: bool) -> tuple[Change, ...]:
    """What a plan tells before the apply, and what one tells after it, which left some of it undone."""
    words = {"Statement": [{"Sid": "ApprovedModels", "Effect": "Deny", "Action": ["bedrock:InvokeModel"]}]}
    wider = {
        "Statement": [{**words["Statement"][0], "NotResource": ["arn:aws:bedrock:*::foundation-model/a"]}]
    }
    before = wider if is_done else words
    return (
        change("policy_type/SERVICE_CONTROL_POLICY", "management", "no-op", after={"status": "ENABLED"}),
        attached("BedrockEnterpriseControls", "root"),
        change(
            f"policy/{MODELS}",
            "management",
            "no-op" if is_done else "update",
            before={"type": "SERVICE_CONTROL_POLICY", "content": before, "managed": True},
            after={"type": "SERVICE_CONTROL_POLICY", "content": wider, "managed": True},
            because="which models production may call",
            risk="none" if is_done else "high",
            effect=None if is_done else EFFECT,
        ),
        attached(MODELS, "ou-a1b2-workprod1", "no-op"),
        attached(
            "BedrockEnterpriseControls-staging-1",
            "ou-a1b2-workstag1",
            "no-op" if is_done else "create",
            effect=None
            if is_done
            else PolicyEffect(state="unknown", because="the lake has 0 of the last 30 days", of_days=30),
            risk="high",
        ),
        change(
            "policy/Retired",
            "management",
            "no-op" if is_done else "delete",
            before=None if is_done else {"type": "SERVICE_CONTROL_POLICY", "content": words},
            risk="high",
            effect=None if is_done else PolicyEffect(state="none", because="it holds nowhere"),
        ),
        change(
            f"stack/{HUB}/us-east-1/enterprise-bedrock-hub",
            "hub",
            "no-op",
            account=HUB,
            before=template(NEW),
            after=template(NEW),
        ),
        change(
            f"stack/{HUB}/us-west-2/enterprise-bedrock-hub",
            "hub",
            "unknown",
            account=HUB,
            region="us-west-2",
            unknown=f"access denied for {MARKUP}",
        ),
        *members("sandbox", {RESEARCH: "CURRENT", "210987654321": "CURRENT"}),
        *members("dev", {"999999999999": "CURRENT"}),
        *members("test", {"888888888888": "CURRENT"}),
        *members(
            "staging", {"666666666666": "OUTDATED" if not is_done else "FAILED", "777777777777": ""}, "update"
        ),
        *members(
            "prod",
            {SEARCH: "CURRENT", "444444444444": "CURRENT", RISK: "CURRENT"},
            outdated=not is_done,
        ),
    )


FIRST: Final = Plan(
    at=MONDAY - dt.timedelta(days=40),
    deployment=DEPLOYMENT,
    prior=None,
    former=None,
    changes=changes(is_done=False)[:2],
)
PLAN: Final = Plan(
    at=MONDAY,
    deployment=DEPLOYMENT,
    prior="a" * 64,
    former=None,
    changes=changes(is_done=False),
    effect=EFFECT,
)
AFTER: Final = Plan(
    at=MONDAY + dt.timedelta(minutes=21),
    deployment=DEPLOYMENT,
    prior="b" * 64,
    former=None,
    changes=changes(is_done=True),
)
WAITING: Final = Plan(
    at=MONDAY - dt.timedelta(days=3),
    deployment=DEPLOYMENT,
    prior="a" * 64,
    former=None,
    changes=changes(is_done=False)[2:3],
)


def outcome(number: int, one: Change, result: Result, detail: str = "") -> OutcomeRecord:
    return OutcomeRecord(
        at=MONDAY + dt.timedelta(minutes=5, seconds=13 * number),
        address=one.address,
        phase=one.phase,
        action=one.action,
        result=result,
        detail=detail,
    )


def outcomes() -> tuple[OutcomeRecord, ...]:
    results: dict[str, tuple[Result, str]] = {
        "stack_instances/enterprise-bedrock-monitoring-staging/workloads/staging": (
            "failed",
            f"`cloudformation:UpdateStackInstances` ended as `FAILED`: bucket {MARKUP} exists already",
        ),
        f"stack/{HUB}/us-west-2/enterprise-bedrock-hub": ("unknown", "access denied"),
    }
    return tuple(
        outcome(number, one, *results.get(one.address, ("done", "")))
        for number, one in enumerate(PLAN.open_changes)
    )


def write_deployments(lake: Path) -> None:
    """Afterwards the lake tells of a rollout: whole at first, then in part, and changed by hand since."""
    log = DeploymentLog(lake)
    log.plan(FIRST, by=ANA, purpose="plan", commit="0a1b2c3d4e5f")
    log.plan(WAITING, by=PIPELINE, purpose="plan")
    log.plan(PLAN, by=ANA, purpose="plan", commit="5f4e3d2c1b0a+")
    log.plan(AFTER, by=ANA, purpose="after", commit="5f4e3d2c1b0a+")
    log.apply(
        ApplyRecord(
            plan=PLAN.digest,
            begun=MONDAY + dt.timedelta(minutes=5),
            ended=MONDAY + dt.timedelta(minutes=20),
            by=ANA,
            why=SLOW_WHY,
            planned=len(PLAN.open_changes),
            number=2,
            is_whole=False,
            outcomes=outcomes(),
            after=AFTER.digest,
            remaining=tuple(one.address for one in AFTER.open_changes),
        )
    )
    log.apply(ApplyRecord(plan=PLAN.digest, begun=MONDAY, by=PIPELINE, why="", planned=9))
    _learn(log)
    log.drift(drift())
    for one in checklists():
        log.checklist(one, MONDAY + dt.timedelta(minutes=30))


def _learn(log: DeploymentLog) -> None:
    """The hub tells of one apply more, which somebody made from another machine."""
    log.snapshot(
        SnapshotRecord(
            number=1,
            at=MONDAY - dt.timedelta(days=40),
            by=PIPELINE,
            why="the first time",
            plan="c" * 64,
            is_whole=True,
            deployment="d" * 64,
        )
    )


def drift() -> DriftRecord:
    stack = f"drift/{SEARCH}/us-east-1/StackSet-enterprise-bedrock-monitoring-prod-1"
    was = {"is": "1", "was": "365"}
    return DriftRecord(
        first_at=MONDAY + dt.timedelta(hours=3),
        last_at=MONDAY + dt.timedelta(hours=5),
        by=PIPELINE,
        applied=2,
        things=18,
        drifts=(
            DriftEntry(
                address=stack,
                account=SEARCH,
                region="us-east-1",
                action="update",
                because="somebody changed resources of the stack by hand",
                before={
                    "InvocationLogGroup": {
                        "type": "AWS::Logs::LogGroup",
                        "id": "/craton/bedrock/invocations",
                        "status": "MODIFIED",
                        "properties": {"/RetentionInDays": was},
                    }
                },
                after={},
                differences=(),
                unknown=None,
                doers=(
                    Doer(
                        by=MALLORY,
                        at="2026-11-23T11:04:05Z",
                        event="PutRetentionPolicy",
                        event_id="e-1",
                    ),
                ),
                opens=("records of calls are kept 1 day, not 365",),
            ),
        ),
        not_looked_at=(f"access denied in {MARKUP}",),
        accounts=(Ungoverned(account=HUB, name="newcomer", detail="in elsewhere"),),
        regions=(
            Ungoverned(
                account=SEARCH,
                name="search-prod",
                detail="no rules stand there",
                region="eu-west-1",
                calls=12,
                last=MONDAY,
            ),
        ),
    )


def checklists() -> tuple[Checklist, ...]:
    def step(title: str, state: Any, detail: str = "") -> ChecklistStep:
        return ChecklistStep(title=title, state=state, detail=detail)

    return (
        Checklist(
            account=RESEARCH,
            name="research-sandbox",
            organizational_unit="sandbox",
            environment="sandbox",
            steps=(
                step("in the organization", "done", "active, in sandbox"),
                step("in an environment", "done", "sandbox"),
                step("policies in force", "failed", f"not attached: {MARKUP}"),
                step("stack in us-east-1", "done", "it is current"),
                step("calls are logged in us-east-1", "done"),
                step("stack in us-west-2", "waiting", "RUNNING"),
                step("calls are logged in us-west-2", "unknown", "access denied"),
            ),
        ),
        Checklist(
            account="777777777777",
            name="support-staging",
            organizational_unit=None,
            environment=None,
            steps=(step("in the organization", "not_needed", "it is suspended: nothing is deployed to it"),),
        ),
    )
