"""How long panels take over HTTP: `craton serve` on a real lake, asked as browsers and programs ask."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from benchmarks.corpus import START
from benchmarks.figures import Figure, markdown
from benchmarks.measurement import end_session, run
from benchmarks.traffic import dice
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.corpus import Corpus, Plan

P95_MS = 250.0
REQUESTS = 50
MOST_GROWTH = 2.0
START_S = 120.0


class Times(Struct, frozen=True):
    """What one panel took.

    `cold` is its first answer after the files were thrown out of the page cache, `varied` are answers to
    questions never asked before, `repeated` those to one and the same. Units: milliseconds.
    """

    panel: str
    cold: float
    varied: list[float]
    repeated: list[float]

    @property
    def p50(self) -> float:
        """The median of the varied questions."""
        return statistics.median(self.varied)

    @property
    def p95(self) -> float:
        """The 95th percentile of the varied questions."""
        return percentile(self.varied, 95)


def percentile(values: Sequence[float], share: int) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, -(-share * len(ordered) // 100) - 1)]


@contextlib.contextmanager
def served(lake: Path, manifest: str) -> Iterator[http.client.HTTPConnection]:
    """A connection to a server of the lake, which is gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [sys.executable, "-m", "craton", "serve", "--lake", str(lake), "--manifest", manifest]
    command = [*serve, "--port", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        wait_for(connection, process)
        yield connection
    finally:
        connection.close()
        end_session(process.pid)
        process.wait()


def wait_for(connection: http.client.HTTPConnection, process: subprocess.Popen[bytes]) -> None:
    """Afterwards the server answers. Raises: SystemExit where it ends instead, or takes too long."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            connection.connect()
            return
        time.sleep(0.05)
    raise SystemExit("craton serve did not start")


def asked(connection: http.client.HTTPConnection, path: str) -> tuple[float, bytes]:
    """How long the answer to a request took, in ms, and the answer. Raises: SystemExit unless it is a 200."""
    started = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != http.client.OK:
        raise SystemExit(f"{path} answered {response.status}")
    return (time.perf_counter() - started) * 1_000, body


def twins(connection: http.client.HTTPConnection) -> list[str]:
    """The addresses of all panels' JSON twins, as `/api/panels` lists them."""

    def addresses(value: Any) -> Iterator[str]:
        if isinstance(value, str) and value.startswith("/") and value.partition("?")[0].endswith(".json"):
            yield value
        elif isinstance(value, dict):
            for part in value.values():
                yield from addresses(part)
        elif isinstance(value, list):
            for part in value:
                yield from addresses(part)

    return sorted(set(addresses(json.loads(asked(connection, "/api/panels")[1]))))


def questions(plan: Plan, values: dict[str, list[str]]) -> list[str]:
    """Fifty different filters: windows of days, alone or with an account, a model, a team; each only once."""
    random = dice(11)
    found: dict[str, None] = {}
    while len(found) < REQUESTS:
        days = random.randrange(7, plan.days)
        first = START.date().toordinal() + random.randrange(plan.days - days + 1)
        query = {"from": iso(first), "to": iso(first + days - 1)}
        for dimension, choices in values.items():
            if choices and random.randrange(4) == 0:
                query[dimension] = random.choice(choices)
        found[urlencode(query)] = None
    return list(found)


def dimensions(lake: Path) -> dict[str, list[str]]:
    """Values that the lake can be filtered by."""
    columns = {"account": "account_id", "model": "model_base", "team": "team"}
    return {dimension: distinct(lake, column) for dimension, column in columns.items()}


def distinct(lake: Path, column: str) -> list[str]:
    """The values of a column of invocations."""
    statement = f"SELECT DISTINCT {column} AS value FROM invocation WHERE {column} IS NOT NULL ORDER BY 1"
    done = run(
        [sys.executable, "-m", "craton", "sql", statement, "--lake", str(lake), "--format", "json"],
        watch=False,
    )
    return [row["value"] for row in json.loads(done.stdout)]


def iso(ordinal: int) -> str:
    """A day in ISO form."""
    return START.date().fromordinal(ordinal).isoformat()


def forget(lake: Path) -> None:
    """Afterwards no file of the lake is in the page cache."""
    os.sync()
    for file in lake.rglob("*"):
        if file.is_file():
            handle = os.open(file, os.O_RDONLY)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


def panels(lake: Path, made: Corpus) -> list[Times]:
    """The times of every panel of the lake."""
    plan = made.plan
    asking = questions(plan, dimensions(lake))
    first = START.date().toordinal()
    everything = urlencode({"from": iso(first), "to": iso(first + plan.days)})
    with served(lake, made.manifest) as connection:
        paths = twins(connection)
    forget(lake)
    with served(lake, made.manifest) as connection:
        cold = {path: asked(connection, joined(path, everything))[0] for path in paths}
        found = []
        for path in paths:
            varied = [asked(connection, joined(path, one))[0] for one in asking]
            repeated = [asked(connection, joined(path, everything))[0] for _ in range(REQUESTS)]
            found.append(Times(path, cold[path], varied, repeated))
    return found


def joined(path: str, query: str) -> str:
    """The address with the query."""
    return f"{path}{'&' if '?' in path else '?'}{query}"


def figures(large: Sequence[Times], small: Sequence[Times], records: tuple[int, int]) -> list[Figure]:
    """Whether every panel is fast, and how their times grow with the lake."""
    slowest = max(large, key=lambda one: one.p95)
    growth = _growth(large, small)
    worst = max(growth, key=lambda panel: growth[panel])
    middle = statistics.median(growth.values())
    few, many = records
    slow = sum(one.p95 >= P95_MS for one in large)
    more = sum(times > MOST_GROWTH for times in growth.values())
    return [
        Figure(
            f"{len(large)} panels at {many:,} invocations over HTTP, each asked {REQUESTS} questions, warm",
            f"p95 < {P95_MS:.0f} ms",
            f"slowest p95 {slowest.p95:.0f} ms ({slowest.panel}); {slow} panels are slower than wanted",
            "",
            slowest.p95 < P95_MS,
        ),
        Figure(
            "the same, one question asked again",
            "",
            f"slowest p95 {max(percentile(one.repeated, 95) for one in large):.0f} ms",
            "",
            None,
        ),
        Figure(
            "the same, first answer of a new server, files not in the page cache",
            "",
            f"median {statistics.median(one.cold for one in large):.0f} ms, "
            f"slowest {max(one.cold for one in large):.0f} ms",
            "",
            None,
        ),
        Figure(
            f"time of all panels together, from {few:,} to {many:,} invocations",
            f"≤ {MOST_GROWTH:.0f} times",
            f"{sum(one.p50 for one in small):,.0f} ms to {sum(one.p50 for one in large):,.0f} ms (medians)",
            f"{sum(one.p50 for one in large) / sum(one.p50 for one in small):.2f}",
            sum(one.p50 for one in large) <= MOST_GROWTH * sum(one.p50 for one in small),
        ),
        Figure(
            "growth of single panels",
            "",
            f"median {middle:.2f}, worst {growth[worst]:.2f} ({worst}); {more} grow more than "
            f"{MOST_GROWTH:.0f} times",
            "",
            None,
        ),
    ]


def _growth(large: Sequence[Times], small: Sequence[Times]) -> dict[str, float]:
    before = {one.panel: one.p50 for one in small}
    return {one.panel: one.p50 / before[one.panel] for one in large if one.panel in before}


def every_panel(large: Sequence[Times], small: Sequence[Times]) -> list[str]:
    """All panels, the slowest first."""
    growth = _growth(large, small)
    rows = [
        (
            one.panel,
            f"{one.p50:.0f}",
            f"{one.p95:.0f}",
            f"{percentile(one.repeated, 50):.0f}",
            f"{percentile(one.repeated, 95):.0f}",
            f"{one.cold:.0f}",
            f"{growth[one.panel]:.1f}",
        )
        for one in sorted(large, key=lambda one: -one.p95)
    ]
    head = ("panel", "p50 ms", "p95 ms", "p50 again", "p95 again", "cold", "growth of p50")
    return ["### Panels: every one", "", *markdown(head, rows)]
