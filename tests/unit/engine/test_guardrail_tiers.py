"""Guardrail tiers hold what they are there for, are compared, and are tried offline and in AWS."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, get_args

import botocore.session
import pytest

from craton.cli.program import program
from craton.codec import guardrail_file
from craton.core.errors import UserError
from craton.engine.content_tests import run_content_tests
from craton.engine.guardrail_changes import guardrail_changes
from craton.engine.guardrail_samples import offline_outcomes
from craton.engine.guardrail_tiers import guardrail_tier
from craton.registry.content import PACKAGE
from craton.registry.guardrails import Guardrails

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN = """
title: Ours
explains: Ours.
extends: {extends}
sources:
  - {{page: docs.aws.amazon.com/bedrock/latest/userguide/guardrails.html, says: how, retrieved: 2026-11-26}}
guardrail: {guardrail}
samples:
  - {sample}
"""


@pytest.mark.parametrize("tier", ["strict", "regulated", "learning"])
def test_production_looks_for_hate_and_violence_as_strongly_as_can_be(tier: str) -> None:
    filters = {one.type: one for one in guardrail_tier(tier).wording.content_policy_config.filters_config}
    for name in ("HATE", "VIOLENCE"):
        assert (filters[name].input_strength, filters[name].output_strength) == ("HIGH", "HIGH")


@pytest.mark.parametrize("tier", ["strict", "regulated"])
@pytest.mark.parametrize("name", ["EMAIL", "US_SOCIAL_SECURITY_NUMBER", "CREDIT_DEBIT_CARD_NUMBER"])
def test_production_blocks_what_the_strategy_names(tier: str, name: str) -> None:
    policy = guardrail_tier(tier).wording.sensitive_information_policy_config
    assert {one.type: one.action for one in policy.pii_entities_config}[name] == "BLOCK"  # type: ignore[index]


def test_every_policy_and_both_generations_of_models_are_in_use() -> None:
    tiers = Guardrails.load().tiers
    strict = tiers["strict"].wording
    assert strict.content_policy_config.filters_config
    assert strict.topic_policy_config.topics_config
    assert strict.word_policy_config.words_config
    assert strict.word_policy_config.managed_word_lists_config
    assert strict.sensitive_information_policy_config.pii_entities_config
    assert strict.sensitive_information_policy_config.regexes_config
    assert {one.type for one in strict.contextual_grounding_policy_config.filters_config} == {
        "GROUNDING",
        "RELEVANCE",
    }
    assert {name: one.is_standard for name, one in tiers.items()} == {
        "basic": False,
        "learning": False,
        "strict": False,
        "regulated": True,
    }


def test_names_and_enums_are_those_of_the_api() -> None:
    model = botocore.session.get_session().get_service_model("bedrock")
    for ours, shape in (
        (guardrail_file.PiiType, "GuardrailPiiEntityType"),
        (guardrail_file.ContentFilterType, "GuardrailContentFilterType"),
        (guardrail_file.Strength, "GuardrailFilterStrength"),
        (guardrail_file.GroundingType, "GuardrailContextualGroundingFilterType"),
        (guardrail_file.TierName, "GuardrailContentFiltersTierName"),
    ):
        assert set(get_args(ours)) == set(model.shape_for(shape).enum), shape
    members = set(model.operation_model("CreateGuardrail").input_shape.members)
    assert set(guardrail_file.Wording.__struct_encode_fields__) <= members


@pytest.mark.slow
def test_shipped_tiers_hold_offline() -> None:
    report = run_content_tests(PACKAGE / "guardrails", mutants=False)
    assert report.holds
    assert {one.id for one in report.files} == {"basic", "learning", "strict", "regulated"}
    assert sum(len(one.outcomes) for one in report.files) >= 12


def own(folder: Path, guardrail: str, sample: str, extends: str = "basic") -> Path:
    (folder / "guardrails").mkdir(exist_ok=True)
    text = OWN.format(guardrail=guardrail, sample=sample, extends=extends)
    (folder / "guardrails" / "ours.yaml").write_text(text)
    return folder


SSN = "{sensitiveInformationPolicyConfig: {piiEntitiesConfig: [{type: SSN, action: BLOCK, reason: no}]}}"
WORD = "{wordPolicyConfig: {wordsConfig: [{text: top secret, reason: ours}]}}"


@pytest.mark.parametrize(
    ("sample", "failure"),
    [
        ("{text: this is TOP SECRET, expect: blocked, by: top secret}", None),
        ("{text: this is top-secret, expect: blocked, by: top secret}", "it is allowed, not blocked"),
        ("{text: this is top secret, expect: allowed}", "it is blocked by `top secret`, not allowed"),
    ],
)
def test_a_sample_that_ends_otherwise_fails(tmp_path: Path, sample: str, failure: str | None) -> None:
    tier = guardrail_tier("ours", (own(tmp_path, WORD, sample),))
    first = offline_outcomes(tier)[0]
    assert first.failure == failure


def test_a_word_without_a_sample_is_told(tmp_path: Path) -> None:
    tier = guardrail_tier("ours", (own(tmp_path, WORD, "{text: fine, expect: allowed}"),))
    assert [one.failure for one in offline_outcomes(tier) if one.failure] == [
        "no sample shows what `top secret` finds"
    ]


@pytest.mark.parametrize(
    ("guardrail", "extends", "message"),
    [
        ("{}", "strikt", "there is no guardrail `strikt`"),
        ("{}", "ours", "`ours` extends itself"),
        (
            (
                "{sensitiveInformationPolicyConfig: {regexesConfig: "
                "[{name: a, pattern: '(?=x)', action: BLOCK, reason: r}]}}"
            ),
            "basic",
            "the pattern of `a` cannot be used",
        ),
        (
            (
                "{contentPolicyConfig: {filtersConfig: "
                "[{type: PROMPT_ATTACK, inputStrength: LOW, outputStrength: LOW, reason: r}]}}"
            ),
            "basic",
            "PROMPT_ATTACK is looked for in prompts alone",
        ),
        (
            SSN,
            "basic",
            "`SSN`",
        ),
    ],
)
def test_what_aws_would_refuse_is_told(tmp_path: Path, guardrail: str, extends: str, message: str) -> None:
    folder = own(tmp_path, guardrail, "{text: fine, expect: allowed}", extends)
    with pytest.raises(UserError, match=message.replace("(", r"\(")):
        Guardrails.load([folder])


def effects(before: str, after: str) -> set[str]:
    return {one.effect for one in guardrail_changes(guardrail_tier(before), guardrail_tier(after))}


def test_a_change_that_weakens_is_told_from_one_that_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert guardrail_changes(guardrail_tier("strict"), guardrail_tier("strict")) == ()
    assert "weaker" not in effects("basic", "strict")
    assert "weaker" in effects("strict", "basic")
    assert program(["guardrail", "diff", "strict", "regulated"]) == 0
    assert program(["guardrail", "diff", "strict", "basic"]) == 2
    assert "weaker: EMAIL: BLOCK -> nothing" in capsys.readouterr().out


def test_a_tier_is_shown_with_what_it_extends(capsys: pytest.CaptureFixture[str]) -> None:
    assert program(["guardrail", "show", "strict"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["blockedInputMessaging"].startswith("This prompt was stopped")
    assert program(["guardrail", "show", "strikt"]) == 1


class _Answering(BaseHTTPRequestHandler):
    """Answers as ApplyGuardrail does, by what stands in the text."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        text = json.loads(self.rfile.read(length))["content"][0]["text"]["text"]
        rules: list[tuple[str, str, dict[str, Any]]] = [
            ("ignore all rules", "contentPolicy", {"filters": [{"type": "PROMPT_ATTACK"}]}),
            ("sell my shares", "topicPolicy", {"topics": [{"name": "Investment advice"}]}),
            (
                "@example.com",
                "sensitiveInformationPolicy",
                {"piiEntities": [{"type": "EMAIL"}], "regexes": []},
            ),
            (
                "078-05-1120",
                "sensitiveInformationPolicy",
                {"piiEntities": [{"type": "US_SOCIAL_SECURITY_NUMBER"}]},
            ),
            ("4111", "sensitiveInformationPolicy", {"piiEntities": [{"type": "CREDIT_DEBIT_CARD_NUMBER"}]}),
            ("PRIVATE KEY", "sensitiveInformationPolicy", {"regexes": [{"name": "private-key"}]}),
            ("Bearer", "sensitiveInformationPolicy", {"regexes": [{"name": "bearer-token"}]}),
            ("INTERNAL ONLY", "wordPolicy", {"customWords": [{"match": "INTERNAL ONLY"}]}),
        ]
        assessments: list[dict[str, Any]] = []
        for needle, policy, told in rules:
            if needle in text:
                marked = {
                    key: [{**one, "action": "BLOCKED", "detected": True} for one in entries]
                    for key, entries in told.items()
                }
                assessments.append({policy: marked})
        action = "GUARDRAIL_INTERVENED" if assessments else "NONE"
        body = json.dumps({"usage": {}, "action": action, "outputs": [], "assessments": assessments}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the method's argument
        pass


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", 0), _Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("answering")
def test_every_sample_is_tried_live(capsys: pytest.CaptureFixture[str]) -> None:
    assert program(["guardrail", "test", "strict", "--live", "abc:3", "--region", "us-east-1"]) == 0
    assert capsys.readouterr().out == "15 samples, 0 failed\n"


@pytest.mark.usefixtures("answering")
def test_a_live_sample_that_ends_otherwise_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = own(tmp_path, WORD, "{text: jane at acme dot example, expect: blocked, by: EMAIL, live: true}")
    told = ["guardrail", "test", "ours", "--content", str(folder), "--live", "abc:1", "--region", "us-east-1"]
    assert program(told) == 2
    assert "it is allowed, not blocked" in capsys.readouterr().out


def test_a_guardrail_without_a_version_is_refused() -> None:
    assert program(["guardrail", "test", "strict", "--live", "abc"]) == 1
