"""Where a manifest came from, as its checks see it, and the problems that they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct

from craton.core.diagnostic import Diagnostic, Place
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from craton.core.manifest import Manifest

Path: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead from a manifest to one of its values."""


class Origin(Protocol):
    """The file that a manifest came from: leads back from its values, and tells what is flawed there."""

    def place(self, path: Path) -> Place:
        """Where the value stands, or the nearest around it."""

    def key_place(self, path: Path) -> Place:
        """Where the key stands that the path ends in."""

    def whole(self, *paths: Path) -> bool:
        """Whether nothing is wrong at these paths and below them."""

    def complete(self, path: Path) -> bool:
        """Whether every item of the list at `path` could be read."""


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


def names_all(origin: Origin, path: Path, count: int, key: str) -> bool:
    """Whether the list at `path`, of which a draft has `count` items, is whole as far as `key` goes.

    Only then can be said that something is not in it.
    """
    return origin.complete(path) and origin.whole(*((*path, index, key) for index in range(count)))


def unknown_accounts(
    manifest: Manifest, origin: Origin, named: Iterable[tuple[Path, str]]
) -> Iterator[Diagnostic]:
    """A problem for each account that is named but none of the organization."""
    accounts = manifest.organization.accounts
    known = {account.id for account in accounts}
    if not names_all(origin, ("organization", "accounts"), len(accounts), "id"):
        return
    for path, account_id in named:
        if account_id and account_id not in known and origin.whole(path):
            hint = did_you_mean(account_id, known) or "add it under `organization.accounts`"
            message = f"account {ticked(account_id)} is not in the organization"
            yield fault("account_unknown", message, origin.place(path), hint)


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
