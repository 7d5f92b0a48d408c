from __future__ import annotations

import gzip
import io
import random

import pytest

from craton.logs.unpacking import Break, unpacked

LINES = b"".join(b'{"n":%d,"noise":"%032x"}\n' % (n, random.Random(n).getrandbits(128)) for n in range(4000))


def read(stored: bytes) -> tuple[bytes, list[tuple[str, int]]]:
    data, breaks = b"", []
    for piece in unpacked(lambda: io.BytesIO(stored)):
        if isinstance(piece, Break):
            breaks.append((piece.reason, len(data)))
        else:
            data += piece
    return data, breaks


@pytest.mark.parametrize(
    "stored",
    [
        LINES,
        gzip.compress(LINES),
        gzip.compress(gzip.compress(LINES)),
        gzip.compress(LINES[:999]) + gzip.compress(LINES[999:]),
        gzip.compress(gzip.compress(LINES[:999]) + gzip.compress(LINES[999:])),
        gzip.compress(LINES) + b"\0" * 512,
        gzip.compress(LINES) + gzip.compress(b""),
        gzip.compress(LINES[:999]) + gzip.compress(LINES[999:], mtime=1),
    ],
    ids=[
        *("plain", "gzip", "gzip in gzip", "two members", "two members in gzip", "padding", "empty member"),
        "two members of other times",
    ],
)
def test_a_sound_object_gives_all_its_bytes_and_no_break(stored: bytes) -> None:
    assert read(stored) == (LINES, [])


def test_the_same_member_twice_is_read_twice() -> None:
    assert read(gzip.compress(LINES) * 2) == (LINES * 2, [])


@pytest.mark.parametrize("junk", [b"junk", b"", b"\0" * 8], ids=["junk", "trailer", "padding"])
def test_what_follows_a_member_is_not_taken_for_its_end(junk: bytes) -> None:
    """Behind the member stands what its own end looks like."""
    stored = gzip.compress(LINES)
    assert read(stored + junk + stored[-8:]) == (LINES, [("not_gzip", len(LINES))])


@pytest.mark.parametrize("size", [0, 1, len(LINES) - 1, len(LINES) + 1, 2**32 - 1])
def test_a_size_that_is_not_that_of_the_content_is_a_break(size: int) -> None:
    data, breaks = read(gzip.compress(LINES)[:-4] + size.to_bytes(4, "little"))
    assert LINES.startswith(data)
    assert breaks


@pytest.mark.parametrize("limit", ["MOST_AT_ONCE", "MOST_UNPACKED_AT_ONCE"])
def test_what_is_too_large_to_be_unpacked_at_once_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    for most in (10, 1_000, len(gzip.compress(LINES)), len(LINES)):
        monkeypatch.setattr(f"craton.logs.unpacking.{limit}", most)
        assert read(gzip.compress(LINES)) == (LINES, [])
        assert read(gzip.compress(gzip.compress(LINES))) == (LINES, [])


def test_nothing_gives_nothing() -> None:
    assert read(b"") == (b"", [])
    assert read(gzip.compress(b"")) == (b"", [])


@pytest.mark.parametrize("layers", [1, 2])
def test_a_cut_member_gives_its_readable_beginning_and_a_break_where_it_was_cut(layers: int) -> None:
    stored = LINES
    for _ in range(layers):
        stored = gzip.compress(stored)

    data, breaks = read(stored[: len(stored) // 2])

    assert LINES.startswith(data)
    assert len(data) > len(LINES) // 3
    assert breaks == [("truncated_gzip", len(data))]


def test_a_damaged_member_costs_its_rest_and_not_the_members_after_it() -> None:
    damaged = bytearray(gzip.compress(LINES))
    damaged[2000:2010] = b"\xff" * 10

    data, breaks = read(bytes(damaged) + gzip.compress(LINES))

    assert data.endswith(LINES)
    assert LINES.startswith(data[: -len(LINES)][:1000])
    assert [reason for reason, _ in breaks] == ["damaged_gzip"]


def test_bytes_between_members_are_told_and_passed_over() -> None:
    stored = gzip.compress(LINES) + b"not a member" + gzip.compress(b"after")

    assert read(stored) == (LINES + b"after", [("not_gzip", len(LINES))])


def test_any_damage_is_survived_and_the_bytes_before_it_are_kept() -> None:
    sound = gzip.compress(LINES)
    for seed in range(60):
        chance = random.Random(seed)
        stored = bytearray(sound)
        first = chance.randrange(100, len(stored))
        stored[first] ^= 1 + chance.randrange(255)

        data, breaks = read(bytes(stored))

        assert breaks or data == LINES, seed
        whole = gzip_prefix(sound[:first])
        assert data.startswith(whole[: max(0, len(whole) - 64)]), seed


def gzip_prefix(cut: bytes) -> bytes:
    data, _ = read(cut)
    return data
