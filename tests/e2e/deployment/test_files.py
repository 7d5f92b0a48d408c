"""The files that the strategy names are there, compiled from the example, and small enough for AWS."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from scripts import compile_strategy_files
from tests.conftest import REPOSITORY

LARGEST_TEMPLATE = 51_200
LARGEST_POLICY = 5_120
NAMED = (
    "cloudformation/multi-account-stackset-template.yaml",
    "cloudformation/security-hub-account-template.yaml",
    "cloudformation/bedrock-monitoring-infrastructure.yaml",
    "governance/scp-bedrock-enterprise-controls.json",
    "governance/compliance-rules.yaml",
    "governance/budget-templates.yaml",
    "docs/ENTERPRISE_DEPLOYMENT_GUIDE.md",
    "docs/ENTERPRISE_MULTI_ACCOUNT_ARCHITECTURE.md",
    "docs/GUARDRAILS_IMPLEMENTATION.md",
    "scripts/deploy-stackset.sh",
    "scripts/setup-cross-account-logs.sh",
)
AGAIN = "write it again: python -m scripts.compile_strategy_files"


@pytest.fixture(scope="module")
def compiled() -> dict[str, bytes]:
    return compile_strategy_files.files()


@pytest.mark.parametrize("path", NAMED)
def test_a_file_that_the_strategy_names_is_there(path: str) -> None:
    assert (REPOSITORY / path).is_file()


def test_the_files_are_what_the_example_compiles_to(compiled: dict[str, bytes]) -> None:
    kept = compile_strategy_files.kept()
    assert sorted(kept) == sorted(compiled), AGAIN
    assert [path for path, content in compiled.items() if kept[path] != content] == [], AGAIN


def test_the_tables_of_the_documents_are_what_the_example_compiles_to(compiled: dict[str, bytes]) -> None:
    for path, text in compile_strategy_files.pages(compiled).items():
        assert (REPOSITORY / path).read_text("utf-8") == text, AGAIN


def test_every_template_can_be_sent_in_a_call(compiled: dict[str, bytes]) -> None:
    sizes = {path: len(content) for path, content in compiled.items() if path.endswith(".yaml")}
    assert {path: size for path, size in sizes.items() if size > LARGEST_TEMPLATE} == {}
    assert len(sizes) > 1


def test_the_service_control_policy_is_one_document_of_a_size_that_every_tool_takes() -> None:
    text = (REPOSITORY / "governance/scp-bedrock-enterprise-controls.json").read_text("utf-8")
    document = json.loads(text)
    assert len(text) <= LARGEST_POLICY
    assert document["Version"] == "2012-10-17"
    assert {one["Effect"] for one in document["Statement"]} == {"Deny"}


@pytest.mark.slow
@pytest.mark.parametrize("path", [one for one in NAMED if "budget" in one or "infrastructure" in one])
def test_what_stands_by_itself_passes_cfn_lint(path: str) -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "-r", "us-east-1", "us-west-2", "--", path]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_one_account_alone_names_no_other() -> None:
    text = (REPOSITORY / "cloudformation/bedrock-monitoring-infrastructure.yaml").read_text("utf-8")
    told = YAML(typ="safe", pure=True).load(REPOSITORY / "examples/acme-org/craton.yaml")["organization"]
    others = [one["id"] for one in told["accounts"]]
    assert [one for one in [told["id"], *others] if one in text] == []
