"""Calls of AWS's API as values: reads and what they answered, and calls that change something.

Rooms that decide make these values; the one room that talks to AWS carries them out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

Status = Literal["answered", "absent", "denied", "unsupported", "failed"]
"""How a read ended: with an answer; what it asks for is not there; the caller may not ask; the service or the
operation does not exist in that Region; or it failed for another reason."""


class Read(Struct, frozen=True, kw_only=True):
    """A question to AWS that changes nothing.

    `service` is boto3's name of it, `operation` and `parameters` are AWS's. `account` and `region` are where
    it is asked. All pages are one answer.
    """

    account: str
    region: str
    service: str
    operation: str
    parameters: Mapping[str, Any] = {}

    @property
    def key(self) -> str:
        """The same text for the same question, whatever the order of its parameters."""
        return msgspec.json.encode(
            (self.account, self.region, self.service, self.operation, self.parameters), order="sorted"
        ).decode()


class Observation(Struct, frozen=True, kw_only=True):
    """What a read came to.

    Units: `at` is naive UTC. Shapes: `answer` is JSON as AWS words it, with all pages joined and secrets
    masked, times in ISO 8601 and bytes in Base64; None unless the status is `answered`. `error` is AWS's own
    code, `message` its words.
    """

    read: Read
    at: dt.datetime
    status: Status
    answer: Any = None
    error: str | None = None
    message: str | None = None


class Call(Struct, frozen=True, kw_only=True):
    """A call that changes something, or has AWS look at something for a while; and when it is over.

    `until` tells of an operation that goes on after the call has returned. `done` tells which errors say that
    what is wanted is so: by AWS's code, after which `until` is still waited for, or by words of the message,
    after which nothing is. The same call of the same `occasion`, such as one run of a plan, is carried out
    once however often it is made, where AWS takes a token for that. `looks` says that nothing is changed, so
    that whoever reads may make it.
    """

    account: str
    region: str
    service: str
    operation: str
    parameters: Mapping[str, Any] = {}
    until: Until | None = None
    done: tuple[str, ...] = ()
    occasion: str = ""
    looks: bool = False


class Until(Struct, frozen=True, kw_only=True):
    """The end of an operation that goes on by itself.

    `operation` is asked with `parameters`, into which the fields `taken` of the call's answer are put (key:
    the parameter, value: the field), until what stands at `path` of its answer is one of `succeeded` or
    `failed`. `absent` among them means that what is asked for is not there. `reason` is the path of the words
    that say why.
    Shapes: paths are JMESPath.
    """

    operation: str
    parameters: Mapping[str, Any] = {}
    taken: Mapping[str, str] = {}
    path: str
    succeeded: tuple[str, ...]
    failed: tuple[str, ...]
    reason: str | None = None
