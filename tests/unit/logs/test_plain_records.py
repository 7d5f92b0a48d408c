from __future__ import annotations

import importlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.faults import logs
from tests.plain_records.differences import answer
from tests.unit.engine import demo_records
from tests.unit.logs.records import invocation, line

from craton.logs import invocation as types
from craton.logs.invocation_facts import FIELDS
from craton.logs.plain_records import SCAN, WAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from craton.logs._plain_records import Scanned

    Scan = Callable[[bytes], Scanned | None]

BARE = '{"timestamp":"2026-10-01T12:00:00Z","accountId":"1","requestId":"q","region":"%s"}'
DAMAGE = {
    "a line that was cut": b'{"schemaType":"ModelInv',
    "no JSON": b"hello",
    "nothing": b"",
}


@pytest.fixture
def scan() -> Scan:
    if SCAN is None:
        pytest.skip(f"plain records are read {WAY}")
    return SCAN


def sure(data: bytes, scan: Scan) -> int:
    """Of how many lines the compiled part is sure; it must agree with Python about all of them."""
    scanned = scan(data)
    assert answer(data, scan) == answer(data, None)
    if scanned is None:
        return 0
    _, starts, doubtful, _ = scanned
    return len(starts) - len(doubtful)


def of_structs() -> dict[str, type[msgspec.Struct]]:
    """The types of which a record is made."""
    found = vars(types).values()
    return {one.__name__: one for one in found if isinstance(one, type) and one.__module__ == types.__name__}


def changed(*places: tuple[str, Any]) -> bytes:
    """A good line with other values at the places, each named by dotted names."""
    record = invocation()
    for place, value in places:
        *holders, name = place.split(".")
        inside = record
        for holder in holders:
            inside = inside[holder]
        inside[name] = value
    return json.dumps(record).encode() + b"\n"


def with_text(old: str, new: str) -> bytes:
    """A good line in which some JSON text is another."""
    text = line().decode()
    assert old in text
    return text.replace(old, new).encode("utf-8", "surrogateescape") + b"\n"


@pytest.mark.usefixtures("scan")
def test_every_field_of_every_type_is_known_to_the_compiled_part() -> None:
    part = importlib.import_module("craton.logs._plain_records")
    fields = {
        name: {field.encode_name for field in msgspec.structs.fields(one)}
        for name, one in of_structs().items()
    }
    assert {name: set(known) for name, known in part.SHAPES.items()} == fields
    assert part.COLUMNS == FIELDS


def test_every_line_of_a_central_archive_is_plain(scan: Scan) -> None:
    data = logs.lines(logs.records(600))
    assert sure(data, scan) == 600


@pytest.mark.slow
def test_nearly_every_line_of_the_demonstration_is_plain(scan: Scan) -> None:
    lines = read = 0
    for path in sorted(demo_records.archive().rglob("*BedrockModelInvocationLogs*/**/*.json.gz")):
        data = demo_records.unpacked(path)
        lines += data.count(b"\n")
        read += sure(data, scan)
    assert lines > 3_000
    assert read > 0.9 * lines


def test_real_records_are_read_alike(shared_data: Path, scan: Scan) -> None:
    records = [
        value.get("log", value)
        for file in sorted((shared_data / "invocation").glob("*.jsonl"))
        for value in map(json.loads, file.read_text("utf-8").splitlines())
    ]
    assert records
    for record in records:
        sure(json.dumps(record).encode() + b"\n", scan)


BORING = [{"type": "content_block_delta", "delta": {"text": "x"}}] * 9
TRACED = {"guardrail": {"inputAssessment": {"gr1": {"wordPolicy": {"customWords": [{"action": "BLOCKED"}]}}}}}
NAMED = {"guardrailIdentifier": "gr1", "guardrailVersion": "3", "trace": "enabled"}


def stream(*events: dict[str, Any]) -> bytes:
    """A good line whose answer came in events."""
    return changed(("output.outputBodyJson", list(events)))


PLAIN = {
    "nothing beside what is needed": (BARE % "r").encode(),
    "blanks between": json.dumps(invocation()).encode(),
    "no line end": line(),
    "a text for a body": changed(
        ("input.inputBodyJson", "façade \ud83d\ude42"), ("output.outputBodyJson", "x")
    ),
    "nothing for a body": changed(("input.inputBodyJson", None), ("output.outputBodyJson", None)),
    "nothing at all": changed(("input", None), ("output", None), ("identity", None)),
    "the largest count of fifteen digits": changed(("input.inputTokenCount", 10**15 - 1)),
    "fractions of a second": changed(("timestamp", "2026-10-01 12:00:00.123456789")),
    "the last day of February": changed(("timestamp", "2024-02-29T23:59:59Z")),
    "sixty levels": changed(("requestMetadata", json.loads("[" * 60 + "]" * 60))),
    "an image": changed(("output.outputBodyJson", {"images": ["aGk="], "artifacts": [1, 2]})),
    "tokens for an hour": changed(
        ("output.outputBodyJson.usage", {"cacheDetails": [{"ttl": "1h", "inputTokens": 3}, {"ttl": "5m"}]})
    ),
    "a stop reason in the last six events": stream(*BORING, {"delta": {"stop_reason": "x"}}, *BORING[:5]),
    "a stop reason just before them": stream(*BORING, {"delta": {"stop_reason": "x"}}, *BORING[:6]),
    "a stop reason in the first event": stream({"delta": {"stop_reason": "x"}}, *BORING),
    "no latency after one": stream(
        {"metadata": {"metrics": {"latencyMs": 5}}}, {"metadata": {"metrics": {"latencyMs": None}}}
    ),
    "no events": stream(),
    "two traces": changed(
        ("output.outputBodyJson.trace", TRACED), ("output.outputBodyJson.amazon-bedrock-trace", {})
    ),
    "the trace of another call in the metadata": stream({"metadata": {"amazon-bedrock-trace": TRACED}}),
    "a guardrail that the request names": changed(("input.inputBodyJson.guardrailConfig", NAMED)),
    "a guardrail named beside a trace": changed(
        ("input.inputBodyJson.guardrailConfig", NAMED), ("output.outputBodyJson.trace", TRACED)
    ),
    "a guardrail named in prose": changed(
        ("input.inputBodyJson.guardrailConfig", {"guardrailIdentifier": "a b", "guardrailVersion": "c"})
    ),
    "a guardrail of no name": changed(("input.inputBodyJson.guardrailConfig", {})),
    "a guardrail named before no answer": changed(
        ("input.inputBodyJson.guardrailConfig", NAMED), ("output", None)
    ),
    "a trace in the metadata": stream({"metadata": {"trace": TRACED}}),
    "a stream": changed(("output.outputBodyJson", [{"delta": {"stop_reason": "x"}}, *[{"a": 1}] * 9])),
    "invalid UTF-8 in what nobody reads": with_text('"hello"', '"\udcff"'),
    "a pair of surrogates": with_text('"hello"', r'"\ud83d\ude42"'),
}
DOUBTFUL = {
    "a field that is news": changed(("news", 1)),
    "a field told twice": with_text('"region":', '"region":"eu-west-1","region":'),
    "an escape in a name": with_text('"region"', r'"regio\u006e"'),
    "a count beyond fifteen digits": changed(("input.inputTokenCount", 10**15)),
    "a count that is no count": changed(("input.inputTokenCount", 2**53 + 1)),
    "2**53 - 1": changed(("input.inputTokenCount", 2**53 - 1)),
    "a negative count": changed(("input.inputTokenCount", -1)),
    "-0": with_text('"inputTokenCount":4', '"inputTokenCount":-0'),
    "1e400": with_text('"inputTokenCount":4', '"inputTokenCount":1e400'),
    "a leading zero": with_text('"inputTokenCount":4', '"inputTokenCount":04'),
    "a count in a text": changed(("input.inputTokenCount", "4")),
    "a count with a fraction": changed(("input.inputTokenCount", 4.0)),
    "a text beyond ASCII": changed(("operation", "Façade")),
    "an empty text": changed(("operation", "")),
    "no region": changed(("region", "")),
    "null for a region": changed(("region", None)),
    "more tokens than there can be": changed(
        ("output.outputBodyJson.usage", {"cacheDetails": [{"ttl": "1h", "inputTokens": 10**15 - 1}] * 9_300})
    ),
    "1,500 levels": with_text('"hello"', "[" * 1_500 + "]" * 1_500),
    "a number for an operation": changed(("operation", 1)),
    "an offset": changed(("timestamp", "2026-10-01T12:00:00+02:00")),
    "no day of the calendar": changed(("timestamp", "2026-02-29T12:00:00Z")),
    "hour 24": changed(("timestamp", "2026-10-01T24:00:00Z")),
    "the next century": changed(("timestamp", "2100-01-01T00:00:00Z")),
    "a list for a request": changed(("input.inputBodyJson", [1e300])),
    "an event in a text": changed(("output.outputBodyJson", ['{"a":1}'])),
    "another word of a guardrail": changed(
        ("output.outputBodyJson", {"amazon-bedrock-guardrailAction": "X"})
    ),
    "a number for a guardrail": changed(("input.inputBodyJson.guardrailConfig", {"guardrailIdentifier": 1})),
    "a text for a guardrail": changed(("input.inputBodyJson.guardrailConfig", "x")),
    "seventy levels": changed(("requestMetadata", json.loads("[" * 70 + "]" * 70))),
    "a lone surrogate": with_text('"hello"', r'"\ud83d"'),
    "half an escape": with_text('"hello"', r'"\u12"'),
    "invalid UTF-8 in what is read": with_text('"application/json"', '"\udcff"'),
    "UTF-8 longer than need be": with_text('"application/json"', '"\udcc0\udc80"'),
    "the same with three bytes": with_text('"application/json"', '"\udce0\udc80\udc80"'),
    "the same with four bytes": with_text('"application/json"', '"\udcf0\udc80\udc80\udc80"'),
    "a surrogate in UTF-8": with_text('"application/json"', '"\udced\udca0\udc80"'),
    "beyond Unicode": with_text('"application/json"', '"\udcf4\udc90\udc80\udc80"'),
    "a control character at the very end": (BARE % "r\x1f").encode() + b"\n",
    "NUL": with_text("hello", "hel\0lo"),
    "a control character": with_text("hello", "hel\x1flo"),
    "a byte order mark": b"\xef\xbb\xbf" + line() + b"\n",
    "CRLF": line() + b"\r\n",
    "a blank at the end": line() + b" \n",
    "a blank before": b" " + line() + b"\n",
    "two on a line": line() + line() + b"\n",
    "a record on two lines": with_text('"region":', '"region":\n'),
    "a comma too many": with_text('"outputTokenCount":38', '"outputTokenCount":38,'),
    "something behind": line() + b"x\n",
    **{what: data + b"\n" for what, data in DAMAGE.items()},
}


@pytest.mark.parametrize("what", PLAIN)
def test_what_is_plain_is_read_by_the_compiled_part(what: str, scan: Scan) -> None:
    assert sure(PLAIN[what], scan) == 1


@pytest.mark.parametrize("what", DOUBTFUL)
def test_what_is_not_plain_is_left_to_python(what: str, scan: Scan) -> None:
    assert sure(DOUBTFUL[what], scan) == 0


@pytest.mark.parametrize("what", DOUBTFUL)
def test_a_doubtful_line_makes_no_other_one_doubtful(what: str, scan: Scan) -> None:
    good = logs.lines(logs.records(20))
    cut = DOUBTFUL[what].count(b"\n") - 1
    scanned = scan(good + DOUBTFUL[what] + good)
    assert scanned is not None
    _, starts, doubtful, _ = scanned
    assert doubtful == list(range(20, 21 + max(cut, 0)))
    assert len(starts) == 41 + max(cut, 0)
    assert answer(good + DOUBTFUL[what] + good, scan) == answer(good + DOUBTFUL[what] + good, None)


def test_nothing_is_no_line(scan: Scan) -> None:
    assert scan(b"") == ([[] for _ in FIELDS], [], [], [])


@pytest.mark.parametrize("short", [b"\n", b"{}\n", b"{\n", b"x\n", DOUBTFUL["no region"]])
def test_lines_that_are_mostly_no_plain_records_are_left_to_python_as_a_whole(
    short: bytes, scan: Scan
) -> None:
    good = logs.lines(logs.records(20))
    assert scan(short * 64) is not None
    assert scan(good + short * 84) is not None
    for data in (short * 65, good + short * 85, short * 200_000):
        assert scan(data) is None
    assert sure(good + short * 85 + good, scan) == 0


@pytest.mark.parametrize("other", [bytearray(b"{}"), "{}", None, memoryview(b"{}")])
def test_lines_are_bytes(other: object, scan: Scan) -> None:
    with pytest.raises(TypeError):
        scan(other)  # type: ignore[arg-type]


def test_a_good_line_that_is_cut_anywhere_is_left_to_python(scan: Scan) -> None:
    whole = logs.lines(logs.records(3)).splitlines()[0]
    for end in range(1, len(whole)):
        assert sure(whole[:end], scan) == 0


def test_reading_leaves_nothing_behind(scan: Scan) -> None:
    data = logs.lines(logs.records(50)) + DOUBTFUL["a lone surrogate"] + DOUBTFUL["a count in a text"]
    scan(data)

    def grown() -> int:
        """What 200 readings leave, at the worst; threads of other tests may leave something, too."""
        blocks, nones = sys.getallocatedblocks(), sys.getrefcount(None)
        for _ in range(200):
            scan(data)
        return max(abs(sys.getallocatedblocks() - blocks), abs(sys.getrefcount(None) - nones))

    assert min(grown() for _ in range(5)) < 100


@pytest.mark.slow
def test_want_of_memory_is_an_error_and_leaves_nothing_behind() -> None:
    """In a process of its own, where memory is refused from one allocation after the other on."""
    program = (
        "import sys\n"
        "import _testcapi\n"
        "from tests.faults import logs\n"
        "from tests.unit.logs.test_plain_records import DOUBTFUL, SCAN\n"
        "data = logs.lines(logs.records(3)) + DOUBTFUL['a count in a text']\n"
        "SCAN(data)\n"
        "failed = grown = 0\n"
        "for first in range(10_000):\n"
        "    before = sys.getallocatedblocks()\n"
        "    _testcapi.set_nomemory(first, 0)\n"
        "    try:\n"
        "        SCAN(data)\n"
        "    except MemoryError:\n"
        "        refused = True\n"
        "    else:\n"
        "        refused = False\n"
        "    finally:\n"
        "        _testcapi.remove_mem_hooks()\n"
        "    if not refused:\n"
        "        break\n"
        "    failed += 1\n"
        "    grown += sys.getallocatedblocks() - before > 2\n"
        "print(failed, grown)\n"
    )
    if SCAN is None:
        pytest.skip(f"plain records are read {WAY}")
    pytest.importorskip("_testcapi", reason="this Python has no module that refuses memory")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    failed, grown = map(int, done.stdout.split())
    assert failed > 50
    assert grown <= 3
