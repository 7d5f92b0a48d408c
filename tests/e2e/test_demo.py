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

import pytest

AS_OF = "2026-11-24"
PATIENCE_S = 900
MANY = 40
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
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "home"
    done = craton("--check", "--as-of", AS_OF, "--dir", str(folder))
    assert done.returncode == 0, done.stderr
    assert "0 with problems" in done.stdout
    (folder / "told.txt").write_text(done.stderr)
    return folder


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
    again = craton("--check", "--no-deploy", "--as-of", AS_OF, "--dir", str(home))
    assert again.returncode == 0, again.stderr
    pages = next(line for line in again.stdout.splitlines() if "pages" in line)
    assert int(pages.split()[0]) >= 9
    assert "objects with" not in again.stderr


def test_the_folder_holds_logs_lake_and_manifest(home: Path) -> None:
    assert sorted(one.name for one in home.iterdir()) == [
        "craton.yaml",
        "demo.json",
        "deployed",
        "lake",
        "logs",
        "policies",
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
