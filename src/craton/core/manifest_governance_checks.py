"""What a manifest's statements, exceptions and tags must say of its environments and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.manifest_origin import Path, fault, repeated, unknown_accounts
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import Manifest
    from craton.core.manifest_origin import Check, Origin

_ANY: Final = "*"


def statements_name_environments_once(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """No statement names an environment twice."""
    for name, choice in manifest.statements.items():
        path: Path = ("statements", name, "environments")
        named = [((*path, index), one) for index, one in enumerate(choice.environments or ())]
        for text, at, _ in repeated(origin, named):
            hint = "remove one of the two"
            yield fault("environment_twice", f"the environment {ticked(text)} is named twice", at, hint)


def exceptions_are_for_known_accounts(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each principal of an exception is of an account of the organization, or of any."""
    named: list[tuple[Path, str]] = []
    for number, exception in enumerate(manifest.exceptions):
        path: Path = ("exceptions", number, "principals")
        principals = [((*path, index), one) for index, one in enumerate(exception.principals)]
        for place, principal in principals:
            account = principal.split(":")[4] if principal.count(":") > 4 else ""  # noqa: PLR2004 - ARN
            if account != _ANY and origin.whole(place):
                named.append((place, account))
        for text, at, _ in repeated(origin, principals):
            yield fault("principal_twice", f"{ticked(text)} stands twice", at, "remove one of the two")
    yield from unknown_accounts(manifest, origin, named)


def tags_are_listed_once(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """No tag is required twice, in whatever case: AWS tells keys apart by case, people and bills do not."""
    first: dict[str, str] = {}
    for index, tag in enumerate(manifest.tags.required):
        other = first.setdefault(tag.lower(), tag)
        if index and other != tag:
            hint = f"{ticked(other)} stands before it: keep one spelling"
            message = f"the tag {ticked(tag)} differs from another one in case alone"
            yield fault("tag_twice", message, origin.place(("tags", "required", index)), hint)
    paths = [(("tags", "required", index), tag) for index, tag in enumerate(manifest.tags.required)]
    for text, place, _ in repeated(origin, paths):
        yield fault("tag_twice", f"the tag {ticked(text)} is listed twice", place, "remove one of the two")


GOVERNANCE_CHECKS: Final[tuple[Check, ...]] = (
    statements_name_environments_once,
    exceptions_are_for_known_accounts,
    tags_are_listed_once,
)
