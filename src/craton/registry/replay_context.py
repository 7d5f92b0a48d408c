"""What recorded calls tell of the requests that they were: `content/reference/replay_context.yaml`."""

from __future__ import annotations

import datetime as dt
import functools
from importlib import resources
from typing import Final, Literal

import msgspec
from msgspec import Struct, field

from craton.codec.plain_yaml import plain
from craton.core.errors import DataError
from craton.registry.iam import iam_reference

KeyOrigin = Literal["api_event", "invocation", "leg", "nothing"]
ResourceOrigin = Literal["model_id", "resources", "request_parameters"]
RECORDED: Final[tuple[KeyOrigin, ...]] = ("api_event", "invocation")
"""The origins whose keys stand in a record, rather than follow from what was called."""


class KeySource(Struct, frozen=True, forbid_unknown_fields=True, rename={"origin": "from"}):
    """Where one condition key comes from.

    `value` is SQL over the columns of the event (`e`) and of the invocation (`i`); `null` says what it means
    where that is NULL. `absent_when` and `unknown_when` are SQL too, and hold whatever `value` says.
    """

    key: str
    origin: KeyOrigin
    reason: str
    source: str
    value: str | None = None
    null: Literal["absent", "unknown"] = "unknown"
    absent_when: str | None = None
    unknown_when: str | None = None


class ResourceSource(Struct, frozen=True, forbid_unknown_fields=True, rename={"origin": "from"}):
    """One way to the resource of a call, and for which calls it is one."""

    origin: ResourceOrigin
    of: str
    reason: str
    source: str


class ReplayContext(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that the file says."""

    retrieved: dt.date
    keys: tuple[KeySource, ...]
    resources: tuple[ResourceSource, ...]
    services: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, key: str) -> KeySource | None:
        """Where a key comes from, `aws:PrincipalTag/team` included; None where there is no row."""
        known = iam_reference().condition_key(key)
        name = (known.name if known else key).lower()
        return next((one for one in self.keys if one.key.lower() == name), None)

    def prefixes(self, event_source: str) -> tuple[str, ...]:
        """The prefixes of the actions of a service that CloudTrail names, as `bedrock.amazonaws.com`."""
        service = event_source.partition(".")[0]
        return self.services.get(service, (service,))


@functools.cache
def replay_context() -> ReplayContext:
    """What is said of every key.

    Raises: DataError where the file is damaged.
    """
    file = resources.files("craton") / "content" / "reference" / "replay_context.yaml"
    try:
        found = msgspec.convert(plain(file.read_text("utf-8")), ReplayContext)
    except msgspec.ValidationError as error:
        raise DataError(f"`{file.name}` does not tell where keys come from: {error}") from error
    for one in found.keys:
        if (one.value is not None) != (one.origin in RECORDED):
            raise DataError(
                f"`{file.name}`: `{one.key}` from {one.origin} must have a value only if recorded"
            )
    return found
