"""The templates beside those of the organization: for one account alone, and of what it is held to.

They are made of the same resources as the others, so that none can say something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.compiler.excerpt import excerpt
from craton.compiler.layout import BUDGETS, COMPLIANCE_RULES, SINGLE_ACCOUNT
from craton.compiler.single_account import standing_alone, within_one_account
from craton.compiler.succession import resources
from craton.compiler.template import template
from craton.kinds.conformance_pack import pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from craton.core.intent import Intent
    from craton.core.resource import Output, Resource

_ALONE: Final = "Amazon Bedrock, governed: one account that stands alone"
_COSTS: Final = "Amazon Bedrock, governed: what one account may spend, apart from everything else"
_TOPIC: Final = "the ARN of the topic that is told; its policy lets budgets.amazonaws.com publish"


def strategy_documents(intent: Intent) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each file's path, and the document that stands in it."""
    alone = standing_alone(intent)
    yield SINGLE_ACCOUNT, _document(intent, within_one_account(alone, resources(alone)), _ALONE)
    yield BUDGETS, _budgets(intent)
    yield COMPLIANCE_RULES, pack(intent)


def _budgets(intent: Intent) -> Mapping[str, Any]:
    """The budget of an account by itself; who is told is given when it is deployed."""
    members = [one for one in resources(intent) if one.template == "member"]
    held, given = excerpt(members, lambda one: one.type.startswith("AWS::Budgets::"))
    document = dict(_document(intent, held, _COSTS))
    topics = {name: {"Type": "String", "Description": _TOPIC} for name in given}
    document["Parameters"] = {**document.get("Parameters", {}), **topics}
    return document


def _document(intent: Intent, made: Sequence[Resource | Output], description: str) -> Mapping[str, Any]:
    return template(
        "member",
        made,
        description=description,
        environments=[one.name for one in intent.environments],
        home_region=intent.home_region,
    ).document
