"""Guardrails of a manifest's own content are compiled, checked and shown like those of the package."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML
from tests.unit.compiler.manifests import SMALL

from craton.compiler.layout import TEMPLATES
from craton.engine.compiling import compilation
from craton.engine.environments import environments
from craton.engine.manifests import examine, load

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 11, 26)
OWN = """
content: [./content]
guardrails: {tiers: {prod: payments}, organization: payments}
"""
PAYMENTS = """title: Texts about payments
explains: What the strict tier is, without account numbers.
extends: strict
sources: [{page: docs.aws.amazon.com, says: which sorts of data are known, retrieved: 2026-11-26}]
guardrail:
  sensitiveInformationPolicyConfig:
    piiEntitiesConfig:
      - {type: INTERNATIONAL_BANK_ACCOUNT_NUMBER, action: BLOCK, reason: It moves money.}
samples:
  - {text: pay DE89 3704 0044 0532 0130, expect: blocked, by: INTERNATIONAL_BANK_ACCOUNT_NUMBER, live: true}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "content" / "guardrails"
    folder.mkdir(parents=True)
    (folder / "payments.yaml").write_text(PAYMENTS)
    path = tmp_path / "craton.yaml"
    path.write_text(SMALL + OWN)
    return path


def resources(file: Path, template: str) -> dict[str, Any]:
    found = compilation(file, today=TODAY)
    assert found.compilation is not None
    assert found.is_sound, found.diagnostics
    paths = {one.path: one.content for one in found.compilation.artifacts}
    held: dict[str, Any] = YAML(typ="safe", pure=True).load(paths[template])["Resources"]
    return held


def entities(resource: dict[str, Any]) -> set[str]:
    policy = resource["Properties"]["SensitiveInformationPolicyConfig"]
    return {one["Type"] for one in policy["PiiEntitiesConfig"]}


@pytest.mark.slow
def test_the_organization_and_an_environment_are_held_to_an_own_guardrail(file: Path) -> None:
    members = resources(file, TEMPLATES["member"])
    assert {"EMAIL", "INTERNATIONAL_BANK_ACCOUNT_NUMBER"} <= entities(members["GuardrailPayments"])
    assert "GuardrailPaymentsEnforced" in members
    assert "GuardrailStrict" not in members
    organization = resources(file, TEMPLATES["management"])["OrganizationGuardrail"]
    assert "INTERNATIONAL_BANK_ACCOUNT_NUMBER" in entities(organization)
    table = environments(load(file), file, today=TODAY)
    held = next(line for line in table.lines if line.title == "Texts are held to")
    assert held.cells["prod"] == "payments, blocks"


@pytest.mark.slow
def test_what_changes_in_an_own_guardrail_changes_its_version(file: Path) -> None:
    before = resources(file, TEMPLATES["management"])["OrganizationGuardrailVersion"]
    own = file.parent / "content" / "guardrails" / "payments.yaml"
    own.write_text(PAYMENTS.replace("INTERNATIONAL_BANK_ACCOUNT_NUMBER", "SWIFT_CODE"))
    after = resources(file, TEMPLATES["management"])["OrganizationGuardrailVersion"]
    assert before != after


@pytest.mark.slow
def test_what_is_wrong_with_an_own_guardrail_is_told_where_it_stands(file: Path) -> None:
    own = file.parent / "content" / "guardrails" / "payments.yaml"
    own.write_text(PAYMENTS.replace("action: BLOCK", "action: BLOK"))
    found = examine(file, today=TODAY)
    (one,) = found.diagnostics
    assert found.manifest is None
    assert one.message == "`BLOK` is not one of `ANONYMIZE` or `BLOCK`"
    assert (one.place.file, one.place.line) == (str(own), 8)
    assert found.lines_of(one.place) == (), "the manifest's own line 8 says nothing of it"


def test_a_name_that_no_file_has_is_compared_with_own_ones(file: Path) -> None:
    file.write_text((SMALL + OWN).replace("prod: payments", "prod: payment"))
    (one,) = examine(file, today=TODAY).diagnostics
    assert (one.rule, one.hint) == ("guardrail_unknown", "did you mean `payments`?")
