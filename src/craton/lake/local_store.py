"""Files, folders and globs of this machine as an object store."""

from __future__ import annotations

import glob
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal
from urllib.parse import quote, unquote_to_bytes

from craton.core.errors import UserError
from craton.core.ports import SourceObject

if TYPE_CHECKING:
    from collections.abc import Iterator

# What other programs write while they are not done: editors and copiers, and the download of an S3 object
# by the AWS CLI, which carries eight hexadecimal digits until it is complete.
_UNFINISHED: Final = re.compile(
    r".*(?:~|\.tmp|\.temp|\.part|\.partial|\.crdownload|\.swp)|.+\.[^.]+\.[0-9A-Fa-f]{8}"
)

_FILE: Final = "file://"
_WILDCARD: Final = re.compile(r"[*?\[]")


class LocalStore:
    """Reads what is on this machine.

    `uri` is an absolute path, as named, symbolic links not resolved; where that is no UTF-8, its `file://`
    address.

    A folder is read with all its folders. Left out, unless named themselves: hidden files and folders, files
    that another program is still writing (`.tmp`, `.part`…), and what is no regular file. Each folder is read
    once, however many symbolic links lead there.
    """

    def list(self, location: str) -> Iterator[SourceObject]:
        """The files of `location`, which is a file, a folder or a glob, in ascending order of `uri`.

        A file that cannot be read is listed all the same: it is `open` that fails.

        Raises: UserError where nothing is there, or a folder cannot be read.
        """
        named = os.path.expanduser(location)  # noqa: PTH111 - a Path would lose a trailing `**/`
        found = set(_files(location, named))
        if not found:
            raise UserError(
                f"no file in `{location}`",
                hint="hidden files and files still being written are left out; name such a file to read it",
            )
        yield from sorted(SourceObject(uri=_as_text(path), size=_size(path)) for path in found)

    def open(self, uri: str) -> BinaryIO:
        """The bytes of one file as a stream, as stored.

        Raises: UserError where the file is gone or may not be read.
        """
        try:
            return Path(_as_path(uri)).open("rb")
        except FileNotFoundError as error:
            raise UserError(f"the file `{uri}` is gone", hint="it was there when it was listed") from error
        except PermissionError as error:
            raise UserError(f"the file `{uri}` may not be read", hint="check its permissions") from error
        except OSError as error:
            raise UserError(f"the file `{uri}` cannot be opened: {_reason(error)}") from error


def _files(location: str, named: str) -> Iterator[str]:
    place = _absolute(named)
    if os.path.lexists(place):
        yield from _files_at(place)
        return
    if not _WILDCARD.search(named):
        raise UserError(f"no file or folder `{location}`", hint=_nearest(place))
    pattern = os.path.join(glob.escape(str(Path.cwd())), named)  # noqa: PTH118 - a Path would lose `**/`
    matches = glob.glob(pattern, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    if not matches:
        raise UserError(f"no file matches `{location}`", hint="`**` reaches into folders, `*` does not")
    for match in matches:
        if not _UNFINISHED.fullmatch(Path(match).name):
            yield from _files_at(_absolute(match))


def _absolute(path: str) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - Path.absolute keeps `..`, Path.resolve follows links


def _files_at(place: str) -> Iterator[str]:
    """The file, or every file under the folder, at a path that exists."""
    match _kind(place):
        case "folder":
            yield from _files_under(place)
        case "file":
            yield place
        case "other":
            raise UserError(f"`{place}` is no file or folder", hint="write what it gives to a file first")


def _files_under(folder: str) -> Iterator[str]:
    seen: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            status = Path(here).stat()
            names = sorted(os.listdir(here))  # noqa: PTH208 - names are enough, and there may be millions
        except OSError as error:
            raise UserError(
                f"the folder `{here}` cannot be read: {_reason(error)}",
                hint="what is in it would be missing; check its permissions, or name the folders beside it",
            ) from error
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        folders = []
        for name in names:
            path = f"{here.rstrip('/')}/{name}"
            kind = "hidden" if name.startswith(".") else _kind(path)
            if kind == "folder":
                folders.append(path)
            elif kind == "file" and not _UNFINISHED.fullmatch(name):
                yield path
        # The first by name is read first, so that of two links to one folder the same one always counts.
        waiting += reversed(folders)


def _kind(path: str) -> Literal["folder", "file", "other"]:
    """What is at a path. A link to nowhere or in a circle counts as a file, for `open` to report."""
    try:
        mode = Path(path).stat().st_mode
    except OSError:
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "other"


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _as_text(path: str) -> str:
    """The path, or where its name is no text, which the lake could not keep, a `file://` address of it."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return _FILE + quote(os.fsencode(path))
    return path


def _as_path(uri: str) -> str:
    """The path behind an address that `_as_text` gave."""
    return os.fsdecode(unquote_to_bytes(uri.removeprefix(_FILE))) if uri.startswith(_FILE) else uri


def _nearest(place: str) -> str:
    """Which part of a path is there."""
    there = next(p for p in Path(place).parents if os.path.exists(p))  # noqa: PTH110 - Path.exists may raise
    return f"`{there}` exists, `{Path(place).relative_to(there).parts[0]}` is not in it"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
