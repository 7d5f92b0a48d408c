"""The unpacked stream to the bytes of a file: gzip in all its states, and what people take for gzip."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import itertools
import lzma
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


class Stored(Struct, frozen=True):
    """A file's bytes. Of the unpacked stream the first `readable` bytes must be read; of the rest, if
    `perhaps`, some may be. `damaged` says that the file must tell of its damage; `name` is its end."""

    data: bytes
    readable: int
    perhaps: bool = False
    damaged: bool = False
    name: str = ".json.gz"


Pack = "Callable[[bytes, Random], Stored]"


def whole(
    change: Callable[[bytes, Random], bytes], name: str = ".json.gz"
) -> Callable[[bytes, Random], Stored]:
    """A container that damages nothing."""

    def pack(data: bytes, random: Random) -> Stored:
        return Stored(change(data, random), len(data), name=name)

    return pack


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, 6, mtime=0)


def members(data: bytes, random: Random, count: int) -> bytes:
    """Several gzip members, cut anywhere."""
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(count - 1))
    edges = [0, *cuts, len(data)]
    return b"".join(zipped(data[a:b]) for a, b in itertools.pairwise(edges))


def with_header_fields(data: bytes, random: Random) -> bytes:
    """A member whose header carries every optional field."""
    _ = random
    header = b"\x1f\x8b\x08\x1e" + b"\x00" * 4 + b"\x00\xff"
    header += struct.pack("<H", 6) + b"AB\x02\x00xy" + b"name of the file.json\x00" + b"a comment\x00"
    header += struct.pack("<H", zlib.crc32(header) & 0xFFFF)
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = compressor.compress(data) + compressor.flush()
    return header + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def recovered(stored: bytes) -> bytes:
    """What zlib can get out of the first member of damaged bytes."""
    reader = zlib.decompressobj(31)
    out = bytearray()
    for i in range(len(stored)):
        try:
            out += reader.decompress(stored[i : i + 1])
        except zlib.error:
            break
    return bytes(out)


def common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    least = min(len(one), len(other))
    if one[:least] == other[:least]:
        return least
    return next(i for i in range(least) if one[i] != other[i])


def truncated(data: bytes, random: Random) -> Stored:
    stored = zipped(data)
    stored = stored[: random.randrange(20, max(21, len(stored) - 8))]
    return Stored(stored, common(recovered(stored), data), damaged=True)


def truncated_after_a_member(data: bytes, random: Random) -> Stored:
    cut = random.randrange(len(data) + 1)
    second = zipped(data[cut:])
    second = second[: random.randrange(1, max(2, len(second) - 8))]
    return Stored(zipped(data[:cut]) + second, cut + common(recovered(second), data[cut:]), damaged=True)


def truncated_inside(data: bytes, random: Random) -> Stored:
    """The outer gzip is sound, the inner one was cut."""
    inner = truncated(data, random)
    return Stored(zipped(inner.data), inner.readable, damaged=True)


def truncated_outside(data: bytes, random: Random) -> Stored:
    """Firehose's gzip around CloudWatch's was cut."""
    outer = truncated(zipped(data), random)
    inner = recovered(outer.data)
    return Stored(outer.data, common(recovered(inner), data), damaged=True)


def no_trailer(data: bytes, random: Random) -> Stored:
    _ = random
    return Stored(zipped(data)[:-8], len(data), damaged=True)


def wrong_checksum(data: bytes, random: Random) -> Stored:
    _ = random
    stored = zipped(data)
    return Stored(stored[:-8] + bytes([stored[-8] ^ 0xFF]) + stored[-7:], len(data), damaged=True)


def wrong_size(data: bytes, random: Random) -> Stored:
    _ = random
    stored = zipped(data)
    return Stored(stored[:-1] + bytes([stored[-1] ^ 0x55]), len(data), damaged=True)


def changed_byte(data: bytes, random: Random) -> Stored:
    stored = bytearray(zipped(data))
    at = random.randrange(len(_HEADER), len(stored) - 8)
    stored[at] ^= 1 << random.randrange(8)
    return Stored(bytes(stored), common(recovered(bytes(stored)), data), perhaps=True, damaged=True)


def garbage_between(data: bytes, random: Random) -> Stored:
    cut = random.randrange(len(data) + 1)
    noise = random.randbytes(random.randrange(1, 600)).replace(b"\x1f", b"?")
    return Stored(zipped(data[:cut]) + noise + zipped(data[cut:]), cut, perhaps=True, damaged=True)


def garbage_after(data: bytes, random: Random) -> Stored:
    return Stored(zipped(data) + b"?" + random.randbytes(100).replace(b"\x1f", b"?"), len(data), damaged=True)


def plain_then_gzip(data: bytes, random: Random) -> Stored:
    """A plain file to which a gzip member was appended."""
    _ = random
    return Stored(data + b"\n" + zipped(b'{"level":"info"}\n'), len(data), damaged=True)


def foreign(change: Callable[[bytes], bytes], name: str = ".json.gz") -> Callable[[bytes, Random], Stored]:
    """Compressed in another way: nobody asks that it can be read, only that it does not vanish."""

    def pack(data: bytes, random: Random) -> Stored:  # noqa: ARG001 - all are called alike
        return Stored(change(data), 0, perhaps=True, damaged=True, name=name)

    return pack


def zip_archive(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("log.json"), data)
    return out.getvalue()


def zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, codec="zstd", asbytes=True))


SOUND: dict[str, Any] = {
    "gzip": whole(lambda data, _: zipped(data)),
    "gzip, stored": whole(lambda data, _: gzip.compress(data, 0, mtime=0)),
    "plain": whole(lambda data, _: data, ".json"),
    "plain named .gz": whole(lambda data, _: data),
    "gzip named .json": whole(lambda data, _: zipped(data), ".json"),
    "gzip without extension": whole(lambda data, _: zipped(data), ""),
    "gzip named .parquet": whole(lambda data, _: zipped(data), ".parquet"),
    "gzip in an odd name": whole(lambda data, _: zipped(data), " it's [odd] 100%*?{x} ünï\n.json.gz"),
    "two members": whole(lambda data, random: members(data, random, 2)),
    "fifty members": whole(lambda data, random: members(data, random, 50)),
    "a member for each byte of some": whole(lambda data, random: members(data, random, 400)),
    "empty members between": whole(lambda data, random: zipped(b"") + members(data, random, 2) + zipped(b"")),
    "gzip in gzip": whole(lambda data, _: zipped(zipped(data))),
    "members in gzip": whole(lambda data, random: zipped(members(data, random, 3))),
    "members in members": whole(lambda data, random: members(members(data, random, 3), random, 3)),
    "gzip with header fields": whole(with_header_fields),
    "gzip in zero padding": whole(lambda data, _: zipped(data) + b"\x00" * 5_000),
}
DAMAGED: dict[str, Any] = {
    "gzip cut": truncated,
    "second member cut": truncated_after_a_member,
    "inner gzip cut": truncated_inside,
    "outer gzip cut": truncated_outside,
    "gzip without its trailer": no_trailer,
    "gzip with a wrong checksum": wrong_checksum,
    "gzip with a wrong size": wrong_size,
    "gzip with one bit changed": changed_byte,
    "garbage between members": garbage_between,
    "garbage after gzip": garbage_after,
    "gzip after plain text": plain_then_gzip,
}
FOREIGN: dict[str, Any] = {
    "zlib named .gz": foreign(zlib.compress),
    "raw deflate named .gz": foreign(lambda data: zlib.compress(data)[2:-4]),
    "bzip2 named .gz": foreign(bz2.compress),
    "xz named .gz": foreign(lzma.compress),
    "zip named .gz": foreign(zip_archive),
    "zstd named .gz": foreign(zstd),
    "UTF-16": foreign(lambda data: data.decode("utf-8", "replace").encode("utf-16"), ".json"),
    "UTF-32": foreign(lambda data: data.decode("utf-8", "replace").encode("utf-32"), ".json"),
    "base64": foreign(base64.b64encode, ".json"),
}
