"""The folder of a demonstration: its logs, the lake made of them, and the manifest that explains them."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.codec.json_document import decoded
from craton.core.errors import UserError
from craton.engine.demo.days import Counts
from craton.engine.demo.generation import SEED, example_manifest, generate
from craton.engine.demo.rhythm import DAYS
from craton.engine.ingestion import ingest
from craton.lake.ingestion import IngestReport
from craton.logs.timestamp import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from craton.engine.progress import Progress

MARKER: Final = "demo.json"
MANIFEST: Final = "craton.yaml"
POLICIES: Final = "policies"
UNFINISHED: Final = "logs.unfinished"


class Mark(Struct, frozen=True):
    """What a folder of a demonstration is made for. Another mark means other bytes."""

    as_of: str
    seed: int = SEED
    version: int = 1


class Prepared(Struct, frozen=True):
    """A demonstration that is ready to be looked at. `made` is None where its logs were there already."""

    logs: Path
    lake: Path
    manifest: Path
    made: Counts | None
    report: IngestReport


def check_day(as_of: dt.date) -> None:
    """The times of the 90 days before `as_of` are among those that are read of logs.

    Raises: UserError where they are not.
    """
    first, last = dt.date(FIRST_YEAR, 1, 1) + dt.timedelta(days=DAYS), dt.date(LAST_YEAR, 12, 31)
    if not first <= as_of <= last:
        message = f"logs of the {DAYS} days before {as_of} would not be read"
        raise UserError(message, hint=f"name a day from {first} to {last}")


def prepare(
    folder: Path, *, as_of: dt.date, now: dt.datetime, progress: Progress, processes: int | None = None
) -> Prepared:
    """The folder holds the logs of the 90 days before `as_of`, and a lake into which all of them went.

    A folder that was prepared for the same day is used as it is. `now` is naive UTC.
    Raises: UserError where the folder holds anything else.
    """
    mark = Mark(as_of.isoformat())
    unfinished = folder / UNFINISHED
    logs, lake, manifest = folder / "logs", folder / "lake", folder / MANIFEST
    made = None
    if not _is_made(folder, mark):
        shutil.rmtree(unfinished, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(example_manifest(), manifest)
        shutil.copytree(example_manifest().parent / POLICIES, folder / POLICIES, dirs_exist_ok=True)
        progress.begin("writing logs", DAYS, unit="days")
        made = generate(
            unfinished,
            as_of=as_of,
            manifest=manifest,
            processes=processes,
            told=lambda _: progress.advance(1),
        )
        unfinished.rename(logs)
        (folder / MARKER).write_bytes(msgspec.json.encode(mark))
    report = ingest([str(logs)], lake, manifest=manifest, now=now, progress=progress, processes=processes)
    return Prepared(logs, lake, manifest, made, report)


def _is_made(folder: Path, mark: Mark) -> bool:
    """Whether the folder holds just this demonstration; False where it holds nothing, or one that broke off.

    Raises: UserError where it holds anything else.
    """
    if not folder.is_dir() or {one.name for one in folder.iterdir()} <= {MANIFEST, POLICIES, UNFINISHED}:
        return False
    marker = folder / MARKER
    if not marker.is_file():
        raise UserError(f"the folder `{folder}` holds something else", hint="name an empty or a new folder")
    try:
        held = decoded(marker.read_bytes(), Mark)
    except msgspec.DecodeError:
        held = None
    if held != mark:
        raise UserError(
            f"the folder `{folder}` holds the demonstration of another day",
            hint="name another folder, or remove this one",
        )
    return True
