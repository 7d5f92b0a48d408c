"""Which object store reads what a command was given."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from craton.core.errors import UserError
from craton.lake.local_store import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from craton.core.ports import ObjectStore

_SCHEME: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+)://(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_HINT: Final = "sources are files, folders, globs and `s3://bucket/prefix`"


def open_sources(arguments: Sequence[str]) -> list[tuple[ObjectStore, str]]:
    """For each argument the store that reads it, and the location to ask that store for.

    Whether anything is there shows when the store lists it.

    Raises: UserError for an address that no store reads.
    """
    local, remote = LocalStore(), functools.cache(_s3)
    return [_source(argument, local, remote) for argument in arguments]


def _s3() -> ObjectStore:
    from craton.aws.object_store import S3Store  # noqa: PLC0415 - boto3 is slow to load, and files need none

    return S3Store()


def _source(argument: str, local: LocalStore, remote: Callable[[], ObjectStore]) -> tuple[ObjectStore, str]:
    if not argument:
        raise UserError("a source is empty", hint=_HINT)
    if argument.startswith("arn:"):
        raise UserError(f"`{argument}` is an ARN and no address", hint="write `s3://bucket/prefix`")
    address = _SCHEME.fullmatch(argument)
    if address is None:
        return local, argument
    match address["scheme"].lower():
        case "s3":
            from craton.aws.object_store import split  # noqa: PLC0415 - the same

            location = f"s3://{address['rest']}"
            split(location)
            return remote(), location
        case "file":
            return local, "/" + address["rest"].partition("/")[2]
        case scheme:
            raise UserError(f"`{argument}` cannot be read: no store for `{scheme}://`", hint=_HINT)
