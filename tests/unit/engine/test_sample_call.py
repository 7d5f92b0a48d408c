"""The code that is shown to begin with is a program that runs: here, on the emulated organization."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from craton.emulator.emulator import emulator
from craton.emulator.server import Server
from craton.engine.allowances import allowances
from craton.engine.manifests import load
from craton.engine.sample_call import SampleCall, sample_call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = dt.datetime(2026, 11, 26, 12)  # noqa: DTZ001 - as the program tells it
MANAGEMENT, HUB, SEARCH, RISK, OTHER = (str(number) * 12 for number in range(1, 6))
SONNET = "anthropic.claude-sonnet-4-6"
BOTH = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
MANIFEST = f"""
organization:
  id: o-exampleorgid
  management_account: "{MANAGEMENT}"
  hub_account: "{HUB}"
  organizational_units: [{{path: prod}}, {{path: lab}}]
  accounts:
    - {{id: "{MANAGEMENT}", name: management, ou: root, email: a@acme.example}}
    - {{id: "{HUB}", name: hub, ou: root, email: b@acme.example}}
    - {{id: "{SEARCH}", name: search, ou: prod, email: c@acme.example}}
    - {{id: "{RISK}", name: risk, ou: prod, email: d@acme.example}}
    - {{id: "{OTHER}", name: other, ou: lab, email: e@acme.example}}
regions: [us-east-1, us-west-2]
environments:
  prod: {{mode: enforce, organizational_units: [prod]}}
  lab: {{mode: observe, organizational_units: [lab]}}
models:
  approved:
    prod: [amazon.titan-embed-text-v2:0, {SONNET}, amazon.nova-pro-v1:0]
    lab: [amazon.titan-embed-text-v2:0]
owners:
  business_units:
    - name: Retail
      cost_centers:
        - name: CC-1
          teams:
            - name: search
              match: {{accounts: ["{SEARCH}"]}}
              projects:
                - {{name: ranking, match: {{request_metadata: {{team: [search], project: [ranking]}}}}}}
policies: [{{file: policy.json, at: prod}}]
"""


class Written:
    """A manifest with one statement in force, and the sample of an account."""

    def __init__(self, folder: Path, statement: dict[str, Any]) -> None:
        self.document = {
            "Version": "2012-10-17",
            "Statement": [{"Sid": "DenyThis", "Effect": "Deny", **statement}],
        }
        (folder / "policy.json").write_text(json.dumps(self.document))
        self.path = folder / "craton.yaml"
        self.path.write_text(MANIFEST)
        self.manifest = load(self.path)

    def sample(self, account: str = SEARCH) -> SampleCall | None:
        found = allowances(self.manifest, self.path, account, now=NOW)
        return sample_call(self.manifest, found, today=NOW.date())


class Organization:
    """The same organization, emulated, with the statement attached to one account."""

    def __init__(self, written: Written, server: Server, account: str = SEARCH) -> None:
        self._world = server.application.world
        self._url = server.url
        self._account = account
        self._key = self._world.new_administrator(account)
        organizations = self._client("organizations", self._world.new_administrator(MANAGEMENT))
        made = organizations.create_policy(
            Name="this", Type="SERVICE_CONTROL_POLICY", Description="x", Content=json.dumps(written.document)
        )
        organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=account)

    def client(self, service: str) -> Any:
        return self._client(service, self._key)

    def _client(self, service: str, key: tuple[str, str]) -> Any:
        return boto3.client(
            service,
            endpoint_url=self._url,
            region_name="us-east-1",
            aws_access_key_id=key[0],
            aws_secret_access_key=key[1],
        )

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        """The program as somebody would run it, with the account's keys in its environment."""
        keys = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), self._key, strict=True))
        return subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **keys, "AWS_ENDPOINT_URL": self._url},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def approved(tmp_path: Path) -> Written:
    """Only Sonnet is allowed, through whichever profile."""
    profiles = "arn:aws:bedrock:*:*:inference-profile/*"
    resources = [f"arn:aws:bedrock:*::foundation-model/{SONNET}", profiles]
    return Written(tmp_path, {"Action": BOTH, "NotResource": resources})


@pytest.fixture
def guarded(tmp_path: Path) -> Written:
    """Calls name a guardrail, whichever, in a numbered version."""
    missing = {"ArnNotLike": {"bedrock:GuardrailIdentifier": "arn:aws:bedrock:*:*:guardrail/*:*"}}
    return Written(
        tmp_path,
        {"Action": BOTH, "Resource": "arn:aws:bedrock:*::foundation-model/*", "Condition": missing},
    )


@pytest.fixture
def organization(request: pytest.FixtureRequest) -> Iterator[Organization]:
    written: Written = request.getfixturevalue(request.param)
    with Server(emulator(MANAGEMENT, manifest=written.manifest)) as server:
        yield Organization(written, server)
        assert list(server.application.world.refused) == []


@pytest.mark.slow
@pytest.mark.parametrize("organization", ["approved"], indirect=True)
def test_the_code_makes_a_call_that_policies_allow(approved: Written, organization: Organization) -> None:
    sample = approved.sample()
    assert sample is not None
    assert (sample.model, sample.through, sample.region) == (SONNET, f"us.{SONNET}", "us-east-1")
    done = organization.run(sample.code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    other = organization.run(sample.code.replace(f"us.{SONNET}", "us.amazon.nova-pro-v1:0"))
    assert "AccessDenied" in other.stderr


@pytest.mark.slow
@pytest.mark.parametrize("organization", ["guarded"], indirect=True)
def test_the_code_names_the_guardrail_where_policies_ask_for_one(
    guarded: Written, organization: Organization
) -> None:
    sample = guarded.sample()
    assert sample is not None
    assert sample.guarded
    bedrock = organization.client("bedrock")
    made = bedrock.create_guardrail(
        name="enterprise-content-filter-strict",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        wordPolicyConfig={"wordsConfig": [{"text": "forbidden"}]},
    )
    bedrock.create_guardrail_version(guardrailIdentifier=made["guardrailId"])
    done = organization.run(sample.code)
    assert done.returncode == 0, done.stderr
    without = "".join(line for line in sample.code.splitlines(keepends=True) if "guardrailConfig" not in line)
    assert "AccessDenied" in organization.run(without).stderr


def test_a_guardrail_that_policies_name_is_named_by_its_id(tmp_path: Path) -> None:
    missing = {"ArnNotLike": {"bedrock:GuardrailIdentifier": "arn:aws:bedrock:*:*:guardrail/a1b2c3d4e5f6:3"}}
    sample = Written(tmp_path, {"Action": BOTH, "Resource": "*", "Condition": missing}).sample()
    assert sample is not None
    assert '{"guardrailIdentifier": "a1b2c3d4e5f6", "guardrailVersion": "3"}' in sample.code
    assert "list_guardrails" not in sample.code


def test_calls_say_for_whom_they_are_where_the_manifest_knows_it(approved: Written) -> None:
    search, risk = approved.sample(SEARCH), approved.sample(RISK)
    assert search is not None
    assert risk is not None
    assert search.metadata == {"team": "search", "project": "ranking"}
    assert 'requestMetadata={"team": "search", "project": "ranking"}' in search.code
    assert "requestMetadata" not in risk.code
    assert any("the account tells who pays" in note for note in risk.notes)
    assert any("held to the guardrail `strict`" in note for note in risk.notes)


def test_a_profile_of_the_account_is_called_before_all_else(tmp_path: Path) -> None:
    arn = f"arn:aws:bedrock:us-east-1:{SEARCH}:application-inference-profile/a1b2c3d4e5f6"
    written = Written(tmp_path, {"Action": "bedrock:CreateAgent", "Resource": "*"})
    own = f"  application_inference_profiles: [{{arn: '{arn}', model: us.amazon.nova-pro-v1:0}}]\nowners:"
    written.path.write_text(MANIFEST.replace("owners:", own))
    written.manifest = load(written.path)
    sample = written.sample()
    assert sample is not None
    assert (sample.model, sample.through) == ("amazon.nova-pro-v1:0", arn)


def test_where_no_approved_model_answers_in_text_there_is_no_code(tmp_path: Path) -> None:
    written = Written(tmp_path, {"Action": "bedrock:InvokeModel", "Resource": "*"})
    assert written.sample(OTHER) is None
    assert written.sample(SEARCH) is None
    assert written.sample(HUB) is None
