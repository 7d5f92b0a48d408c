"""What every object store does, shown on files and on an S3 server over HTTP."""

from __future__ import annotations

import multiprocessing
import os
from typing import TYPE_CHECKING, Literal

import pytest

from craton.core.errors import CratonError, UserError

if TYPE_CHECKING:
    from tests.behaviours.conftest import Place

    from craton.core.ports import ObjectStore


def test_objects_are_listed_with_address_and_size(place: Place) -> None:
    place.put("a/one.json", b"12345")
    (found,) = place.store.list(place.root + "/")
    assert (found.uri, found.size) == (place.at("a/one.json"), 5)


def test_objects_come_in_ascending_order_of_their_address(place: Place) -> None:
    for name in ("b/z", "a-b", "a/c", "a.json", "B", "ä", "a/b/d", "0"):
        place.put(name, b"x")
    names = place.names()
    assert names == sorted(names)
    assert len(names) == 8


def test_a_location_can_be_one_object(place: Place) -> None:
    place.put("one.json", b"x")
    place.put("one.json.gz", b"y")
    assert place.names(place.at("one.json")) == ["one.json"]


def test_a_location_can_be_a_folder_below(place: Place) -> None:
    place.put("a/one", b"x")
    place.put("a/b/two", b"x")
    place.put("c/three", b"x")
    assert place.names(place.at("a/")) == ["a/b/two", "a/one"]


def test_an_empty_object_is_an_object(place: Place) -> None:
    place.put("amazon-bedrock-logs-permission-check", b"")
    (found,) = place.store.list(place.root + "/")
    assert found.size == 0
    with place.store.open(found.uri) as stream:
        assert stream.read() == b""


def test_nothing_there_is_an_error_that_names_the_place(place: Place) -> None:
    place.put("a/one", b"x")
    with pytest.raises(UserError) as caught:
        list(place.store.list(place.at("nowhere/")))
    assert f"`{place.at('nowhere/')}`" in caught.value.message
    assert caught.value.hint


def test_listing_can_stop_early(place: Place) -> None:
    for number in range(3):
        place.put(f"{number}", b"x")
    assert next(iter(place.store.list(place.root + "/"))).uri == place.at("0")


def test_the_bytes_come_as_they_were_stored(place: Place) -> None:
    data = bytes(range(256)) * 20_000
    place.put("big.gz", data)
    with place.store.open(place.at("big.gz")) as stream:
        assert stream.read() == data


def test_a_read_of_some_bytes_gives_as_many_until_the_end(place: Place) -> None:
    data = os.urandom(3_000_001)
    place.put("big", data)
    with place.store.open(place.at("big")) as stream:
        pieces = []
        while piece := stream.read(1_000_000):
            pieces.append(piece)
    assert [len(piece) for piece in pieces] == [1_000_000, 1_000_000, 1_000_000, 1]
    assert b"".join(pieces) == data


def test_lines_can_be_read(place: Place) -> None:
    place.put("lines", b"one\ntwo\nthree")
    with place.store.open(place.at("lines")) as stream:
        assert list(stream) == [b"one\n", b"two\n", b"three"]


def test_an_object_that_went_after_it_was_listed_is_an_error_that_names_it(place: Place) -> None:
    place.put("a", b"x")
    with pytest.raises(CratonError) as caught:
        place.store.open(place.at("b"))
    assert f"`{place.at('b')}`" in caught.value.message
    assert caught.value.hint


def _read(store: ObjectStore, uri: str, answers: multiprocessing.Queue[bytes]) -> None:
    with store.open(uri) as stream:
        answers.put(stream.read())


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_a_store_that_was_used_works_in_another_process(place: Place, way: Literal["fork", "spawn"]) -> None:
    place.put("a", b"hello")
    (found,) = place.store.list(place.root + "/")
    context = multiprocessing.get_context("fork") if way == "fork" else multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[bytes] = context.Queue()
    process = context.Process(target=_read, args=(place.store, found.uri, answers))
    process.start()
    assert answers.get(timeout=60) == b"hello"
    process.join()


def test_names_with_odd_characters_can_be_opened(place: Place) -> None:
    for name in ("a b+c%20.json", "ü[1].json", "x'\"&;.json"):
        place.put(name, name.encode())
    for found in place.store.list(place.root + "/"):
        with place.store.open(found.uri) as stream:
            assert stream.read().decode() == found.uri.removeprefix(place.root + "/")
