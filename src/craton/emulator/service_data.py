"""The data of botocore and moto, read quickly.

Each session of botocore has a loader with a memory of its own, and moto and boto3 make many sessions. What
they only read is given to all of them; clients change the models of their services, which each gets anew.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final

import moto
import msgspec
from botocore.loaders import JSONFileLoader, Loader
from moto.utilities import utils

from craton.codec.packed_file import unpacked


class Files(JSONFileLoader):  # type: ignore[misc]  # botocore tells no types
    """Reads files as botocore's own loader does."""

    def load_file(self, file_path: str) -> Any:
        """What the file holds, or None where it is not there; the path comes without `.json`."""
        return _anew(file_path) if "/service-" in file_path else _once(file_path)


def _anew(file_path: str) -> Any:
    return _read(Path(f"{file_path}.json"))


_once: Final = functools.cache(_anew)


def _read(path: Path) -> Any:
    """What a JSON file holds, which may be packed; None where there is none."""
    data = _bytes(path)
    return None if data is None else msgspec.json.decode(data)


_bytes: Final = functools.lru_cache(maxsize=64)(unpacked)
"""Unpacking takes as long as decoding, and a service has clients in many Regions."""


def _resource(resource: str) -> Any:
    """A file of moto's package, such as all types of instances of EC2; each time a copy of its own."""
    found = _read(Path(moto.__path__[0]) / resource.removesuffix(".gz"))
    if found is None:
        raise FileNotFoundError(resource)
    return found


_look: Final = Loader.list_available_services


def _available(loader: Loader, type_name: str) -> list[str]:
    """The services of which there is data of a type, after thousands of files were looked for once."""
    places = tuple(loader.search_paths)
    if (places, type_name) not in _found:
        _found[places, type_name] = _look(loader, type_name)
    return _found[places, type_name]


_found: Final[dict[tuple[tuple[str, ...], str], list[str]]] = {}


def share() -> None:
    """From now on every loader of botocore that is made in this process, and moto, read through here."""
    Loader.FILE_LOADER_CLASS = Files
    Loader.list_available_services = _available
    utils.load_resource = _resource
