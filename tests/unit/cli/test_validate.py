from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from craton.cli.program import program

if TYPE_CHECKING:
    from pathlib import Path

    from pytest import CaptureFixture, MonkeyPatch  # noqa: PT013 - names of types only

SOUND = """\
organization:
  id: o-exampleorgid
  name: Example
  management_account: "111111111111"
  hub_account: "222222222222"
  accounts:
    - {id: "111111111111", name: management, ou: root}
    - {id: "222222222222", name: hub, ou: root}
regions: [us-east-1]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "craton.yaml"
    path.write_text(SOUND)
    return path


def test_a_sound_manifest_is_summed_up_in_one_line(file: Path, capsys: CaptureFixture[str]) -> None:
    assert file.exists()
    assert program(["validate", "craton.yaml"]) == 0
    said = capsys.readouterr()
    assert said.out == "craton.yaml: Example (o-exampleorgid): 2 accounts, 1 Region\n"
    assert said.err == ""


def test_the_manifest_of_the_working_folder_is_the_default(file: Path, capsys: CaptureFixture[str]) -> None:
    assert program(["validate"]) == 0
    assert capsys.readouterr().out.startswith(file.name)


def test_an_error_is_shown_with_its_line_and_a_caret_and_the_exit_code_is_two(
    file: Path, capsys: CaptureFixture[str]
) -> None:
    file.write_text(SOUND.replace("regions: [us-east-1]", "regoins: [us-east-1]"))
    assert program(["validate", "craton.yaml"]) == 2
    said = capsys.readouterr()
    assert said.out == (
        "craton.yaml:9:1: error: unknown key `regoins`\n"
        "  9 | regoins: [us-east-1]\n"
        "    | ^\n"
        "  hint: did you mean `regions`?\n"
    )
    assert said.err == "1 error\n"


def test_warnings_are_shown_and_do_not_fail(file: Path, capsys: CaptureFixture[str]) -> None:
    file.write_text(SOUND.replace("us-east-1", "us-east-1, us-east-1, us-east-9"))
    assert program(["validate", "craton.yaml"]) == 0
    said = capsys.readouterr()
    assert said.out.count(": warning: ") == 2
    assert said.out.endswith("2 accounts, 3 Regions\n")
    assert said.err == "2 warnings\n"


def test_the_caret_stands_below_its_character_after_wide_ones(
    file: Path, capsys: CaptureFixture[str]
) -> None:
    file.write_text(SOUND.replace("name: Example", 'name: "東京", x: {'))
    assert program(["validate", "craton.yaml"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == '  3 |   name: "東京", x: {'
    assert lines[2] == f"    | {' ' * 14}^"


def test_the_caret_stands_below_its_character_after_a_tab(file: Path, capsys: CaptureFixture[str]) -> None:
    file.write_text(SOUND.replace("name: Example", 'name: "a\tb" c'))
    assert program(["validate", "craton.yaml"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:3] == ['  3 |   name: "a\tb" c', f"    | {' ' * 10}\t{' ' * 3}^"]


def test_json_is_a_list_of_flat_objects(file: Path, capsys: CaptureFixture[str]) -> None:
    file.write_text(SOUND.replace("us-east-1", "Paris, us-west-2, us-west-2"))
    assert program(["validate", "craton.yaml", "--format", "json"]) == 2
    said = capsys.readouterr()
    assert said.err == ""
    assert json.loads(said.out) == [
        {
            "severity": "error",
            "rule": "wrong_value",
            "message": "`Paris` is not an AWS Region",
            "hint": "an AWS Region is a code such as `us-east-1`, not a name",
            "file": "craton.yaml",
            "line": 9,
            "column": 11,
        },
        {
            "severity": "warning",
            "rule": "region_twice",
            "message": "the Region `us-west-2` is listed twice",
            "hint": "remove one of them",
            "file": "craton.yaml",
            "line": 9,
            "column": 29,
        },
    ]


def test_json_of_a_sound_manifest_is_an_empty_list(file: Path, capsys: CaptureFixture[str]) -> None:
    assert program(["validate", str(file), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_file_that_is_not_there_is_an_error_on_stderr(file: Path, capsys: CaptureFixture[str]) -> None:
    assert program(["validate", "missing.yaml"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"error: there is no file `missing.yaml`\n  hint: did you mean `{file.name}`?\n"


def test_the_schema_is_printed_as_json(capsys: CaptureFixture[str]) -> None:
    assert program(["schema"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed.endswith("}\n")


MART = """\
--- title: Calls of a day
--- grain: a day
--- key: [day]
--- reads: [api_event]
--- explains: Calls by day, failed ones included.
--- columns: {events: events}
SELECT CAST(time AS DATE) AS day, COUNT(*) AS events FROM api_event GROUP BY day
--? - {name: no data gives no rows, given: {}, expect: []}
--? - name: calls of a day are counted together
--?   given: {api_event: [{repeat: 2}]}
--?   expect: [{events: 2}]
"""


def test_what_is_wrong_with_the_manifest_s_own_content_is_told_with_its_place(
    file: Path, capsys: CaptureFixture[str]
) -> None:
    marts = file.parent / "own" / "marts"
    marts.mkdir(parents=True)
    (marts / "api_daily.sql").write_text(MART)
    (marts / "unknown_key.sql").write_text(MART.replace("--- grain", "--- grian"))
    (marts / "no_query.sql").write_text(MART.replace("GROUP BY", "GROUP OVER"))
    for folder, name in (("policies", "no_policy"), ("guardrails", "no_guardrail")):
        (file.parent / "own" / folder).mkdir()
        (file.parent / "own" / folder / f"{name}.yaml").write_text("title: 1\n")
    file.write_text(f"{SOUND}content: [./own]\n")
    assert program(["validate", "--format", "json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert {"duplicate_id"} == {one["rule"] for one in told if one["file"] == "own/marts/api_daily.sql"}
    assert {one["file"] for one in told if one["severity"] == "error"} == {
        "own/guardrails/no_guardrail.yaml",
        "own/marts/api_daily.sql",
        "own/marts/no_query.sql",
        "own/marts/unknown_key.sql",
        "own/policies/no_policy.yaml",
    }


def test_own_content_that_is_sound_changes_nothing(file: Path, capsys: CaptureFixture[str]) -> None:
    marts = file.parent / "own" / "marts"
    marts.mkdir(parents=True)
    (marts / "own_daily.sql").write_text(MART)
    file.write_text(f"{SOUND}content: [./own]\n")
    assert program(["validate"]) == 0, capsys.readouterr().out
    assert capsys.readouterr().err == ""
