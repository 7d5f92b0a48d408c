from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from craton.core.errors import UserError
from craton.engine.allowances import Allowances, Way, allowances
from craton.engine.manifests import load

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC).replace(tzinfo=None)
MODEL = "anthropic.claude-sonnet-4-6"
OTHER = "amazon.nova-pro-v1:0"
PROFILE = "arn:aws:bedrock:us-east-1:333333333333:application-inference-profile/a1b2c3d4e5f6"
MANIFEST = f"""\
organization:
  id: o-exampleorgid
  management_account: "111111111111"
  hub_account: "222222222222"
  organizational_units: [{{path: prod}}]
  accounts:
    - {{id: "111111111111", name: management, ou: root}}
    - {{id: "222222222222", name: hub, ou: root}}
    - {{id: "333333333333", name: app, ou: prod}}
regions: [us-east-1, us-west-2]
environments:
  prod: {{mode: enforce, organizational_units: [prod]}}
models:
  approved: {{prod: [{MODEL}]}}
  application_inference_profiles:
    - {{arn: "{PROFILE}", model: us.{MODEL}}}
policies: [{{file: policy.json, at: prod}}]
"""
ARN = f"arn:aws:bedrock:*::foundation-model/{MODEL}"
PROFILES = ["arn:aws:bedrock:*:*:inference-profile/*", "arn:aws:bedrock:*:*:application-inference-profile/*"]
BOTH = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]


def asked(
    folder: Path, statement: dict[str, Any], account: str = "333333333333", **options: Any
) -> Allowances:
    document = {"Version": "2012-10-17", "Statement": [{"Sid": "DenyThis", "Effect": "Deny", **statement}]}
    (folder / "policy.json").write_text(json.dumps(document))
    path = folder / "craton.yaml"
    path.write_text(MANIFEST)
    return allowances(load(path), path, account, now=NOW, **options)


def answers(way: Way) -> tuple[str, str, str, str]:
    return way.whole.answer, way.stream.answer, way.batch.answer, way.mantle.answer


def by_route(found: Allowances, region: str = "us-east-1") -> dict[str, tuple[str, str, str, str]]:
    return {way.route: answers(way) for way in found.ways if way.region == region}


NOTHING = {"Action": "s3:DeleteBucket", "Resource": "*"}


def test_every_way_to_an_approved_model_is_asked_from_every_region(tmp_path: Path) -> None:
    found = asked(tmp_path, NOTHING)
    assert {way.model for way in found.ways} == {MODEL}
    assert {way.region for way in found.ways} == {"us-east-1", "us-west-2"}
    assert by_route(found) == {
        "model": ("yes", "yes", "yes", "yes"),
        "geographic": ("yes", "yes", "yes", "none"),
        "global": ("yes", "yes", "yes", "none"),
        "application": ("yes", "yes", "yes", "none"),
    }
    assert "application" not in by_route(found, "us-west-2")
    assert (found.environment, found.mode, found.guardrail) == ("prod", "enforce", None)


def test_a_no_tells_the_statement_the_file_the_place_and_what_is_denied(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        {"Action": BOTH, "Resource": "arn:aws:bedrock:us-west-2::foundation-model/*"},
    )
    assert by_route(found)["model"] == ("yes", "yes", "yes", "yes")
    assert by_route(found)["geographic"] == ("no", "no", "yes", "none")
    (way,) = [way for way in found.ways if way.route == "geographic" and way.region == "us-east-1"]
    assert way.whole.reason == (
        "`DenyThis` of `policy.json` at `prod` denies the model in us-west-2, a destination Region"
    )


def test_streams_batch_jobs_and_mantle_have_answers_of_their_own(tmp_path: Path) -> None:
    found = asked(tmp_path, {"Action": "bedrock:InvokeModelWithResponseStream", "Resource": "*"})
    assert by_route(found)["model"] == ("yes", "no", "yes", "yes")
    found = asked(tmp_path, {"Action": "bedrock:CreateModelInvocationJob", "Resource": "*"})
    assert by_route(found)["model"] == ("yes", "yes", "no", "yes")
    found = asked(tmp_path, {"Action": "bedrock-mantle:*", "Resource": "*"})
    assert by_route(found)["model"] == ("yes", "yes", "yes", "no")


def test_a_guardrail_that_the_policies_ask_for_is_tried(tmp_path: Path) -> None:
    required = {
        "Action": BOTH,
        "NotResource": PROFILES,
        "Condition": {"ArnNotLike": {"bedrock:GuardrailIdentifier": "arn:aws:bedrock:*:*:guardrail/abc:*"}},
    }
    found = asked(tmp_path, required)
    assert found.guardrail == "abc:1"
    assert by_route(found)["geographic"] == ("with_guardrail", "with_guardrail", "yes", "none")
    assert by_route(asked(tmp_path, required, guardrail="other:1"))["model"] == ("no", "no", "yes", "yes")


def test_a_condition_on_the_endpoint_is_held_to_the_endpoint_that_was_named(tmp_path: Path) -> None:
    private = {
        "Action": BOTH,
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}},
    }
    assert by_route(asked(tmp_path, private))["model"][:2] == ("no", "no")
    through = asked(tmp_path, private, endpoint="vpce-0123456789abcdef0")
    assert by_route(through)["model"][:2] == ("yes", "yes")


def test_what_nobody_can_tell_is_unknown_and_named(tmp_path: Path) -> None:
    tagged = {
        "Action": BOTH,
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": "search"}},
    }
    found = asked(tmp_path, tagged)
    assert by_route(found)["model"][:2] == ("unknown", "unknown")
    assert found.ways[0].whole.reason == "it depends on `aws:PrincipalTag/team`"


def test_an_application_profile_is_answered_where_both_readings_of_its_key_agree(tmp_path: Path) -> None:
    def routed(*patterns: str) -> str:
        found = asked(
            tmp_path,
            {
                "Action": BOTH,
                "Resource": "arn:aws:bedrock:us-west-2::foundation-model/*",
                "Condition": {"ArnNotLike": {"bedrock:InferenceProfileArn": list(patterns)}},
            },
        )
        return by_route(found)["application"][0]

    assert routed(*PROFILES) == "yes"
    assert routed(PROFILES[0]) == "unknown"
    assert routed("arn:aws:bedrock:*:*:inference-profile/eu.*") == "no"


def test_the_role_that_was_named_is_the_one_that_asks(tmp_path: Path) -> None:
    exempt = {
        "Action": BOTH,
        "Resource": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deployer"}},
    }
    assert by_route(asked(tmp_path, exempt))["model"][0] == "no"
    assert by_route(asked(tmp_path, exempt, role="deployer"))["model"][0] == "yes"


def test_all_known_models_are_asked_on_request_and_where_none_is_approved(tmp_path: Path) -> None:
    restricted = {"Action": BOTH, "NotResource": [ARN, *PROFILES]}
    found = asked(tmp_path, restricted, every_model=True)
    by_model = {way.model: way for way in found.ways if way.route == "model"}
    assert (by_model[MODEL].whole.answer, by_model[MODEL].approved) == ("yes", True)
    assert (by_model[OTHER].whole.answer, by_model[OTHER].approved) == ("no", False)
    hub = asked(tmp_path, restricted, account="222222222222")
    assert hub.environment is None
    assert {OTHER, MODEL} <= {way.model for way in hub.ways}


def test_an_account_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not in the organization"):
        asked(tmp_path, NOTHING, account="999999999999")
