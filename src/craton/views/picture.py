"""Pictures of charts, drawn without a browser, and the script that draws them in one."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import threading
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

import vl_convert

if TYPE_CHECKING:
    from collections.abc import Mapping

_SNIPPET: Final = "window.vegaEmbed = vegaEmbed;"
_making = threading.Lock()


def svg(specification: Mapping[str, Any]) -> str:
    """The chart of a Vega-Lite specification that has a width, as an SVG document."""
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(specification), allowed_base_urls=[])
    return drawn


@functools.cache
def script_version() -> str:
    """What changes when `script` does; cheap."""
    told = [metadata.version("vl-convert-python"), vl_convert.get_vega_version(), _SNIPPET]
    return hashlib.sha256(" ".join(told).encode()).hexdigest()[:12]


def script() -> bytes:
    """What draws charts in a browser: the JavaScript of Vega, Vega-Lite and Vega-Embed as one file.

    It sets `vegaEmbed` and nothing else. The first time takes a second or two.
    """
    with _making:
        return _script()


def packed_script() -> bytes:
    """`script`, packed with gzip."""
    with _making:
        return _packed_script()


@functools.cache
def _script() -> bytes:
    bundle: str = vl_convert.javascript_bundle(_SNIPPET)
    return bundle.encode()


@functools.cache
def _packed_script() -> bytes:
    return gzip.compress(_script(), compresslevel=9, mtime=0)
