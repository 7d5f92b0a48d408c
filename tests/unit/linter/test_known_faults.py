"""Faults of policies that people published, each named at its line with what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from tests.conftest import REPOSITORY

from craton.codec.policy_filling import fill
from craton.engine.linting import lint
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from pathlib import Path

    from craton.core.diagnostic import Diagnostic

TODAY = dt.date(2026, 11, 26)


@pytest.fixture(scope="module")
def strategy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The policy and the templates of the strategy that Craton follows, each in a file of its own."""
    page = next((REPOSITORY.parent / "shared").glob("strategy.*"), None)
    if page is None:
        pytest.skip("the page of the strategy is absent from ../shared")
    folder = tmp_path_factory.mktemp("strategy")
    found = {}
    for language, text in re.findall(r"```(json|yaml)\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        for name, word in (("scp", "Statement"), ("logs", "Logs::Destination"), ("guardrail", "Guardrail")):
            if word in text and name not in found:
                found[name] = folder / f"{name}.{language}"
                found[name].write_text(text, "utf-8")
                break
    return found


def findings(*paths: Path) -> dict[tuple[str, int], Diagnostic]:
    return {(one.rule, one.place.line): one for one in lint(paths, today=TODAY).findings}


def hint(found: dict[tuple[str, int], Diagnostic], rule: str, line: int) -> str:
    return found[rule, line].hint or ""


def test_every_fault_of_the_strategy_s_scp_is_named(strategy: dict[str, Path]) -> None:
    found = findings(strategy["scp"])
    assert sorted(found) == [
        ("denies_everything", 15),
        ("model_end_of_life", 23),
        ("never_matches", 4),
        ("set_operator_on_single_value", 21),
        ("uncovered_surface", 18),
        ("unknown_condition_key", 11),
        ("unknown_condition_key", 22),
    ]
    assert '"bedrock:PutModelInvocationLoggingConfiguration"' in hint(found, "unknown_condition_key", 11)
    assert '"NotResource": ["arn:aws:bedrock:*::foundation-model/anthropic.claude-3-sonnet-*"' in hint(
        found, "unknown_condition_key", 22
    )
    assert "inference-profile/*" in hint(found, "unknown_condition_key", 22)
    assert "bedrock-mantle:CreateInference" in hint(found, "uncovered_surface", 18)
    assert "anthropic.claude-sonnet-4-6" in hint(found, "model_end_of_life", 23)


def test_the_strategy_s_log_destination_lacks_a_role_and_a_stream(strategy: dict[str, Path]) -> None:
    found = findings(strategy["logs"])
    assert sorted(found) == [("E3003", 4), ("log_destination_target", 6)]
    assert hint(found, "E3003", 4) == "add `RoleArn`"
    assert "arn:aws:firehose:" in hint(found, "log_destination_target", 6)


def test_the_strategy_s_guardrail_blocks_a_type_that_does_not_exist(strategy: dict[str, Path]) -> None:
    found = findings(strategy["guardrail"])
    assert hint(found, "E3030", 17) == "write `US_SOCIAL_SECURITY_NUMBER`"


def test_the_published_list_of_approved_models_denies_profiles_and_is_inverted_for_mantle(
    shared_data: Path,
) -> None:
    (file,) = shared_data.rglob("Deny-Bedrock-model-invocation-except-approved-models.json")
    found = findings(file)
    assert sorted(found) == [("inverted_twin", 20), ("profile_denied", 12), ("uncovered_surface", 8)]
    assert hint(found, "inverted_twin", 20) == (
        'write {"StringNotLike": {"bedrock-mantle:Model": "<model-identifier>"}}'
    )
    assert '"arn:aws:bedrock:*:*:inference-profile/*"' in hint(found, "profile_denied", 12)


def test_a_comment_in_a_published_policy_is_found_and_the_rest_is_read(shared_data: Path) -> None:
    (file,) = shared_data.rglob("deny-service-specific-credential-by-type.json")
    found = findings(file)
    assert sorted(found) == [("comment", 15)]
    assert hint(found, "comment", 15).startswith("remove the line: AWS refuses")


def test_a_wildcard_that_exempts_nobody_is_found_and_mended(tmp_path: Path) -> None:
    file = tmp_path / "scp.json"
    file.write_text("""{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "bedrock:DeleteModelInvocationLoggingConfiguration",
    "Resource": "*",
    "Condition": {
      "StringNotEquals": {
        "aws:PrincipalArn": "arn:aws:iam::*:role/BedrockAdmin"
      }
    }
  }]
}""")
    found = findings(file)
    assert sorted(found) == [("literal_wildcard", 9)]
    mended = '{"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/BedrockAdmin"}}'
    assert hint(found, "literal_wildcard", 9) == f"write {mended}"


def test_an_identity_policy_of_one_region_breaks_its_own_profile(tmp_path: Path) -> None:
    file = tmp_path / "role.json"
    model, profile = "anthropic.claude-sonnet-4-6", "eu.anthropic.claude-sonnet-4-6"
    file.write_text(f"""{{
  "Version": "2012-10-17",
  "Statement": [{{
    "Effect": "Allow",
    "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    "Resource": [
      "arn:aws:bedrock:eu-central-1::foundation-model/{model}",
      "arn:aws:bedrock:eu-central-1:111111111111:inference-profile/{profile}"
    ]
  }}]
}}""")
    found = findings(file)
    assert sorted(found) == [("cross_region_broken", 6)]
    message = found["cross_region_broken", 6].message
    assert "`eu-north-1`" in message
    assert "`eu-west-3`" in message
    assert "from `eu-central-1`" in message


def test_the_replacement_that_is_printed_for_a_list_of_regions_mends_it(
    shared_data: Path, tmp_path: Path
) -> None:
    (file,) = shared_data.rglob("Deny-access-to-AWS-based-on-the-requested-AWS-region.json")
    found = findings(file)
    printed = hint(found, "cross_region_broken", 53)
    assert printed.startswith(
        'add "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream" to `NotAction`'
    )
    statement = printed[printed.index("{") :]
    text = file.read_text("utf-8").replace('"NotAction": [', '"NotAction": ["bedrock:InvokeModel*",', 1)
    mended = tmp_path / "mended.json"
    mended.write_text(text[: text.rindex("]")] + f",{statement}]}}")
    assert "cross_region_broken" not in {rule for rule, _ in findings(mended)}


def test_nothing_is_wrong_with_the_policies_that_craton_ships(tmp_path: Path) -> None:
    templates = Policies.load().templates
    for name, template in templates.items():
        (tmp_path / f"{name}.json").write_bytes(fill(template, template.examples()).json())
    report = lint([tmp_path], today=TODAY)
    assert [str(one) for one in report.findings] == []
    assert len(report.files) == len(templates) > 10
