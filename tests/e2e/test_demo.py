"""The demonstration from the command line, as somebody sees it who has just installed the program."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import REPOSITORY
from tests.docs.page_commands import follow
from tests.unit.engine.demo_records import unpacked

from craton.engine.demo.preparation import UNFINISHED
from craton.engine.demo.prose import CANARY
from craton.engine.lakes import lake_of

AS_OF = "2026-11-24"
PATIENCE_S = 900
MANY = 40
MANY_TWICE = 1000
MOST_QUARANTINED = 12
FEWEST_CALLS, MOST_CALLS = 60_000, 100_000
FEWEST_PAGES = 9
LAYERS = ["1 organization", "2 account", "3 application", "4 runtime"]
ASKED = """
SELECT (SELECT count(*) FROM invocation WHERE event_time >= TIMESTAMP '2026-11-24') AS calls,
       (SELECT count(*) FROM api_event WHERE event_time >= TIMESTAMP '2026-11-24'
        AND error_code = 'AccessDenied' AND event_name IN ('Converse', 'InvokeModel')) AS denied
"""

pytestmark = pytest.mark.slow


def craton(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "craton", "demo", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def left_over() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("craton-demo-*"))


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `demo` that the page's commands made, where an earlier demonstration had broken off."""
    scratch = tmp_path_factory.mktemp("page")
    rubbish = scratch / "demo" / UNFINISHED / "bedrock" / "rubbish"
    rubbish.parent.mkdir(parents=True)
    rubbish.write_bytes(b"half a file")
    follow(REPOSITORY / "docs" / "guides" / "demo.md", scratch)
    return scratch / "demo"


@pytest.fixture(scope="module")
def home(followed: Path) -> Path:
    """The same folder, after the example was deployed and used."""
    done = craton("--check", "--as-of", AS_OF, "--dir", str(followed))
    assert done.returncode == 0, done.stderr
    (followed / "told.txt").write_text(done.stderr)
    (followed / "seen.txt").write_text(done.stdout)
    return followed


def asked(folder: Path, question: str) -> list[Any]:
    """The rows that a lake of the demonstration answers with."""
    lake, _ = lake_of(folder / "lake", folder / "craton.yaml")
    return lake.session().query(question).rows


def test_a_lake_of_the_demonstration_accounts_for_every_document(followed: Path) -> None:
    ((lost, duplicates, quarantined),) = asked(
        followed,
        "SELECT sum(documents_read - rows - duplicates - quarantined - ignored), sum(duplicates),"
        " sum(quarantined) FROM ingested_file",
    )
    assert lost == 0
    assert duplicates > MANY_TWICE
    assert 2 <= quarantined <= MOST_QUARANTINED
    ((invocations,),) = asked(followed, "SELECT count(*) FROM invocation")
    assert FEWEST_CALLS < invocations < MOST_CALLS


def names_in(folder: Path, column: str) -> set[str]:
    """The names that a column of counts by name has in any file that was ingested."""
    return {
        name
        for (name,) in asked(
            folder,
            f"SELECT DISTINCT k.name FROM ingested_file CROSS JOIN UNNEST(map_keys({column})) AS k(name)",
        )
    }


def test_what_is_odd_about_the_logs_is_named_in_the_lake(followed: Path) -> None:
    assert names_in(followed, "unknown_fields") == {"forwarder"}
    assert names_in(followed, "ignored_reasons") >= {
        *("control_message", "digest", "body_or_media", "other_service", "permission_check"),
    }


def test_nothing_that_people_wrote_reaches_the_lake(followed: Path) -> None:
    logs = (followed / "logs" / "bedrock").rglob("*.json.gz")
    assert any(CANARY.encode() in unpacked(file) for file in logs)
    for table in ("invocation", "api_event", "metric", "quarantine"):
        found = asked(
            followed,
            f"SELECT count(*) FROM {table} AS t WHERE CAST(t AS VARCHAR) LIKE '%{CANARY}%'",
        )
        assert found == [(0,)], table


def test_what_a_demonstration_that_broke_off_left_is_gone(followed: Path) -> None:
    assert not (followed / UNFINISHED).exists()
    assert not (followed / "logs" / "bedrock" / "rubbish").exists()


def test_a_folder_that_is_ready_is_used_as_it_is(home: Path) -> None:
    told = (home / "told.txt").read_text()
    assert "objects with" not in told
    assert re.search(r"\b0 documents read: 0 rows", told), told


def test_the_example_is_applied_and_another_plan_finds_nothing_to_do(home: Path) -> None:
    told = (home / "told.txt").read_text()
    assert "documents read" in told
    assert re.search(r"planned again: no changes: (\d+) of \1 things are as they should be", told), told


def test_logs_of_emulated_calls_come_into_the_lake_by_the_deployed_path(home: Path) -> None:
    told = (home / "told.txt").read_text()
    arrived, answered = map(int, re.findall(r"(\d+) of (\d+) answered calls came by", told)[0])
    assert arrived == answered > MANY
    found = subprocess.run(
        [sys.executable, "-m", "craton", "sql", "--format", "json", "--lake", str(home / "lake"), ASKED],
        capture_output=True,
        text=True,
        check=True,
    )
    (counts,) = json.loads(found.stdout)
    assert counts["calls"] >= answered
    assert counts["denied"] >= 1


def test_each_layer_stops_a_call_and_lets_approved_work_go_on(home: Path) -> None:
    told = (home / "told.txt").read_text().splitlines()
    shown = [one.strip() for one in told if ": stopped by " in one]
    assert [one.split(":")[0] for one in shown] == LAYERS
    assert all(one.endswith("answered") for one in shown)


def test_every_page_and_every_twin_is_sound(home: Path) -> None:
    seen = (home / "seen.txt").read_text()
    assert " 0 with problems" in seen
    pages = next(line for line in seen.splitlines() if "pages" in line)
    assert int(pages.split()[0]) >= FEWEST_PAGES


def test_the_folder_holds_logs_lake_and_manifest(home: Path) -> None:
    assert sorted(one.name for one in home.iterdir()) == [
        "craton.yaml",
        "demo.json",
        "deployed",
        "lake",
        "logs",
        "policies",
        "seen.txt",
        "told.txt",
    ]


def test_another_day_needs_another_folder(home: Path) -> None:
    refused = craton("--check", "--as-of", "2026-11-23", "--dir", str(home))
    assert refused.returncode == 1
    assert "of another day" in refused.stderr


def test_the_address_is_printed_and_answers_until_the_keyboard_stops_it(home: Path) -> None:
    options = ["--as-of", AS_OF, "--dir", str(home), "--port", "0"]
    command = [sys.executable, "-m", "craton", "demo", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as served:
        assert served.stdout is not None
        address = served.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=60) as page:  # noqa: S310 - on this machine
            assert page.status == 200
        served.send_signal(signal.SIGINT)
        assert served.wait(timeout=30) == 0


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_folder_that_nobody_named_is_removed_however_the_command_ends(stop: signal.Signals) -> None:
    before = left_over()
    command = [sys.executable, "-m", "craton", "demo", "--as-of", AS_OF]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as begun:
        assert begun.stderr is not None
        assert "craton-demo-" in begun.stderr.readline()
        begun.send_signal(stop)
        begun.stderr.read()
        assert begun.wait(timeout=60) == 130
    assert left_over() == before
