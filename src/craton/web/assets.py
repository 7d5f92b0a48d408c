"""What pages load: style sheet, script and logo of our own, and the script that draws charts.

Each stands under a name that tells its content, so that a browser keeps it for good.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from craton.views.picture import packed_script, script, script_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_DRAWING: Final = "vega"


class Asset(Struct, frozen=True):
    """A file as it is sent."""

    media_type: str
    plain: bytes
    packed: bytes


@functools.cache
def own() -> Mapping[str, Asset]:
    """Our own files by the name under which they are sent."""
    found = {}
    for file in (resources.files("craton.web") / "static").iterdir():
        stem, _, ending = file.name.rpartition(".")
        if ending in _TYPES:
            plain = file.read_bytes()
            name = f"{stem}-{hashlib.sha256(plain).hexdigest()[:12]}.{ending}"
            found[name] = Asset(f"{_TYPES[ending]}; charset=utf-8", plain, gzip.compress(plain, mtime=0))
    return found


@functools.cache
def address(name: str) -> str:
    """The path under which a file of ours, or the drawing script `vega.js`, is sent."""
    if name == f"{_DRAWING}.js":
        return f"/assets/{_DRAWING}-{script_version()}.js"
    stem, _, ending = name.rpartition(".")
    sent = next(one for one in own() if one.startswith(f"{stem}-") and one.endswith(f".{ending}"))
    return f"/assets/{sent}"


def asset(request: Request) -> Response:
    """The file of that name."""
    name = request.path_params["name"]
    if f"/assets/{name}" == address(f"{_DRAWING}.js"):
        found: Asset | None = Asset("text/javascript; charset=utf-8", script(), packed_script())
    else:
        found = own().get(name)
    if found is None:
        return Response(status_code=404)
    packs = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"cache-control": _FOR_GOOD, "vary": "Accept-Encoding"}
    if packs:
        headers["content-encoding"] = "gzip"
    return Response(found.packed if packs else found.plain, media_type=found.media_type, headers=headers)


def icon(_: Request) -> Response:
    """The logo, for browsers that ask for it by its old name."""
    return RedirectResponse(address("craton.svg"), status_code=301)
