"""`craton test` and `craton new` for policies, and `craton allowed`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from craton.cli.program import DONE, ERROR, FOUND, program

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def skeleton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The first file that `craton new policy` writes."""
    monkeypatch.chdir(tmp_path)
    assert program(["new", "policy", "knowledge_stays"]) == DONE
    path = tmp_path / "content/policies/knowledge_stays.yaml"
    said = capsys.readouterr()
    assert said.out == "content/policies/knowledge_stays.yaml\n"
    assert said.err == "next: `craton test content/policies/knowledge_stays.yaml`\n"
    assert path.read_text().startswith("title: Knowledge stays\n")
    return path


@pytest.mark.slow
def test_a_new_policy_passes_its_own_proofs_and_kills_its_mutants(
    skeleton: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program(["test", "content", "--mutate", "--quiet"]) == DONE
    assert capsys.readouterr().out == (
        "1 file: 3 cases, 0 failed; 7 mutants, 7 killed (100.0 %), 0 acknowledged, 0 survived\n"
    )
    assert program(["test", str(skeleton), "--quiet"]) == DONE
    assert capsys.readouterr().out == "1 file: 3 cases, 0 failed\n"


def test_a_proof_that_fails_is_told_with_its_place_and_ends_in_2(
    skeleton: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = skeleton.read_text()
    skeleton.write_text(text.replace("Effect: Deny", "Effect: Allow"))
    assert program(["test", "content", "--mutate", "--quiet", "--format", "json"]) == FOUND
    report = json.loads(capsys.readouterr().out)
    (file,) = report["files"]
    assert (report["holds"], report["failed"], file["mutants"]) == (False, 1, None)
    (failed,) = [case for case in file["cases"] if case["failure"] is not None]
    assert (
        failed["line"]
        == text.splitlines().index("  - name: nobody deletes a knowledge base or its source") + 1
    )
    assert "is allowed, not explicitly denied" in failed["failure"]


def test_a_flawed_policy_runs_no_proofs_and_ends_in_2(
    skeleton: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    skeleton.write_text(skeleton.read_text().replace("bedrock:DeleteDataSource", "bedrock:DropDataSource"))
    assert program(["test", "content/policies", "--quiet"]) == FOUND
    out = capsys.readouterr().out
    assert "error: there is no action `bedrock:DropDataSource`" in out
    assert out.endswith("1 file: 0 cases, 0 failed\n")


@pytest.mark.slow
def test_a_surviving_mutant_ends_in_2(skeleton: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = skeleton.read_text()
    head, _, _ = text.partition("  - name: deployers do")
    skeleton.write_text(f"{head}{text[text.index('  - name: models are called') :]}")
    assert program(["test", "content", "--mutate", "--quiet"]) == FOUND
    assert "drop_condition: DenyDeletingKnowledgeBases ArnNotLike aws:PrincipalArn -> nothing" in (
        capsys.readouterr().out
    )


def test_policies_of_a_manifest_s_content_are_tested_with_it(
    skeleton: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = skeleton.parents[2] / "craton.yaml"
    manifest.write_text(
        'organization:\n  id: o-exampleorgid\n  management_account: "111111111111"\n'
        '  hub_account: "222222222222"\n  accounts:\n'
        '    - {id: "111111111111", name: management, ou: root}\n'
        '    - {id: "222222222222", name: hub, ou: root}\n'
        "regions: [us-east-1]\ncontent: [./content]\n"
    )
    assert program(["test", "craton.yaml", "--quiet"]) == DONE
    assert capsys.readouterr().out == "1 file: 3 cases, 0 failed\n"


def test_the_name_of_a_new_policy_is_no_other_s(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program(["new", "policy", "approved_models", "--dir", str(tmp_path)]) == ERROR
    assert "`approved_models` is one of Craton's own" in capsys.readouterr().err
    assert program(["new", "policy", "Approved-Models", "--dir", str(tmp_path)]) == ERROR
    assert "is no name for a policy" in capsys.readouterr().err


def test_what_may_be_used_is_a_table_with_numbered_reasons(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = str(repository / "examples/acme-org/craton.yaml")
    assert program(["allowed", "666666666666", "--manifest", manifest]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "search-staging (666666666666), workloads/staging, environment staging (enforce)"
    profile = next(line for line in lines if "global.anthropic.claude-sonnet-4-6" in line)
    assert profile.split()[-4:] == ["yes", "no", "(1)", "-"]
    assert lines[-1] == (
        "(1) `DenyBatchOutsideGeographies` of `policies/approved_regions.json` at `workloads` denies "
        "the model anywhere, its Region unspecified"
    )


@pytest.mark.slow
def test_the_same_in_json_has_every_region_by_itself(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = str(repository / "examples/acme-org/craton.yaml")
    assert program(["allowed", "666666666666", "--all", "--manifest", manifest, "--format", "json"]) == DONE
    found = json.loads(capsys.readouterr().out)
    assert (found["account"], found["environment"], found["mode"]) == ("666666666666", "staging", "enforce")
    (way,) = [
        way
        for way in found["ways"]
        if (way["through"], way["region"]) == ("anthropic.claude-opus-4-6-v1", "us-west-2")
    ]
    assert (way["approved"], way["whole"]["answer"], way["mantle"]["answer"]) == (False, "no", "no")
    assert way["whole"]["reason"].startswith("`DenyUnapprovedModels` of `policies/approved_models.json`")
