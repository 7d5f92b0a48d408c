"""Alarms of an account and Region on how Bedrock is used there, and the topic that tells people of them.

Each asks for a metric of all models at once, so that none has to be named. A count has a threshold an hour,
which is cut to the period; how long that is, and which alarms there are, follows from what the environment is
for. Tokens stand for cost: dollars depend on the day and the model, and are the budget's.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Metrics_Insights_Alarm.html,
docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html, and
docs.aws.amazon.com/bedrock/latest/userguide/monitoring-guardrails-cw-metrics.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal

from msgspec import Meta, Struct, field

from craton.core.kind import Kind, Row
from craton.core.manifest import Tier
from craton.core.manifest_section import Section
from craton.core.manifest_text import Email, EnvironmentName
from craton.core.resource import ACCOUNT, Resource, attribute, ref
from craton.core.statement import allow, document
from craton.kinds.encryption_key import KEY
from craton.kinds.invocation_log_group import logging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import EnvironmentIntent, Intent

TOPIC: Final = "AlarmTopic"
Seconds = Literal[60, 300, 900, 3600]
AlarmId = Literal[
    "client_errors",
    "guardrail_interventions",
    "input_tokens",
    "invocations",
    "latency",
    "legacy_models",
    "logging_failed",
    "output_tokens",
    "server_errors",
    "throttles",
]

_PERIODS: Final[dict[Tier, Seconds]] = {"sandbox": 900, "dev": 900, "test": 300, "staging": 300, "prod": 60}
_ENHANCED: Final[dict[Tier, bool]] = {
    "sandbox": False,
    "dev": False,
    "test": True,
    "staging": True,
    "prod": True,
}
_OF_MODELS: Final = 'SCHEMA("AWS/Bedrock", ModelId)'
_OF_GUARDRAILS: Final = 'SCHEMA("AWS/Bedrock/Guardrails", GuardrailContentSource)'
_HOUR: Final = 3600


class _Watched(Struct, frozen=True, kw_only=True):
    """One alarm. `most` is an hour's count, or of the latency milliseconds; one for all, or by tier."""

    title: str
    query: str
    most: int | Mapping[Tier, int]
    enhanced: bool = False
    counts: bool = True


_ALARMS: Final[dict[AlarmId, _Watched]] = {
    "client_errors": _Watched(
        title="calls of models are refused",
        query=f"SELECT SUM(InvocationClientErrors) FROM {_OF_MODELS}",
        most=600,
        enhanced=True,
    ),
    "guardrail_interventions": _Watched(
        title="guardrails intervene often",
        query=f"SELECT SUM(InvocationsIntervened) FROM {_OF_GUARDRAILS}",
        most=120,
        enhanced=True,
    ),
    "input_tokens": _Watched(
        title="models read more than is expected, and cost as much",
        query=f"SELECT SUM(InputTokenCount) FROM {_OF_MODELS}",
        most={
            "sandbox": 4_000_000,
            "dev": 8_000_000,
            "test": 8_000_000,
            "staging": 40_000_000,
            "prod": 400_000_000,
        },
    ),
    "invocations": _Watched(
        title="models are called more often than is expected",
        query=f"SELECT SUM(Invocations) FROM {_OF_MODELS}",
        most={"sandbox": 2_000, "dev": 4_000, "test": 4_000, "staging": 20_000, "prod": 200_000},
        enhanced=True,
    ),
    "latency": _Watched(
        title="models answer slowly",
        query=f"SELECT AVG(InvocationLatency) FROM {_OF_MODELS}",
        most=30_000,
        enhanced=True,
        counts=False,
    ),
    "legacy_models": _Watched(
        title="a model is called that AWS will end",
        query=f"SELECT SUM(LegacyModelInvocations) FROM {_OF_MODELS}",
        most=0,
    ),
    "logging_failed": _Watched(title="invocations could not be logged", query="", most=0),
    "output_tokens": _Watched(
        title="models write more than is expected, and cost as much",
        query=f"SELECT SUM(OutputTokenCount) FROM {_OF_MODELS}",
        most={
            "sandbox": 1_000_000,
            "dev": 2_000_000,
            "test": 2_000_000,
            "staging": 10_000_000,
            "prod": 100_000_000,
        },
    ),
    "server_errors": _Watched(
        title="models fail",
        query=f"SELECT SUM(InvocationServerErrors) FROM {_OF_MODELS}",
        most=60,
    ),
    "throttles": _Watched(
        title="calls of models are throttled",
        query=f"SELECT SUM(InvocationThrottles) FROM {_OF_MODELS}",
        most=120,
        enhanced=True,
    ),
}


class Alarms(Section, frozen=True, kw_only=True):
    """Which alarms there are, and whom they tell."""

    emails: Annotated[
        dict[EnvironmentName, tuple[Email, ...]],
        Meta(description="whom alarms and budgets write to, who confirms that once", examples=[{"prod": []}]),
    ] = field(default_factory=dict)
    enhanced: Annotated[
        dict[EnvironmentName, bool],
        Meta(
            description="whether callers' errors, throttles, latency, calls and interventions have alarms"
            " too; by default in test, staging and prod"
        ),
    ] = field(default_factory=dict)
    period_seconds: Annotated[
        dict[EnvironmentName, Seconds],
        Meta(
            description="how long alarms add up; by default 900 in dev, 300 in test and staging, 60 in prod"
        ),
    ] = field(default_factory=dict)
    thresholds: Annotated[
        dict[AlarmId, dict[EnvironmentName, Annotated[int, Meta(ge=0)]]],
        Meta(
            description="the most that is no alarm: counts an hour, latency in milliseconds",
            examples=[{"output_tokens": {"prod": 500000000}}],
        ),
    ] = field(default_factory=dict)


def alarms(intent: Intent) -> Alarms:
    """The manifest's section."""
    return intent.section("alarms", Alarms)


def period(intent: Intent, environment: EnvironmentIntent) -> int:
    """How long alarms add up in an environment. Units: seconds."""
    return alarms(intent).period_seconds.get(environment.name, _PERIODS[environment.tier])


def is_enhanced(intent: Intent, environment: EnvironmentIntent) -> bool:
    """Whether an environment has all alarms."""
    return alarms(intent).enhanced.get(environment.name, _ENHANCED[environment.tier])


def threshold(intent: Intent, environment: EnvironmentIntent, alarm: AlarmId) -> int:
    """The most that is no alarm in one period."""
    watched = _ALARMS[alarm]
    usual = watched.most if isinstance(watched.most, int) else watched.most[environment.tier]
    most = alarms(intent).thresholds.get(alarm, {}).get(environment.name, usual)
    return most * period(intent, environment) // _HOUR if watched.counts else most


def _resources(intent: Intent) -> Iterator[Resource]:
    yield from _topic(intent)
    enhanced = intent.where(lambda one: is_enhanced(intent, one))
    for name, watched in _ALARMS.items():
        for suffix, query in _queries(intent, name, watched):
            yield Resource(
                template="member",
                id="Alarm" + _camel(name) + suffix,
                type="AWS::CloudWatch::Alarm",
                environments=enhanced if watched.enhanced else None,
                properties={
                    "AlarmName": f"craton-bedrock-{name.replace('_', '-')}{suffix and '-' + suffix.lower()}",
                    "AlarmDescription": watched.title,
                    "AlarmActions": [ref(TOPIC)],
                    "ComparisonOperator": "GreaterThanThreshold",
                    "EvaluationPeriods": 1,
                    "Metrics": [
                        {
                            "Id": "all",
                            "Expression": query,
                            "Period": intent.by_environment(lambda one: period(intent, one)),
                        }
                    ],
                    "Threshold": _thresholds(intent, name),
                    "TreatMissingData": "notBreaching",
                },
            )


def _queries(intent: Intent, name: AlarmId, watched: _Watched) -> Iterator[tuple[str, str]]:
    """What an alarm asks, each with a suffix of its name; logs fail to come by each way of their own."""
    if name != "logging_failed":
        yield "", watched.query
        return
    replicated = logging(intent).transport == "replication"
    ways = {"": "LogsS3"} if replicated else {"": "LogsCloudWatch", "Large": "LargeDataS3"}
    for suffix, way in ways.items():
        yield suffix, f'SELECT SUM(ModelInvocation{way}DeliveryFailure) FROM "AWS/Bedrock"'


def _thresholds(intent: Intent, name: AlarmId) -> object:
    return intent.by_environment(lambda one: threshold(intent, one, name))


def _topic(intent: Intent) -> Iterator[Resource]:
    yield Resource(
        template="member",
        id=TOPIC,
        type="AWS::SNS::Topic",
        properties={"TopicName": "craton-bedrock-alarms", "KmsMasterKeyId": attribute(KEY, "Arn")},
    )
    yield Resource(
        template="member",
        id=f"{TOPIC}Access",
        type="AWS::SNS::TopicInlinePolicy",
        properties={
            "TopicArn": ref(TOPIC),
            "PolicyDocument": document(
                allow(
                    "sns:Publish",
                    ref(TOPIC),
                    Sid="AlarmsAndBudgetsOfTheAccount",
                    Principal={"Service": ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]},
                    condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                )
            ),
        },
    )
    emails = alarms(intent).emails
    for number, email in enumerate(sorted({one for each in emails.values() for one in each}), start=1):
        yield Resource(
            template="member",
            id=f"{TOPIC}Mail{number}",
            type="AWS::SNS::Subscription",
            environments=frozenset(name for name, each in emails.items() if email in each),
            properties={"TopicArn": ref(TOPIC), "Protocol": "email", "Endpoint": email},
        )


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _told(intent: Intent, environment: EnvironmentIntent) -> str:
    which = "all" if is_enhanced(intent, environment) else "basic"
    return f"{which}, every {period(intent, environment)} s"


def _thresholds_told(intent: Intent, environment: EnvironmentIntent) -> str:
    told = {name: threshold(intent, environment, name) for name in _ALARMS}
    return ", ".join(f"{name.replace('_', ' ')} {most:,}" for name, most in told.items())


KIND: Final = Kind(
    name="alarm",
    title="Alarms",
    section=("alarms", Alarms),
    resources=_resources,
    rows=(
        Row(title="Alarms", value=_told, properties=("Alarm*", "Alarm*.Metrics")),
        Row(title="Alarms above, in one period", value=_thresholds_told, properties=("Alarm*.Threshold",)),
        Row(
            title="Alarms write to",
            value=lambda intent, one: ", ".join(alarms(intent).emails.get(one.name, ())) or "nobody by mail",
            properties=(f"{TOPIC}Mail*",),
        ),
    ),
)
