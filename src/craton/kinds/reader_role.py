"""The role by which Craton in the hub reads how an account is set up. It changes nothing, and reads no texts.

In the management account CloudFormation looks for drift as this role, which must therefore be allowed to read
what its stack holds; in members StackSets does, with a role of its own.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html, retrieved
2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.kinds.parts.access import DEPLOYER, HUB, READER, from_the_hub, grouped, working_role
from craton.registry import handlers
from craton.registry.reading_actions import read_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent
    from craton.core.resource import Resource


def _resources(intent: Intent) -> Iterator[Resource]:
    trust = [from_the_hub(intent, HUB, DEPLOYER)]
    looking = {*handlers.looking("management"), *handlers.looking("access")}
    of_management = {*read_in("management"), *looking}
    yield from working_role("management_access", READER, trust, grouped(of_management))
    yield from working_role("member_access", READER, trust, grouped(read_in("member")))


KIND: Final = Kind(name="reader_role", title="Reading role of the hub", resources=_resources)
