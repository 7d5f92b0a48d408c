"""The end of the stack that an account had before: accounts move between environments.

The environment that it left and the one that it came to are two stack sets, which AWS lets work at once. Both
stacks have roles and alarms of the same names, so that the new one waits until the old one is gone. All other
resources of a member come after this one: see `craton.compiler.succession`.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import FORMER_STACK, Resource, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

FUNCTION: Final = "LoggingFunction"
"""That of the invocations' logging does this, too: a template has few bytes for programs."""
STACK_PART: Final = f"{FORMER_STACK}.Part"
"""An attribute: eight characters that no other stack has."""


def _resources(intent: Intent) -> Iterator[Resource]:
    yield Resource(
        template="member",
        id=FORMER_STACK,
        type="Custom::FormerStack",
        properties={
            "ServiceToken": attribute(FUNCTION, "Arn"),
            "Former": f"StackSet-{intent.manifest.names.stack_set}-",
        },
    )


KIND: Final = Kind(
    name="former_stack",
    title="End of the account's former stack",
    resources=_resources,
)
