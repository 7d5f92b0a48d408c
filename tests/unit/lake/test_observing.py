from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from craton.engine.ingestion import derivation_of
from craton.lake.lake import Lake
from craton.lake.progress import Silent
from craton.registry.tables import tables

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 10, 1, 12, 0)  # noqa: DTZ001 - times of the lake are naive UTC


def row(collection: str, **told: Any) -> dict[str, Any]:
    example = {**tables()["observed"].example(), "collection": collection}
    return {**example, "collected_at": NOW, "observed_at": NOW, **told}


def observe(lake: Lake, collection: str, *rows: dict[str, Any]) -> int:
    return lake.observe(rows, collection=collection, collected_at=NOW)


def counted(lake: Lake) -> list[tuple[Any, ...]]:
    return lake.ask("SELECT collection, count(*) FROM observed GROUP BY 1 ORDER BY 1").rows


def test_a_collection_is_committed_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.create()
    first = observe(lake, "a", row("a"), row("a", region="us-west-2"))
    assert observe(lake, "a", row("a")) == first
    observe(lake, "b", row("b"))
    assert counted(lake) == [("a", 2), ("b", 1)]
    told = "SELECT collection, region, reads, answered FROM collection_daily ORDER BY 1, 2"
    assert lake.ask(told).rows == [
        ("a", "us-east-1", 1, 1),
        ("a", "us-west-2", 1, 1),
        ("b", "us-east-1", 1, 1),
    ]


def test_a_rebuild_keeps_what_was_observed(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.create()
    observe(lake, "a", row("a", answer='{"a":1}'))
    lake.rebuild(
        lambda _: None, derivation=derivation_of(None), keep=None, now=NOW, processes=1, progress=Silent()
    )
    assert lake.ask("SELECT collection, answer FROM observed").rows == [("a", '{"a":1}')]
    assert lake.ask("SELECT reads FROM collection_daily").rows == [(1,)]
