"""Files that their owner alone may read, and that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_for_owner(path: Path, data: bytes) -> None:
    """Afterwards the file holds that, for its owner alone, whatever was there before.

    Whoever is killed meanwhile leaves the file as it was, and a hidden one beside it. What is no regular
    file, as a pipe, is written to and stays. Raises: OSError.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    place = Path(os.path.realpath(path))
    temporary = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
