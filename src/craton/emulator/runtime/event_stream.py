"""Answers that come in events, as bytes of the type `application/vnd.amazon.eventstream`.

Source: "Event stream encoding", docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html, retrieved
2026-11-26; botocore's parser reads the same form.
"""

from __future__ import annotations

import binascii
import json
import struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CONTENT_TYPE: Final = "application/vnd.amazon.eventstream"
_TEXT: Final = 7
"""The type of header values that are text."""


def stream(events: Iterable[tuple[str, Mapping[str, Any]]]) -> bytes:
    """The bytes of events, each with its type and its payload."""
    return b"".join(_message(kind, payload) for kind, payload in events)


def _message(kind: str, payload: Mapping[str, Any]) -> bytes:
    named = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(_header(name, value) for name, value in named.items())
    body = json.dumps(payload, separators=(",", ":")).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(body), len(headers))
    head = prelude + struct.pack("!I", binascii.crc32(prelude))
    whole = head + headers + body
    return whole + struct.pack("!I", binascii.crc32(whole))


def _header(name: str, value: str) -> bytes:
    told = value.encode()
    return struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", _TEXT, len(told)) + told
