"""Getting logs into a lake, and keeping the lake in order."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from craton.codec.canonical_json import encode
from craton.core.attribution import Attribution
from craton.core.errors import UserError
from craton.engine.lakes import lake_of
from craton.engine.sources import open_sources
from craton.lake.derivation import Derivation
from craton.lake.ingestion import prepare_for
from craton.logs.bodies import Keep
from craton.registry.prices import price_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from craton.core.manifest import Manifest
    from craton.core.ports import ObjectStore, SourceObject
    from craton.lake.compaction import CompactReport
    from craton.lake.ingestion import IngestReport
    from craton.lake.lake import Lake
    from craton.lake.progress import Progress
    from craton.lake.rebuilding import RebuildReport


def ingest(
    sources: Sequence[str],
    lake: Path,
    *,
    manifest: Path | None,
    now: dt.datetime,
    progress: Progress,
    processes: int | None = None,
) -> IngestReport:
    """Every record of the sources is in the lake, attributed and priced by the manifest, or by none.

    `now` is naive UTC; `processes` is by default one for each core.
    Raises: UserError where a source or the manifest cannot be read, or the folder is no lake.
    """
    found = list(_objects(sources, lake))
    prepare_for(found)
    into, known = lake_of(lake, manifest)
    return into.ingest(
        found,
        derivation=derivation_of(known),
        keep=keep_of(known, into),
        now=now,
        processes=processes or cores(),
        progress=progress,
    )


def compact(lake: Path, *, manifest: Path | None, progress: Progress) -> CompactReport:
    """Every day of the lake stands in as few files as it can; no row has changed."""
    into, _ = lake_of(lake, manifest)
    return into.compact(progress)


def rebuild(
    lake: Path, *, manifest: Path | None, now: dt.datetime, progress: Progress, processes: int | None = None
) -> RebuildReport:
    """The lake's rows are derived again from their sources, with what the manifest says now."""
    into, known = lake_of(lake, manifest)
    return into.rebuild(
        _found,
        derivation=derivation_of(known),
        keep=keep_of(known, into),
        now=now,
        processes=processes or cores(),
        progress=progress,
    )


def derivation_of(manifest: Manifest | None) -> Derivation:
    """What rows are derived with."""
    return Derivation(
        attribution=Attribution(manifest),
        prices=price_table(manifest.price_overrides() if manifest else ()),
        profiles=manifest.profiles_by_arn() if manifest else {},
        digest=_digest_of(manifest),
    )


def _digest_of(manifest: Manifest | None) -> str:
    """Equal for manifests that give equal rows: of what decides on rows, and of nothing else."""
    deciding = manifest and (
        {account.id: (account.ou, account.earlier) for account in manifest.organization.accounts},
        {name: (one.organizational_units, one.accounts) for name, one in manifest.environments.items()},
        manifest.owners,
        manifest.profiles_by_arn(),
        manifest.prices,
        manifest.privacy,
    )
    return hashlib.sha256(encode(deciding)).hexdigest()[:16]


def keep_of(manifest: Manifest | None, lake: Lake) -> Keep | None:
    """What of bodies may be kept; None where the manifest, or the lack of one, allows nothing."""
    privacy = manifest.privacy if manifest else None
    if privacy is None or (privacy.store_text == "none" and not privacy.prefix_hash):
        return None
    return Keep(
        input_text=privacy.store_text in ("input", "both"),
        output_text=privacy.store_text in ("output", "both"),
        prefix_key=lake.prefix_key() if privacy.prefix_hash else None,
        prefix_characters=privacy.prefix_hash_characters,
    )


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _objects(sources: Sequence[str], lake: Path) -> Iterator[tuple[ObjectStore, SourceObject]]:
    """Each object of the sources once, in the order of the sources; the lake's own files are none."""
    seen: set[str] = set()
    own = (f"{lake.absolute()}{os.sep}", f"{os.path.realpath(lake)}{os.sep}")
    for store, location in open_sources(sources):
        for found in store.list(location):
            if found.uri not in seen and not found.uri.startswith(own):
                seen.add(found.uri)
                yield store, found


def _found(uri: str) -> tuple[ObjectStore, SourceObject] | None:
    """The object at an address that was read once; None where it is gone."""
    try:
        ((store, location),) = open_sources([uri])
        return store, next(one for one in store.list(location) if one.uri == uri)
    except (UserError, StopIteration):
        return None
