"""`craton init` writes a sound manifest from few answers, however they are given, or writes none."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from craton.cli import options
from craton.cli.program import program
from craton.engine.compiling import compilation
from craton.engine.manifests import examine

TODAY = dt.datetime(2026, 11, 26, 12)  # noqa: DTZ001 - as the program tells it
WHO = ("--organization", "o-exampleorgid", "--management-account", "1" * 12, "--hub-account", "2" * 12)
ACCOUNTS = """id,name,ou,note
111111111111,main,root,
012345678901,"Acme: search, dev",workloads/dev,a name that YAML could take for something else
333333333333,- prod #1,Produkte & Läden/prod,
"""


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(options, "now", lambda: TODAY)


def sound(file: str = "craton.yaml") -> Any:
    """The manifest in the file, of which nothing is wrong."""
    found = examine(Path(file), today=TODAY.date())
    assert found.diagnostics == ()
    assert found.manifest is not None
    return found.manifest


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO("".join(f"{one}\n" for one in lines).encode()))
    )


@pytest.mark.slow
def test_few_options_are_enough_for_a_manifest_that_compiles(capsys: pytest.CaptureFixture[str]) -> None:
    assert program(["init", "--no-questions", *WHO]) == 0
    assert capsys.readouterr().out == "craton.yaml\n"
    manifest = sound()
    assert {name: one.mode for name, one in manifest.environments.items()} == {
        "dev": "observe",
        "test": "observe",
        "staging": "enforce",
        "prod": "enforce",
    }
    assert [one.id for one in manifest.organization.accounts] == ["1" * 12, "2" * 12]
    assert len(Path("craton.yaml").read_text("utf-8").splitlines()) <= 50
    compiled = compilation(Path("craton.yaml"), today=TODAY.date())
    assert compiled.is_sound
    assert compiled.diagnostics == ()
    assert compiled.compilation is not None


def test_accounts_come_from_a_list_whatever_their_names() -> None:
    Path("accounts.csv").write_text(ACCOUNTS, "utf-8")
    assert program(["init", "--no-questions", *WHO, "--accounts", "accounts.csv"]) == 0
    manifest = sound()
    found = {one.id: (one.name, one.ou) for one in manifest.organization.accounts}
    assert found == {
        "2" * 12: ("hub", "root"),
        "1" * 12: ("main", "root"),
        "012345678901": ("Acme: search, dev", "workloads/dev"),
        "3" * 12: ("- prod #1", "Produkte & Läden/prod"),
    }
    assert manifest.environments["prod"].organizational_units == ("Produkte & Läden/prod",)
    assert manifest.environments["staging"].organizational_units == ("workloads/staging",)


def test_environments_regions_and_models_are_said_by_options() -> None:
    more = ("--region", "eu-west-1", "--region", "eu-central-1", "--environment", "live=apps/live")
    approve = ("--approve", "live=anthropic.claude-sonnet-4-6", "--approve", "live=amazon.nova-*")
    assert (
        program(["init", "--no-questions", *WHO, *more, *approve, "--budget", "live=20000", "own.yaml"]) == 0
    )
    manifest = sound("own.yaml")
    assert manifest.regions == ("eu-west-1", "eu-central-1")
    assert manifest.models.approved == {"live": ("anthropic.claude-sonnet-4-6", "amazon.nova-*")}
    assert list(manifest.environments) == ["live"]
    assert manifest.budgets.usd_per_month == {"live": Decimal(20000)}


def test_all_answers_can_stand_in_a_file() -> None:
    answers = {
        "organization": "o-exampleorgid",
        "management_account": "1" * 12,
        "hub_account": "2" * 12,
        "regions": ["us-east-1"],
        "accounts": [{"id": "3" * 12, "name": "search", "ou": "apps"}],
        "environments": {"apps": {"organizational_units": ["apps"], "approved": [], "mode": "observe"}},
    }
    Path("answers.json").write_text(json.dumps(answers), "utf-8")
    assert program(["init", "--answers", "answers.json"]) == 0
    assert sound().environments["apps"].mode == "observe"


def test_questions_are_asked_again_until_their_answers_fit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(
        monkeypatch,
        *("nonsense", "o-exampleorgid", "11111111111", "1" * 12, "2" * 12, "Virginia", "us-east-1 us-west-2"),
        *("333333333333", "333333333333 search apps/dev", "", "dev prod"),
        *("apps/dev, apps/more of it", "", "much", "500.50", "", "anthropic.claude-sonnet-4-6", ""),
    )
    assert program(["init"]) == 0
    told = capsys.readouterr().err
    for problem in (
        "`much`",
        "`nonsense` is not an organization id",
        "leading zero",
        "`Virginia`",
        "say the id, the name",
    ):
        assert problem in told
    manifest = sound()
    assert manifest.regions == ("us-east-1", "us-west-2")
    assert manifest.environments["dev"].organizational_units == ("apps/dev", "apps/more of it")
    assert manifest.environments["prod"].organizational_units == ("workloads/prod",)
    assert "anthropic.claude-sonnet-4-6" in manifest.models.approved["dev"]
    assert manifest.models.approved["prod"] == ("anthropic.claude-sonnet-4-6",)
    assert manifest.budgets.usd_per_month == {"dev": Decimal("500.50")}
    assert "claude-sonnet-4-6: no end is announced" in told


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    Path("craton.yaml").write_text("mine", "utf-8")
    assert program(["init", "--no-questions", *WHO]) == 1
    assert "is there already" in capsys.readouterr().err
    assert Path("craton.yaml").read_text("utf-8") == "mine"
    assert program(["init", "--no-questions", *WHO, "--force"]) == 0
    sound()


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        (WHO[:4], 1, "say the hub account with `--hub-account`"),
        ((*WHO, "--region", "us-esat-1"), 2, "us-esat-1"),
        ((*WHO, "--environment", "dev"), 1, "is no `NAME=VALUE`"),
        ((*WHO, "--budget", "dev=much"), 1, "`much`"),
        ((*WHO, "--accounts", "nothing.csv"), 1, "cannot be read"),
        ((*WHO, "--accounts", "wrong.csv"), 1, "has no column `ou`"),
        (("--answers", "wrong.csv"), 1, "holds no answers"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(
    more: tuple[str, ...], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("wrong.csv").write_text("id,name\n", "utf-8")
    assert program(["init", "--no-questions", *more]) == code
    assert told in capsys.readouterr().err
    assert not Path("craton.yaml").exists()
