"""A manifest compiled: the files that follow from it, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.compiler.template import Template, template
from craton.compiler.template_text import template_text
from craton.core.diagnostic import Diagnostic
from craton.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent
    from craton.core.resource import Output, Resource, TemplateName

_DESCRIPTIONS: Final[dict[TemplateName, str]] = {
    "management": "Amazon Bedrock, governed: what the management account holds",
    "hub": "Amazon Bedrock, governed: the account where logs of all accounts rest",
    "member": "Amazon Bedrock, governed: what each account of an environment holds",
}


class Artifact(Struct, frozen=True, order=True):
    """One file. Shapes: `path` is relative, with `/`."""

    path: str
    content: bytes


class Compilation(Struct, frozen=True, kw_only=True):
    """What a manifest comes to. With an error among the `diagnostics`, nothing of it should be deployed."""

    artifacts: tuple[Artifact, ...]
    diagnostics: tuple[Diagnostic, ...]


def compiled(intent: Intent) -> Compilation:
    """The files of a manifest, in the order of their paths."""
    found = [
        Artifact(f"cloudformation/{one.name}.yaml", template_text(one.document)) for one in templates(intent)
    ]
    return Compilation(artifacts=tuple(sorted(found)), diagnostics=())


def templates(intent: Intent) -> Iterator[Template]:
    """The templates in which anything is made."""
    made = resources(intent)
    for name, description in _DESCRIPTIONS.items():
        if any(one.template == name for one in made):
            yield template(
                name,
                made,
                description=description,
                environments=[one.name for one in intent.environments],
                home_region=intent.home_region,
            )


def resources(intent: Intent) -> tuple[Resource | Output, ...]:
    """What all kinds want to exist."""
    return tuple(one for kind in kinds() for one in kind.resources(intent))
