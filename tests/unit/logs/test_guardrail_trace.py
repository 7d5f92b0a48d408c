"""What is told of the guardrail of a call, in whichever way records are read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML
from tests.unit.logs.reads import Read
from tests.unit.logs.records import invocation

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = (
    "bodies/openllmetry/packages/opentelemetry-instrumentation-bedrock/tests/traces/cassettes/test_guardrails"
)
ARN = "arn:aws:bedrock:us-east-1:111111111111:guardrail/h28wrktbwagn"
PROSE = "my password is hunter2"
NAMED = {"guardrailIdentifier": "h28wrktbwagn", "guardrailVersion": "3"}
ONLY_NAMED = (None, "h28wrktbwagn", "3", None)
UNTOLD = (None, None, None, None)


def finding(action: str) -> dict[str, Any]:
    """An assessment that found an address."""
    found = {"type": "EMAIL", "match": PROSE, "action": action}
    return {"sensitiveInformationPolicy": {"piiEntities": [found]}}


def record(config: object = None, **answer: Any) -> dict[str, Any]:
    """A call whose request names a guardrail and whose answer tells of one."""
    made = invocation()
    if config is not None:
        made["input"]["inputBodyJson"]["guardrailConfig"] = config
    made["output"]["outputBodyJson"] |= answer
    return made


def traced(identifier: str = "h28wrktbwagn", **assessment: Any) -> dict[str, Any]:
    """What an answer of Converse tells with a trace."""
    return {"trace": {"guardrail": {"inputAssessment": {identifier: assessment}}}}


def told(made: dict[str, Any]) -> tuple[Any, ...]:
    """Action, id, version and findings, by themselves and beside a record that no table knows."""
    (alone,) = Read(json.dumps(made).encode()).invocations
    drifted = made | {"news": 1, "requestId": "another"}
    _, beside = Read(b"\n".join(json.dumps(one).encode() for one in (made, drifted))).invocations
    names = ("guardrail_action", "guardrail_id", "guardrail_version", "guardrail_findings")
    answers = [tuple(row[name] for name in names) for row in (alone, beside)]
    assert answers[0] == answers[1]
    return answers[0]


def test_a_request_names_id_and_version_and_what_became_of_it_is_unknown() -> None:
    assert told(record(NAMED)) == ONLY_NAMED


@pytest.mark.parametrize(
    "config",
    [
        NAMED | {"trace": "disabled", "streamProcessingMode": "async"},
        NAMED | {"guardrailIdentifier": ARN},
        NAMED | {"guardrailIdentifier": ARN.replace("arn:aws:", "arn:aws-us-gov:")},
    ],
)
def test_what_else_the_request_says_changes_nothing_and_an_arn_is_its_id(config: object) -> None:
    assert told(record(config)) == ONLY_NAMED


def test_a_draft_is_a_version() -> None:
    assert told(record(NAMED | {"guardrailVersion": "DRAFT"}))[2] == "DRAFT"


@pytest.mark.parametrize("identifier", [PROSE, "", "a" * 81, "arn:aws:s3:::h28wrktbwagn", 7, ["x"], None])
def test_an_id_that_has_not_the_form_of_one_is_not_taken(identifier: object) -> None:
    assert told(record(NAMED | {"guardrailIdentifier": identifier})) == UNTOLD


@pytest.mark.parametrize("version", [PROSE, "", "0", "v3", "123456789", 3, None])
def test_a_version_that_has_not_the_form_of_one_is_not_taken(version: object) -> None:
    assert told(record(NAMED | {"guardrailVersion": version})) == (None, "h28wrktbwagn", None, None)


@pytest.mark.parametrize("config", [PROSE, [NAMED], 3, {}])
def test_what_is_no_configuration_names_no_guardrail(config: object) -> None:
    assert told(record(config)) == UNTOLD


@pytest.mark.parametrize("answer", [None, "text", [], [{"type": "message_stop"}]])
def test_a_guardrail_is_named_whatever_the_answer_is(answer: object) -> None:
    made = record(NAMED)
    made["output"]["outputBodyJson"] = answer
    assert told(made) == ONLY_NAMED


def test_a_failed_call_names_its_guardrail_too() -> None:
    assert told(record(NAMED) | {"output": None, "errorCode": "ThrottlingException"}) == ONLY_NAMED


def test_a_trace_is_told_with_the_version_that_the_request_names() -> None:
    assert told(record(NAMED, **traced())) == ("NONE", "h28wrktbwagn", "3", None)
    assert told(record(NAMED | {"guardrailIdentifier": ARN}, **traced()))[1:3] == ("h28wrktbwagn", "3")


def test_the_guardrail_of_the_trace_is_the_stronger_word_and_has_no_version_of_another() -> None:
    assert told(record(NAMED, **traced("z5qx068m93k7"))) == ("NONE", "z5qx068m93k7", None, None)


def test_a_trace_names_versions_itself() -> None:
    applied = {"guardrailId": "h28wrktbwagn", "guardrailVersion": "4", "guardrailArn": ARN}
    assert told(record(**traced(appliedGuardrailDetails=applied)))[1:3] == ("h28wrktbwagn", "4")
    assert told(record(NAMED, **traced(appliedGuardrailDetails=applied)))[2] == "4"
    assert told(record(NAMED, **traced("h28wrktbwagn:5")))[2] == "5"
    assert told(record(NAMED, **traced(ARN)))[1:3] == ("h28wrktbwagn", "3")


@pytest.mark.parametrize("applied", [PROSE, {"guardrailVersion": PROSE}, {"guardrailVersion": 4}, None])
def test_a_version_in_a_trace_that_has_not_the_form_of_one_is_not_taken(applied: object) -> None:
    assert told(record(**traced(appliedGuardrailDetails=applied)))[1:3] == ("h28wrktbwagn", None)


def test_a_trace_of_prose_names_no_guardrail() -> None:
    assert told(record(**traced(PROSE))) == ("NONE", None, None, None)
    assert told(record(NAMED, **traced(PROSE))) == ("NONE", "h28wrktbwagn", "3", None)


@pytest.mark.parametrize(
    ("action", "means"), [("BLOCKED", "INTERVENED"), ("ANONYMIZED", "INTERVENED"), ("NONE", "NONE")]
)
@pytest.mark.parametrize("acted", [{}, {"amazon-bedrock-guardrailAction": "NONE"}])
def test_what_was_blocked_or_masked_is_an_intervention(
    action: str, means: str, acted: dict[str, str]
) -> None:
    found = (f"input:sensitive_information:EMAIL:{action}",)
    made = record(**acted, **traced(**finding(action)))
    assert told(made) == (means, "h28wrktbwagn", None, found)


TOPIC = {"name": "Tax", "type": "DENY"}
NOT_UNDERSTOOD = [
    ({"newPolicy": {"items": [{"action": "BLOCKED"}]}}, "newPolicy"),
    ({"topicPolicy": {"newTopics": [{"action": "BLOCKED"}]}}, "topicPolicy.newTopics"),
    ({"topicPolicy": {"topics": [TOPIC | {"action": "REDACTED"}]}}, "topicPolicy.topics.action=REDACTED"),
    ({"topicPolicy": {"topics": [TOPIC | {"action": PROSE}]}}, "topicPolicy.topics.action=other"),
    ({"topicPolicy": {"topics": [TOPIC | {"action": 5}]}}, "topicPolicy.topics.action (not readable)"),
    ({"topicPolicy": {"topics": [TOPIC | {"action": []}]}}, "topicPolicy.topics.action (not readable)"),
    ({"topicPolicy": {"topics": ["x"]}}, "topicPolicy.topics (not readable)"),
    ({"topicPolicy": 5}, "topicPolicy (not readable)"),
    ({PROSE: {}}, "[masked]"),
]


@pytest.mark.parametrize(("assessment", "name"), NOT_UNDERSTOOD)
def test_what_a_guardrail_did_is_unknown_where_its_trace_is_not_understood(
    assessment: dict[str, Any], name: str
) -> None:
    made = record(**traced(**assessment))

    assert told(made)[0] is None
    assert Read(json.dumps(made).encode()).unknown == {"invocation": {f"guardrail.{name}": 1}}
    assert told(made | {"output": {"outputBodyJson": [{"metadata": traced(**assessment)}]}})[0] is None
    assert told(record(**traced(**assessment), **{"amazon-bedrock-guardrailAction": "NONE"}))[0] == "NONE"
    assert told(record(**traced(**assessment, **finding("BLOCKED"))))[0] == "INTERVENED"


@pytest.mark.parametrize(
    ("trace", "name"),
    [
        ({"outputAssessments": 5}, "outputAssessments (not readable)"),
        ({"inputAssessment": {"gr1": 5}}, "inputAssessment (not readable)"),
        ({"inputAssessment": {}, "newAssessment": {}}, "newAssessment"),
    ],
)
def test_a_part_of_a_trace_that_is_not_understood_is_counted(trace: dict[str, Any], name: str) -> None:
    made = record(trace={"guardrail": trace})
    drifted = record(trace={"guardrail": trace}) | {"news": 1}
    timeless = made | {"timestamp": "yesterday"}

    assert told(made)[0] is None
    counted = Read(b"\n".join(json.dumps(one).encode() for one in (made, drifted, timeless))).unknown
    assert counted == {"invocation": {f"guardrail.{name}": 2, "news": 1}}


def test_the_type_and_the_action_of_a_finding_are_one_word_each() -> None:
    entries = [
        {"type": PROSE, "action": PROSE},
        {"type": "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", "action": "NONE"},
        {"type": "URL"},
    ]
    topics: dict[str, Any] = {
        "topicPolicy": {"topics": [{"name": "Tax advice", "type": "DENY", "action": "NONE"}]}
    }
    made = record(**traced(sensitiveInformationPolicy={"piiEntities": entries}, **topics))

    assert told(made)[3] == (
        "input:sensitive_information:URL:",
        "input:sensitive_information:US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER:NONE",
        "input:sensitive_information:other:other",
        "input:topic:Tax advice:NONE",
    )


def test_what_a_trace_holds_beside_its_policies_is_no_news() -> None:
    beside: dict[str, Any] = {
        "invocationMetrics": {"usage": {}},
        "appliedGuardrailDetails": {},
        "topicPolicy": None,
    }
    detected: dict[str, Any] = {"wordPolicy": {"customWords": [{"match": PROSE, "detected": True}]}}
    made = record(**traced(**beside, **detected))
    made["output"]["outputBodyJson"]["trace"]["guardrail"] |= {"actionReason": PROSE, "modelOutput": [PROSE]}

    assert told(made)[0] == "NONE"
    assert Read(json.dumps(made).encode()).unknown == {}


def test_the_stop_reason_tells_of_an_intervention_without_a_trace() -> None:
    assert told(record(NAMED, stopReason="guardrail_intervened")) == ("INTERVENED", "h28wrktbwagn", "3", None)


@pytest.mark.parametrize(
    ("cassette", "reason"),
    [("test_guardrail_invoke", "FINISH"), ("test_guardrail_converse", "guardrail_intervened")],
)
def test_a_recorded_reply_that_a_guardrail_only_masked_says_that_it_intervened(
    cassette: str, reason: str, shared_data: Path
) -> None:
    file = shared_data / RECORDED / f"{cassette}.yaml"
    (recorded,) = YAML(typ="safe").load(file.read_text("utf-8"))["interactions"]
    answer = json.loads(recorded["response"]["body"]["string"])
    said = answer.get("amazon-bedrock-guardrailAction") == "INTERVENED"
    assert said == (reason == "FINISH")
    made = invocation()
    made["input"]["inputBodyJson"] = json.loads(recorded["request"]["body"])
    made["output"]["outputBodyJson"] = answer
    action, identifier, version, findings = told(made)
    assert (action, identifier) == ("INTERVENED", "5zwrmdlsra2e")
    assert version == (None if said else "DRAFT")
    assert {one.rpartition(":")[2] for one in findings} == {"ANONYMIZED"}
    assert Read(json.dumps(made).encode()).invocations[0]["stop_reason"] == reason
