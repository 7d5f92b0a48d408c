"""The models of services that botocore brings, read some times as fast as by botocore itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
from botocore.loaders import JSONFileLoader, Loader

from craton.codec.packed_file import unpacked


class ServiceModels(Loader):  # type: ignore[misc]  # botocore tells no types
    """What botocore's loader finds in its own folders and in those that are named as in AWS_DATA_PATH."""

    def __init__(self, path: str | None) -> None:
        places = [] if path is None else path.split(os.pathsep)
        super().__init__([os.path.expanduser(os.path.expandvars(one)) for one in places], _Files())  # noqa: PTH111 - as botocore takes a path
        self._services: list[str] | None = None

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - see below
        """The services that have any data. Which they have is looked for when it is read, one by one."""
        if self._services is None:
            found = (one for place in self.search_paths if Path(place).is_dir() for one in os.scandir(place))
            self._services = sorted({one.name for one in found if one.is_dir()})
        return self._services


class _Files(JSONFileLoader):  # type: ignore[misc]  # the same
    """Reads files as botocore's own loader does."""

    def load_file(self, file_path: str) -> Any:
        """What the file holds, or None where it is not there; the path comes without `.json`."""
        data = unpacked(Path(f"{file_path}.json"))
        return None if data is None else msgspec.json.decode(data)
