from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from craton.core.errors import UserError
from craton.engine.content_skeletons import write_skeleton
from craton.registry.content import Content
from craton.registry.reserved_words import RESERVED

if TYPE_CHECKING:
    from pathlib import Path


def test_reserved_is_what_the_engine_takes_for_no_table() -> None:
    with duckdb.connect(":memory:") as engine:
        words = {word for (word,) in engine.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()}
        assert {word for word in words if not _is_a_name(engine, word)} == RESERVED


def _is_a_name(engine: duckdb.DuckDBPyConnection, word: str) -> bool:
    engine.execute(f'CREATE VIEW "{word}" AS SELECT 1 AS n')
    try:
        engine.execute(
            f"WITH x AS (SELECT * FROM {word}) SELECT {word}.n FROM {word} JOIN {word} b USING (n)"
        )
        engine.execute(f"WITH {word} AS (SELECT 1) SELECT * FROM {word}")
    except duckdb.Error:
        return False
    return True


def test_no_mart_is_named_by_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="`select` is a reserved word of SQL"):
        write_skeleton("mart", "select", tmp_path)
    assert not list(tmp_path.iterdir())

    write_skeleton("mart", "selected", tmp_path).rename(tmp_path / "marts/select.sql")
    with pytest.raises(UserError, match="reserved word"):
        Content.load((tmp_path,))
