"""Some days of the demonstration, written once for all tests, and read back without Craton's own readers."""

from __future__ import annotations

import datetime as dt
import functools
import gzip
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from craton.engine.demo.days import Demonstration
from craton.engine.demo.generation import SEED, example_manifest
from craton.engine.demo.objects import Archive
from craton.engine.manifests import load
from craton.registry.prices import model_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_OF = dt.date(2026, 11, 24)
SOME_DAYS = (90, 71, 60, 41, 40, 33, 32, 25, 20, 17, 16, 15, 12, 9, 5, 4)
"""Every day on which something special happens, and some ordinary ones, the last Friday among them."""

Record = dict[str, Any]


@functools.cache
def demonstration() -> Demonstration:
    return Demonstration(load(example_manifest()), as_of=AS_OF, seed=SEED, ends=model_ends())


@functools.cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="craton-demo-test-")
    archive = Archive(Path(folder.name))
    for days_left in SOME_DAYS:
        demonstration().write_day(days_left, archive)
    return folder


def archive() -> Path:
    """The folder with all objects of `SOME_DAYS`."""
    return Path(_kept().name)


def unpacked(path: Path) -> bytes:
    """As many bytes as the gzip members of a file give."""
    out = b""
    try:
        with gzip.open(path) as stream:
            while piece := stream.read(1 << 12):
                out += piece
    except EOFError:
        pass
    return out


def records_of(data: bytes) -> Iterator[Record]:
    """The records of JSON lines, without those that were cut."""
    for line in data.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


@functools.cache
def s3_records() -> list[Record]:
    """Every record that Bedrock put into buckets."""
    files = (archive() / "bedrock").rglob("*Z_*.json.gz")
    return [record for file in sorted(files) for record in records_of(unpacked(file))]


@functools.cache
def envelopes() -> list[Record]:
    """Every envelope that Firehose wrote: inner gzip members, one after the other, in an outer one."""
    found = []
    for file in sorted((archive() / "firehose").rglob("*.gz")):
        text, decoder, at = gzip.decompress(unpacked(file)).decode(), json.JSONDecoder(), 0
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            found.append(value)
    return found


@functools.cache
def messages() -> list[str]:
    """Every log event's text."""
    return [
        event["message"]
        for envelope in envelopes()
        if envelope["messageType"] == "DATA_MESSAGE"
        for event in envelope["logEvents"]
    ]


@functools.cache
def invocations() -> list[Record]:
    """Every record of the invocation log, however it came; some came twice."""
    logged = [json.loads(message) for message in messages() if message.startswith("{")]
    return [*s3_records(), *logged]


@functools.cache
def events() -> list[Record]:
    """Every event of the trail."""
    found: list[Record] = []
    for file in sorted((archive() / "trail").rglob("*_CloudTrail_*.json.gz")):
        found += json.loads(unpacked(file))["Records"]
    return found


@functools.cache
def points() -> list[Record]:
    """Every data point of the metric stream."""
    files = sorted((archive() / "metrics").rglob("*.gz"))
    return [point for file in files for point in records_of(unpacked(file))]
