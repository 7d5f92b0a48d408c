"""Where a manifest came from, as its checks see it, and the problems that they tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from msgspec import Struct

from craton.core.diagnostic import Diagnostic, Place
from craton.core.organization import up_from
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from craton.core.manifest import Manifest

Path: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead from a manifest to one of its values."""


UNITS: Final = ("organization", "organizational_units")


class Origin(Protocol):
    """The file that a manifest came from: leads back from its values, and tells what is flawed there."""

    def place(self, path: Path) -> Place:
        """Where the value stands, or the nearest around it."""

    def key_place(self, path: Path) -> Place:
        """Where the key stands that the path ends in."""

    def whole(self, *paths: Path) -> bool:
        """Whether nothing is wrong at these paths and below them."""

    def complete(self, path: Path) -> bool:
        """Whether every item of the list at `path`, or every key of the mapping, could be read."""

    def flawed_keys(self, path: Path) -> frozenset[str]:
        """The keys of the mapping at `path`, as they are written, at or below which something is wrong."""


Check: TypeAlias = "Callable[[Manifest, Origin], Iterator[Diagnostic]]"


def fault(rule: str, message: str, place: Place, hint: str | None = None) -> Diagnostic:
    """A problem that keeps the manifest from being used."""
    return Diagnostic(rule=rule, message=message, place=place, hint=hint)


def warning(rule: str, message: str, place: Place, hint: str | None = None) -> Diagnostic:
    """A problem that the manifest can be used with."""
    return Diagnostic(rule=rule, message=message, place=place, hint=hint, severity="warning")


def repeated(origin: Origin, texts: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, Place, int]]:
    """Each text that stands a second time: the text, its place, and the line of the first."""
    first: dict[str, Path] = {}
    for path, text in texts:
        if text in first:
            yield text, origin.place(path), origin.place(first[text]).line
        elif text:
            first[text] = path


def unread(
    origin: Origin, path: Path, texts: Iterable[str], key: str | None = None
) -> tuple[str, ...] | None:
    """The texts of the list at `path` that do not have their form, as they are written.

    `texts` are all of the draft, in mappings those under `key`. None where an item or its text is missing: it
    may be anything.
    """
    if not origin.complete(path):
        return None
    below = () if key is None else (key,)
    flawed = tuple(text for at, text in enumerate(texts) if not origin.whole((*path, at, *below)))
    return flawed if all(flawed) else None


def may_be_among(text: str, unread: Iterable[str] | None) -> bool:
    """Whether something that could not be read may turn out to be `text` once it is mended.

    Only where it may not can be said that a list lacks the text.
    """
    return unread is None or nearest(text, unread) is not None


def unknown_accounts(
    manifest: Manifest, origin: Origin, named: Iterable[tuple[Path, str]]
) -> Iterator[Diagnostic]:
    """A problem for each account that is named but none of the organization."""
    ids = [account.id for account in manifest.organization.accounts]
    known, flawed = set(ids), unread(origin, ("organization", "accounts"), ids, "id")
    for path, account_id in named:
        if account_id in known or not origin.whole(path) or may_be_among(account_id, flawed):
            continue
        hint = did_you_mean(account_id, known) or "add it under `organization.accounts`"
        message = f"account {ticked(account_id)} is not in the organization"
        yield fault("account_unknown", message, origin.place(path), hint)


def unknown_units(
    manifest: Manifest, origin: Origin, named: Iterable[tuple[Path, str]]
) -> Iterator[Diagnostic]:
    """A problem for each OU that is named but none of the organization."""
    organization = manifest.organization
    known = organization.unit_paths()
    flawed = unread(origin, UNITS, [unit.path for unit in organization.organizational_units], "path")
    meant = None if flawed is None else [path for text in flawed for path in up_from(_joined(text))]
    for path, unit in named:
        if unit in known or not origin.whole(path) or may_be_among(unit, meant):
            continue
        below_root = unit.partition("/")[2]
        if below_root in known:
            hint = f"paths begin below the root: write `{below_root}`"
        else:
            hint = did_you_mean(unit, known) or "add it under `organization.organizational_units`"
        message = f"the OU {ticked(unit)} is not in the organization"
        yield fault("ou_unknown", message, origin.place(path), hint)


def _joined(text: str) -> str:
    """The names in a text that is no path, as those of one."""
    return "/".join(part for part in re.split(r"\s*[/\\>]+\s*", text.strip()) if part)


class WholeFile(Struct, frozen=True):
    """The origin of a manifest that was sound when it was read: its file, without lines."""

    file: str

    def place(self, path: Path) -> Place:  # noqa: ARG002 - as every origin takes it
        """The file."""
        return Place(self.file)

    def key_place(self, path: Path) -> Place:  # noqa: ARG002 - as every origin takes it
        """The file."""
        return Place(self.file)

    def whole(self, *paths: Path) -> bool:  # noqa: ARG002 - as every origin takes it
        """True."""
        return True

    def complete(self, path: Path) -> bool:  # noqa: ARG002 - as every origin takes it
        """True."""
        return True

    def flawed_keys(self, path: Path) -> frozenset[str]:  # noqa: ARG002 - as every origin takes it
        """None."""
        return frozenset()
