from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from craton.cli.program import DONE, ERROR, FOUND, program
from craton.linter.catalog import rules

if TYPE_CHECKING:
    from pathlib import Path

SOUND = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}]}'
)
WRONG = SOUND.replace("s3:PutObject", "s3:PutObjekt")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies" / "inner").mkdir(parents=True)
    (tmp_path / "policies" / "sound.json").write_text(SOUND)
    (tmp_path / "policies" / "inner" / "wrong one.json").write_text(WRONG)
    (tmp_path / "policies" / "package.json").write_text('{"name": "x"}')
    (tmp_path / "policies" / "notes.txt").write_text("no policy")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = program(["lint", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.usefixtures("folder")
def test_findings_end_in_2_and_a_sound_policy_in_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, "policies/sound.json")[:2] == (DONE, "")
    code, out, err = called(capsys, "policies/inner/wrong one.json")
    assert code == FOUND
    assert "s3:PutObjekt" in out
    assert "hint: did you mean `s3:PutObject`?" in out
    assert err == "1 file: 1 error\n"


@pytest.mark.usefixtures("folder")
def test_a_finding_in_json_has_exactly_what_was_promised(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "policies/inner/wrong one.json", "--format", "json")
    assert code == FOUND
    assert json.loads(out) == [
        {
            "rule": "unknown_action",
            "severity": "error",
            "file": "policies/inner/wrong one.json",
            "line": 1,
            "column": WRONG.index('"s3:') + 1,
            "message": "`s3` has no action `s3:PutObjekt`: it covers nothing",
            "hint": "did you mean `s3:PutObject`?",
        }
    ]
    assert called(capsys, "policies/sound.json", "--format", "json")[:2] == (DONE, "[]\n")


@pytest.mark.usefixtures("folder")
def test_a_folder_is_read_with_all_below_it_and_what_is_skipped_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = called(capsys, "policies", "--format", "json")
    assert code == FOUND
    assert [one["file"] for one in json.loads(out)] == ["policies/inner/wrong one.json"]
    assert err == "1 skipped that hold no policy: `policies/package.json`\n"


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_named_is_never_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "policies/package.json")
    assert code == FOUND
    assert "this is no policy" in out


@pytest.mark.usefixtures("folder")
def test_a_dash_is_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRONG.encode())))
    code, out, _ = called(capsys, "-", "--format", "json")
    assert code == FOUND
    assert json.loads(out)[0]["file"] == "<stdin>"


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_not_there_is_an_error_and_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = called(capsys, "nothing.json")
    assert (code, out) == (ERROR, "")
    assert "there is no file `nothing.json`" in err


def test_what_a_policy_is_can_be_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "public.json").write_text(SOUND.replace('"Effect"', '"Principal": "*", "Effect"'))
    assert called(capsys, "public.json")[0] == DONE
    code, out, _ = called(capsys, "public.json", "--kind", "scp")
    assert code == FOUND
    assert "an SCP has no `Principal`" in out


def test_the_day_decides_whether_a_model_has_ended(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "model.json").write_text(
        SOUND.replace("Deny", "Allow")
        .replace("s3:PutObject", "bedrock:InvokeModel")
        .replace('"*"', '"arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0"')
    )
    assert called(capsys, "model.json", "--today", "2026-11-26")[0] == DONE
    near = called(capsys, "model.json", "--today", "2027-03-01")
    assert near[0] == FOUND
    assert "warning: " in near[1]
    assert "ends on 2027-04-08" in near[1]
    assert "error: " in called(capsys, "model.json", "--today", "2027-04-08")[1]


def test_without_a_file_the_program_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = called(capsys)
    assert code == ERROR
    assert "name a file or a folder" in err


def test_plain_policies_do_not_wait_for_cfn_lint(folder: Path) -> None:
    """What keeps a folder of policies quick, on a machine of any speed."""
    asked = (
        "import sys; from craton.cli.program import program; program(['lint', 'policies']); "
        "print(sorted({'cfnlint', 'boto3', 'duckdb', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("rule_id", sorted(rules()))
def test_every_rule_explains_itself(rule_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "--explain", rule_id)
    assert code == DONE
    assert out.startswith(f"{rule_id} ({rules()[rule_id].severity}): ")
    assert "source: " in out


@pytest.mark.slow
def test_rules_of_cfn_lint_are_explained_by_cfn_lint(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "--explain", "E3006")
    assert code == DONE
    assert out.startswith("E3006 of cfn-lint: ")


def test_a_rule_that_is_misspelled_is_asked_after(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = called(capsys, "--explain", "unknown_acton")
    assert code == ERROR
    assert "did you mean `unknown_action`?" in err


def of_everything(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The SARIF of a folder with the bad example of every rule."""
    for rule_id, rule in rules().items():
        (folder / "policies" / f"{rule_id}-{rule.bad.file}").write_text(rule.bad.text.replace("»", ""))
    code, out, _ = called(capsys, "policies", "--format", "sarif", "--today", "2026-11-26")
    assert code == FOUND
    value: dict[str, Any] = json.loads(out)
    return value


@pytest.mark.slow
def test_sarif_is_that_of_the_standard(
    folder: Path, capsys: pytest.CaptureFixture[str], shared_data: Path
) -> None:
    schema = json.loads((shared_data / "schemas" / "sarif-schema-2.1.0.json").read_text("utf-8"))
    jsonschema.validate(of_everything(folder, capsys), schema)


@pytest.mark.slow
def test_sarif_says_the_same_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run,) = of_everything(folder, capsys)["runs"]
    told = json.loads(called(capsys, "policies", "--format", "json", "--today", "2026-11-26")[1])
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [
        (result["ruleId"], place["region"]["startLine"])
        for result, place in zip(run["results"], places, strict=True)
    ] == [(one["rule"], one["line"]) for one in told]
    assert {place["artifactLocation"]["uri"] for place in places} >= {"policies/inner/wrong%20one.json"}
    listed = run["tool"]["driver"]["rules"]
    assert all(listed[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert len(listed) > 30
