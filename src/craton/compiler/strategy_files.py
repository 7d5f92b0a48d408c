"""The templates beside those of the organization: for one account alone, and of what it is held to.

They are made of the same resources as the others, so that none can say something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.compiler.layout import SINGLE_ACCOUNT
from craton.compiler.single_account import standing_alone, within_one_account
from craton.compiler.template import template
from craton.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.intent import Intent
    from craton.core.resource import Output, Resource

_ALONE: Final = "Amazon Bedrock, governed: one account that stands alone"


def strategy_documents(intent: Intent) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each file's path, and the document that stands in it."""
    alone = standing_alone(intent)
    yield SINGLE_ACCOUNT, _document(intent, within_one_account(alone, _resources(alone)), _ALONE)


def _resources(intent: Intent) -> tuple[Resource | Output, ...]:
    return tuple(one for kind in kinds() for one in kind.resources(intent))


def _document(intent: Intent, made: tuple[Resource | Output, ...], description: str) -> Mapping[str, Any]:
    return template(
        "member",
        made,
        description=description,
        environments=[one.name for one in intent.environments],
        home_region=intent.home_region,
    ).document
