"""What somebody may change by hand: one thing of each kind, read from AWS and changed by AWS's own calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from tests.e2e.deployment.hands_on import access, models, money, records, watching
from tests.e2e.deployment.hands_on.common import ADMINISTRATOR, HUB, MANAGEMENT, SEARCH, TRUST

if TYPE_CHECKING:
    from tests.e2e.emulator.running import Running

MALLORY = "stacksets-exec-mallory"
"""A role that policies let through as if it brought stack sets: nobody else may do all this."""

STEWARD = "OrganizationAccountAccessRole"
"""The only one who may change Craton's own roles in the hub."""


class Change(Struct, frozen=True, kw_only=True):
    """One thing that somebody changes.

    `kind` is the kind whose resource it is, `logical_id` its name in the template of the account's stack.
    `told` reads the thing from AWS and `changed` changes it, each with a client of `service` and the physical
    id. `address` is that of its change, where it is no resource that CloudFormation looks at. `role` is whose
    session does it.
    """

    kind: str
    account: str
    logical_id: str
    service: str
    told: Callable[[Any, str], Any]
    changed: Callable[[Any, str], Any]
    address: str | None = None
    role: str = MALLORY

    @property
    def name(self) -> str:
        return f"{self.kind} {self.logical_id}"


class Hands:
    """A role of somebody in each account, made before any rule holds there, and what its sessions do."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._keys: dict[tuple[str, str], dict[str, str]] = {}
        for account in (MANAGEMENT, HUB, SEARCH):
            own = {}
            if account != MANAGEMENT:
                own = running.session(f"arn:aws:iam::{account}:role/{STEWARD}")
                self._keys[account, STEWARD] = own
            self._keys[account, MALLORY] = self._role(account, own)

    def client(self, service: str, account: str, role: str = MALLORY) -> Any:
        """A client of somebody in the account."""
        return self.running.client(service, **self._keys[account, role])

    def in_role(self, account: str, name: str) -> dict[str, str]:
        """The environment of a session of a role of the account, which its steward makes."""
        keys = self.running.session(f"arn:aws:iam::{account}:role/{name}", **self._keys[account, STEWARD])
        return {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    def physical_ids(self) -> dict[tuple[str, str], str]:
        """Of what stacks made, by account and logical id."""
        found = {}
        for account in (MANAGEMENT, HUB, SEARCH):
            cloudformation = self.client("cloudformation", account)
            for stack in cloudformation.describe_stacks()["Stacks"]:
                pages = cloudformation.get_paginator("list_stack_resources").paginate(
                    StackName=stack["StackId"]
                )
                for one in (each for page in pages for each in page["StackResourceSummaries"]):
                    found[account, one["LogicalResourceId"]] = one["PhysicalResourceId"]
        return found

    def _role(self, account: str, own: dict[str, str]) -> dict[str, str]:
        """The keys of a session of the role, which the holder of `own` makes."""
        iam = self.running.client("iam", **own)
        trust = TRUST.replace('"*"', f'"{account}"')
        made = iam.create_role(RoleName=MALLORY, AssumeRolePolicyDocument=trust)["Role"]
        iam.attach_role_policy(RoleName=MALLORY, PolicyArn=ADMINISTRATOR)
        return self.running.session(made["Arn"], **own)


def _one(  # noqa: PLR0917 - one row of a table
    kind: str,
    account: str,
    logical_id: str,
    service: str,
    told: Callable[[Any, str], Any],
    changed: Callable[[Any, str], Any],
) -> Change:
    return Change(
        kind=kind, account=account, logical_id=logical_id, service=service, told=told, changed=changed
    )


CHANGES = (
    _one("alarm", SEARCH, "AlarmThrottles", "cloudwatch", watching.alarm, watching.alarm_silenced),
    _one(
        *("alarm", SEARCH, "AlarmTopicAccess", "sns"),
        access.topic_policy("craton-bedrock-alarms"),
        access.topic_policy_changed("craton-bedrock-alarms"),
    ),
    _one("alert_topic", HUB, "AlertTopic", "sns", access.topic_key, access.topic_key_gone),
    _one(
        *("alert_topic", HUB, "AlertTopicAccess", "sns"),
        access.topic_policy("craton-bedrock-alerts"),
        access.topic_policy_changed("craton-bedrock-alerts"),
    ),
    _one(
        *(
            "application_inference_profile",
            SEARCH,
            "ProfileSearchRankingClaudeSonnet46",
            "bedrock",
            models.tags,
        ),
        lambda bedrock, arn: bedrock.tag_resource(
            resourceARN=arn, tags=[{"key": "cost-center", "value": "900"}]
        ),
    ),
    _one("archive_bucket", HUB, "ArchiveBucket", "s3", records.lifecycle, records.lifecycle_changed),
    _one(
        "archive_bucket",
        HUB,
        "ArchiveBucketPolicy",
        "s3",
        records.bucket_policy,
        records.bucket_policy_changed,
    ),
    _one("budget", SEARCH, "Budget", "budgets", money.budget(SEARCH), money.budget_changed(SEARCH)),
    _one(
        "config_aggregator",
        HUB,
        "ConfigAggregator",
        "config",
        watching.aggregator,
        watching.aggregator_changed,
    ),
    _one(
        *("config_rule", MANAGEMENT, "GovernanceRuleLogging", "config"),
        watching.organization_rule,
        watching.organization_rule_changed,
    ),
    _one("config_rule", MANAGEMENT, "GovernanceRule", "lambda", watching.function, watching.function_changed),
    _one("config_rule", SEARCH, "EvaluatorRole", "iam", access.inline, access.inline_added),
    _one("conformance_pack", MANAGEMENT, "ConformancePack", "config", watching.pack, watching.pack_changed),
    _one("dashboard", HUB, "Dashboard", "cloudwatch", watching.dashboard, watching.dashboard_changed),
    _one(
        "data_export",
        MANAGEMENT,
        "CostAndUsageReportExport",
        "bcm-data-exports",
        money.export,
        money.export_changed,
    ),
    _one("deployer_role", MANAGEMENT, "DeployerRole", "iam", access.trust, access.trust_changed),
    _one("deployer_role", MANAGEMENT, "DeployerRolePolicy1", "iam", access.document, access.document_changed),
    _one("encryption_key", SEARCH, "EncryptionKey", "kms", access.rotation, access.rotation_off),
    _one(
        "enforced_guardrail",
        SEARCH,
        "GuardrailStrictEnforced",
        "bedrock",
        models.enforced,
        models.enforced_gone,
    ),
    _one(
        *("enforced_guardrail", SEARCH, "GuardrailStrictCallers", "bedrock"),
        models.resource_policy,
        models.resource_policy_changed,
    ),
    _one("event_bus", HUB, "EventBusPolicy", "events", watching.bus, watching.bus_opened),
    _one("event_bus", HUB, "TrailStoppedRule", "events", watching.rule, watching.rule_off),
    _one("event_rule", SEARCH, "EventForwardingRule", "events", watching.rule, watching.rule_off),
    _one("grant", SEARCH, "GrantSearch56d16d", "iam", access.trust, access.trust_changed),
    _one("guardrail", SEARCH, "GuardrailStrict", "bedrock", models.guardrail, models.guardrail_changed),
    _one(
        *("guardrail_version", SEARCH, "GuardrailStrictVersion", "bedrock"),
        models.versions,
        models.versions_gone,
    ),
    _one("hub_key", HUB, "HubKey", "kms", access.rotation, access.rotation_off),
    Change(
        kind="hub_role",
        account=HUB,
        logical_id="HubRole",
        service="iam",
        told=access.trust,
        changed=access.trust_changed,
        role=STEWARD,
    ),
    _one("invocation_bucket", SEARCH, "InvocationBucket", "s3", records.public, records.public_changed),
    _one(
        "invocation_log_group",
        SEARCH,
        "InvocationLogGroup",
        "logs",
        records.retention,
        records.retention_changed,
    ),
    _one("logging_restorer", HUB, "LoggingRestorerRule", "events", watching.rule, watching.rule_off),
    _one("logging_restorer", HUB, "LoggingRestorer", "lambda", watching.function, watching.function_changed),
    _one(
        "logging_restorer", SEARCH, "LoggingParameter", "ssm", watching.parameter, watching.parameter_changed
    ),
    Change(
        kind="invocation_logging",
        account=SEARCH,
        logical_id="LoggingConfiguration",
        service="bedrock",
        told=models.logging,
        changed=models.logging_off,
        address=f"invocation_logging/{SEARCH}/us-east-1",
    ),
    _one("invocation_logging", SEARCH, "LoggingRole", "iam", access.inline, access.inline_added),
    _one("lake_tables", HUB, "InvocationTable", "glue", records.table, records.table_changed),
    _one("lake_tables", HUB, "QueryWorkGroup", "athena", records.work_group, records.work_group_changed),
    _one("log_delivery", HUB, "LogDestination", "logs", records.destination, records.destination_opened),
    _one("log_delivery", HUB, "ArchiveStream", "firehose", records.stream, records.stream_changed),
    _one(
        "log_subscription",
        SEARCH,
        "LogSubscription",
        "logs",
        records.subscriptions,
        records.subscription_gone,
    ),
    _one("metric_stream", HUB, "MetricStream", "cloudwatch", watching.metrics, watching.metrics_changed),
    _one("oam_sink", HUB, "ObservabilitySink", "oam", watching.sink, watching.sink_opened),
    _one(
        *("organization_budget", MANAGEMENT, "OrganizationBudget", "budgets"),
        money.budget(MANAGEMENT),
        money.budget_changed(MANAGEMENT),
    ),
    _one(
        *("organization_budget", MANAGEMENT, "SpendingStopProd", "budgets"),
        money.budget_action,
        money.budget_action_changed,
    ),
    _one(
        *("organization_budget", MANAGEMENT, "SpendingStop", "organizations"),
        access.organization_policy,
        access.organization_policy_changed,
    ),
    _one(
        *("organization_guardrail", MANAGEMENT, "OrganizationGuardrail", "bedrock"),
        models.guardrail,
        models.guardrail_changed,
    ),
    _one(
        *("organization_guardrail", MANAGEMENT, "OrganizationGuardrailCallers", "bedrock"),
        models.resource_policy,
        models.resource_policy_changed,
    ),
    _one(
        "organization_trail",
        MANAGEMENT,
        "OrganizationTrail",
        "cloudtrail",
        records.trail,
        records.trail_stopped,
    ),
    _one(
        "organization_trail",
        MANAGEMENT,
        "DeniedByGuardrailFilter",
        "logs",
        records.filters,
        records.filter_gone,
    ),
    _one("reader_role", MANAGEMENT, "ReaderRole", "iam", access.trust, access.trust_changed),
    _one("role", SEARCH, "BedrockBoundary", "iam", access.document, access.document_changed),
    _one("role", SEARCH, "BedrockWorkload", "iam", access.granted, access.boundary_gone),
    _one(
        *("role", SEARCH, "BedrockDeveloper", "iam", access.attached),
        lambda iam, name: iam.attach_role_policy(RoleName=name, PolicyArn=ADMINISTRATOR),
    ),
)

NOTHING_TO_CHANGE = {
    "former_stack": "it makes nothing: it waits once, while an account moves",
}
"""Kinds of which nothing stands in AWS that somebody could change."""
