"""Statements are packed into documents that keep within their quotas, and none is lost."""

from __future__ import annotations

import json

import msgspec
import pytest

from craton.compiler.packing import packed
from craton.registry.quotas import quota

SIZE = msgspec.structs.replace(quota("scp_characters"), limit=1_000, warn_above=500)


def unit(name: str, characters: int) -> list[dict[str, str]]:
    return [{"Sid": name, "Action": "x" * characters}]


def sids(documents: tuple[bytes, ...]) -> list[list[str]]:
    return [[one["Sid"] for one in json.loads(document)["Statement"]] for document in documents]


def test_few_documents_hold_all_in_the_order_of_their_statements() -> None:
    found = packed([unit("A", 60), unit("B", 200), unit("C", 60), unit("D", 80)], SIZE, 5)
    assert found.fits
    assert sids(found.documents) == [["A", "C"], ["B", "D"]]
    assert all(len(one) <= 500 for one in found.documents)
    assert all(one.endswith(b"}\n") for one in found.documents)


def test_a_unit_stays_whole_where_one_document_holds_it() -> None:
    found = packed([[*unit("A1", 150), *unit("A2", 150)], [*unit("B1", 150), *unit("B2", 20)]], SIZE, 5)
    assert sids(found.documents) == [["A1", "A2"], ["B1", "B2"]]


def test_a_unit_that_no_document_holds_is_taken_apart() -> None:
    found = packed([[*unit("A1", 300), *unit("A2", 300)]], SIZE, 5)
    assert sids(found.documents) == [["A1"], ["A2"]]


@pytest.mark.parametrize(("room", "most", "spaced"), [(3, 500, True), (2, 500, False), (1, 1_000, False)])
def test_where_there_is_less_room_documents_are_written_closely_and_then_larger(
    room: int, most: int, spaced: bool
) -> None:
    found = packed([unit("A", 180), unit("B", 180), unit("C", 180)], SIZE, room)
    assert found.fits
    assert len(found.documents) <= room
    assert all(len(one) <= most for one in found.documents)
    assert (b"\n" in found.documents[0]) is spaced
    assert sorted(sid for one in sids(found.documents) for sid in one) == ["A", "B", "C"]


def test_what_fits_nowhere_is_said_to() -> None:
    assert not packed([unit("A", 2_000)], SIZE, 5).fits
    assert not packed([unit("A", 800), unit("B", 800)], SIZE, 1).fits
