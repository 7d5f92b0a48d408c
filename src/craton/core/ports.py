"""What the pure rooms need from the world, as Protocols that adapters implement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.cloud_call import Call, Observation, Read


class SourceObject(Struct, frozen=True, order=True):
    """One object of a source: a local file or an S3 object, before it is read.

    `uri` is an absolute path or `s3://bucket/key`. `size` is in bytes as stored. `version` is what changes
    when the bytes change without reading them (an S3 ETag); None where the bytes themselves must be read.
    """

    uri: str
    size: int
    version: str | None = None


class ObjectStore(Protocol):
    """Lists and reads the objects of a source. Implementations must be picklable: workers open objects."""

    def list(self, location: str) -> Iterator[SourceObject]:
        """The objects under `location`, in ascending order of `uri`.

        Raises: UserError where nothing is there; CloudError where the store refuses.
        """

    def open(self, uri: str) -> BinaryIO:
        """The bytes of one object as a stream, as stored (still compressed)."""


class Cloud(Protocol):
    """Asks AWS, and changes what it holds, in any account of an organization."""

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        """What each read came to, in whatever order they end. A read that fails is an observation too."""

    def act(self, call: Call) -> Mapping[str, Any]:
        """AWS's answer, once the operation is over.

        Raises: CloudError where AWS refuses, or the operation fails.
        """


class Held(Struct, frozen=True):
    """Bytes of a state store, and the version that they are."""

    data: bytes
    version: str


class StateStore(Protocol):
    """Keeps a few small objects, of which each is replaced as a whole or not at all."""

    @property
    def place(self) -> str:
        """Where it is, in words."""

    def read(self, key: str) -> Held | None:
        """What stands under a key, if anything. Raises: CloudError."""

    def write(self, key: str, data: bytes, *, over: str | None) -> str | None:
        """The new version, once `data` stands there, and nothing of it if not.

        It is written only where the version `over` stands there, or for None nothing at all; None is told
        where something else does. Raises: CloudError.
        """

    def delete(self, key: str) -> None:
        """Afterwards nothing stands under the key. Raises: CloudError."""

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin so, in ascending order. Raises: CloudError."""
