"""What resources of stacks open by what was changed by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.engine.test_policy_effects import attachment, change, plan_of
from tests.unit.replay.recorded_calls import write_manifest

from craton.engine.drift_openings import openings
from craton.engine.guardrail_changes import is_weaker
from craton.engine.manifests import load

if TYPE_CHECKING:
    from pathlib import Path

GUARDRAIL = "AWS::Bedrock::Guardrail"
FILTERS = [
    {"Type": "HATE", "InputStrength": "HIGH", "OutputStrength": "HIGH"},
    {"Type": "INSULTS", "InputStrength": "LOW", "OutputStrength": "HIGH"},
    {"Type": "PROMPT_ATTACK", "InputStrength": "NONE", "OutputStrength": "NONE"},
]
WEAKER = [
    {"Type": "INSULTS", "InputStrength": "LOW", "OutputStrength": "LOW"},
    {"Type": "HATE", "InputStrength": "HIGH", "OutputStrength": "HIGH", "InputAction": "NONE"},
]
REGEX = {"Name": "keys", "Pattern": "sk-[a-z]+", "Action": "BLOCK"}
OBSERVED = {"Name": "advice", "Definition": "Advice", "InputAction": "NONE", "OutputAction": "NONE"}


CONTENT, PII = "ContentPolicyConfig/FiltersConfig", "SensitiveInformationPolicyConfig/RegexesConfig"
GROUNDING = "ContextualGroundingPolicyConfig/FiltersConfig"
TIER = "ContentPolicyConfig/ContentFiltersTierConfig"


def grounding(threshold: float) -> dict[str, Any]:
    return {"Type": "G", "Threshold": threshold}


def opened(place: Path, kind: str, properties: dict[str, tuple[Any, Any]], status: str = "MODIFIED") -> Any:
    """What is open where a resource has these properties, each as it was and as it is."""
    write_manifest(place, [])
    told = {path: {"was": was, "is": now} for path, (was, now) in properties.items()}
    resource = {"type": kind, "id": "x", "status": status, "properties": told}
    drifted = change("drift/333333333333/us-east-1/s", "update", {"Thing": resource}, {})
    found = openings(plan_of(drifted), load(place / "craton.yaml"), place / "craton.yaml")
    return found["drift/333333333333/us-east-1/s"]


@pytest.mark.parametrize(
    ("kind", "properties", "told"),
    [
        (
            "AWS::Logs::LogGroup",
            {"/RetentionInDays": ("365", "1")},
            ("records are kept for 1 and not for 365 days",),
        ),
        ("AWS::Logs::LogGroup", {"/RetentionInDays": ("30", "365")}, ()),
        (
            "AWS::KMS::Key",
            {"/EnableKeyRotation": ("true", "false")},
            ("`EnableKeyRotation` is switched off",),
        ),
        ("AWS::KMS::Key", {"/EnableKeyRotation": ("false", "true")}, ()),
        (
            GUARDRAIL,
            {
                "/ContentPolicyConfig/FiltersConfig/0/InputStrength": ("HIGH", "LOW"),
                "/Description": ("a", "b"),
            },
            (
                (
                    "the guardrail stops less: `/ContentPolicyConfig/FiltersConfig/0/InputStrength` was HIGH"
                    " and is LOW"
                ),
            ),
        ),
        (GUARDRAIL, {"/ContentPolicyConfig/FiltersConfig/0/InputStrength": ("LOW", "HIGH")}, ()),
        (
            "AWS::IAM::Role",
            {"/AssumeRolePolicyDocument/Statement/0/Principal/AWS": ("a", "*")},
            (
                (
                    "others than before are let in or let do more: "
                    "`/AssumeRolePolicyDocument/Statement/0/Principal/AWS` was changed"
                ),
            ),
        ),
        ("AWS::Budgets::Budget", {"/Budget/BudgetLimit/Amount": ("10", "20")}, ()),
    ],
)
def test_a_property_that_weakens_is_told_and_others_are_not(
    tmp_path: Path, kind: str, properties: dict[str, tuple[Any, Any]], told: tuple[str, ...]
) -> None:
    assert opened(tmp_path, kind, properties) == told


@pytest.mark.parametrize(
    ("place", "was", "now", "told"),
    [
        ("Tags", [{"Key": "a", "Value": "b"}], [], ()),
        (CONTENT, FILTERS, None, (f"`HATE`, `INSULTS` of `/{CONTENT}` are gone",)),
        (PII, [REGEX], None, (f"`keys` of `/{PII}` is gone",)),
        (
            "WordPolicyConfig",
            {"WordsConfig": [{"Text": f"w{number}"} for number in range(7)]},
            {},
            ("`w0`, `w1`, `w2`, `w3`, `w4` and 2 more of `/WordPolicyConfig/WordsConfig` are gone",),
        ),
        (
            CONTENT,
            FILTERS,
            WEAKER,
            (
                f"`/{CONTENT}/HATE/InputAction` was BLOCK and is NONE",
                f"`/{CONTENT}/INSULTS/OutputStrength` was HIGH and is LOW",
            ),
        ),
        (CONTENT, WEAKER, FILTERS, ()),
        (f"{CONTENT}/1", FILTERS[1], None, (f"`INSULTS` of `/{CONTENT}` is gone",)),
        (f"{CONTENT}/2", None, WEAKER[0], ()),
        (f"{PII}/0/Pattern", "sk-[a-z]+", "never", (f"`/{PII}/0/Pattern` was sk-[a-z]+ and is never",)),
        (GROUNDING, [grounding(0.7)], [grounding(0.2)], (f"`/{GROUNDING}/G/Threshold` was 0.7 and is 0.2",)),
        (GROUNDING, [grounding(0.2)], [grounding(0.7)], ()),
        (TIER, {"TierName": "STANDARD"}, None, (f"`/{TIER}/TierName` was STANDARD and is CLASSIC",)),
        (f"{TIER}/TierName", "CLASSIC", None, ()),
        ("TopicPolicyConfig/TopicsConfig", [OBSERVED], None, ()),
    ],
)
def test_a_guardrail_that_finds_or_blocks_less_is_told_by_what_is_gone(
    tmp_path: Path, place: str, was: Any, now: Any, told: tuple[str, ...]
) -> None:
    found = opened(tmp_path, GUARDRAIL, {f"/{place}": (json.dumps(was), json.dumps(now))})
    assert found == tuple(f"the guardrail stops less: {one}" for one in told)


def test_what_is_gone_is_told_by_what_it_did(tmp_path: Path) -> None:
    gone = opened(tmp_path, "AWS::Logs::SubscriptionFilter", {}, "DELETED")
    assert gone == ("records of calls do not reach the hub",)
    other = opened(tmp_path, "AWS::Scheduler::Schedule", {}, "DELETED")
    assert other == ("`Thing` is gone, and what it did is not done",)


def test_requests_that_go_through_now_and_were_denied_are_named(tmp_path: Path) -> None:
    write_manifest(tmp_path, [])
    statement = {"Sid": "S", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
    content = {"Version": "2012-10-17", "Statement": [statement]}
    policy = {"type": "SERVICE_CONTROL_POLICY", "content": content}
    weak = {**policy, "content": {**content, "Statement": [{**statement, "Action": "a:B"}]}}
    manifest = tmp_path / "craton.yaml"

    def told(*changes: Any) -> dict[str, tuple[str, ...]]:
        return dict(openings(plan_of(*changes), load(manifest), manifest))

    words = ("`organizations:LeaveOrganization` on `*` is let through, and was denied",)
    detached = told(change("policy/P", "no-op", policy, policy), attachment("P", "root", "create"))
    assert detached == {"policy_attachment/P/root": words}
    rewritten = told(change("policy/P", "update", weak, policy), attachment("P", "workloads/prod"))
    assert rewritten == {"policy/P": words}
    elsewhere = told(change("policy/P", "update", weak, policy), attachment("P", "111111111111"))
    assert elsewhere == {"policy/P": ()}  # no organization policy holds for the management account


def test_policies_that_decide_no_request_and_stacks_that_are_gone_are_told_too(tmp_path: Path) -> None:
    write_manifest(tmp_path, [])
    manifest = tmp_path / "craton.yaml"
    guardrail = {"type": "BEDROCK_POLICY", "content": {}}
    found = openings(
        plan_of(
            change("policy/Guardrail", "no-op", guardrail, guardrail),
            attachment("Guardrail", "workloads/prod", "create"),
            change("stack/222222222222/us-east-1/hub", "create", None, {"status": "stands"}),
            change(
                "stack_instances/set/prod", "update", {"1/a": "CURRENT"}, {"1/a": "CURRENT", "2/a": "CURRENT"}
            ),
        ),
        load(manifest),
        manifest,
    )
    assert dict(found) == {
        "policy_attachment/Guardrail/workloads/prod": (
            "the organization's guardrail is not enforced at `workloads/prod`",
        ),
        "stack/222222222222/us-east-1/hub": ("all that the stack held is gone, but for what is kept",),
        "stack_instances/set/prod": ("nothing is logged or guarded by a stack in 2/a",),
    }


@pytest.mark.parametrize(
    ("before", "after", "weaker"),
    [
        ("HIGH", "MEDIUM", True),
        ("BLOCK", "ANONYMIZE", True),
        ("BLOCK", None, True),
        ("STANDARD", "CLASSIC", True),
        ("NONE", "HIGH", False),
        ("HIGH", "HIGH", False),
        ("some words", "others", False),
    ],
)
def test_one_word_of_a_guardrail_is_weaker_than_another(
    before: str, after: str | None, *, weaker: bool
) -> None:
    assert is_weaker(before, after) is weaker
