"""Conformance packs of an account, as stacks that Config itself makes there.

Source: "PutConformancePack", docs.aws.amazon.com/config/latest/APIReference/API_PutConformancePack.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.credentials import service_caller
from craton.emulator.runtime.naming import letters
from craton.emulator.services.config.pack_template import RULE, of_pack
from craton.emulator.services.config.service import rules
from craton.emulator.stacks.library import stacks_of
from craton.emulator.stacks.scope import given_parameters

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from craton.emulator.services.config.service import Rule
    from craton.emulator.stacks.stack import Stack
    from craton.emulator.stacks.template import Template
    from craton.emulator.world import World

PRINCIPAL: Final = "config-conforms.amazonaws.com"
"""As whom Config makes what packs hold."""
_LONGEST_STACK_NAME: Final = 128
_DONE: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_NEVER_MADE: Final = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED")


@dataclass(slots=True, kw_only=True)
class Pack:
    """A pack. `created_by` is the service that made it for an organization; None where a principal did.

    `state` is one of the enum ConformancePackState; `given` are the parameters of its template.
    """

    name: str
    id: str
    account: str
    region: str
    given: Mapping[str, str | None]
    requested: dt.datetime
    created_by: str | None = None
    completed: dt.datetime | None = None
    state: str = "CREATE_IN_PROGRESS"
    reason: str | None = None
    stack: Stack | None = None

    @property
    def arn(self) -> str:
        """The pack's ARN."""
        return f"arn:aws:config:{self.region}:{self.account}:conformance-pack/{self.name}/{self.id}"

    @property
    def is_busy(self) -> bool:
        """Whether it is being made, changed or removed."""
        return self.state.endswith("_IN_PROGRESS")

    def told(self) -> dict[str, Any]:
        """What every answer tells of it."""
        return {
            "ConformancePackName": self.name,
            "ConformancePackArn": self.arn,
            "ConformancePackId": self.id,
        }


def packs(world: World, account: str, region: str) -> dict[str, Pack]:
    """The packs of an account and Region by name."""
    return world.shelf(account, region, "config conformance packs")


def new_pack(world: World, account: str, region: str, name: str, *, created_by: str | None = None) -> Pack:
    """A pack of that name, which is there from now on and holds nothing yet."""
    made = Pack(
        name=name,
        id=f"conformance-pack-{letters(f'{account}/{region}/{name}', 9)}",
        account=account,
        region=region,
        given={},
        requested=world.now(),
        created_by=created_by,
    )
    packs(world, account, region)[name] = made
    return made


def deploy(world: World, pack: Pack, template: Template, given: Mapping[str, str | None]) -> None:
    """The pack is as its template says, or has failed and tells why."""
    pack.given = given
    own = of_pack(template, pack.id)
    parameters = given_parameters(own, given, {})
    stacks = stacks_of(world, pack.account, pack.region)
    if pack.stack is not None and pack.stack.status in _NEVER_MADE:
        stacks.deployment(pack.stack).delete()
        pack.stack = None
    if pack.stack is None:
        name = f"awsconfigconforms-{pack.name[: _LONGEST_STACK_NAME - 60]}-{pack.id}"
        caller = service_caller(pack.account, PRINCIPAL)
        pack.stack = stacks.add(name, own, parameters, caller=caller, region=pack.region)
        stacks.deployment(pack.stack).create()
    else:
        stacks.deployment(pack.stack).update(own, parameters)
    verb = pack.state.partition("_")[0]
    is_done = pack.stack.status in _DONE
    pack.reason = None if is_done else _why(pack.stack)
    pack.completed = world.now()
    pack.state = f"{verb}_{'COMPLETE' if is_done else 'FAILED'}"


def _why(stack: Stack) -> str:
    """Why the first resource failed."""
    return next(
        (str(one.reason) for one in stack.events if one.status.endswith("_FAILED") and one.reason),
        str(stack.reason),
    )


def remove(world: World, pack: Pack) -> None:
    """The pack is gone with its rules, or has failed to go and tells why."""
    if pack.stack is not None and not pack.stack.is_gone:
        stacks_of(world, pack.account, pack.region).deployment(pack.stack).delete()
        if not pack.stack.is_gone:
            pack.reason, pack.state = _why(pack.stack), "DELETE_FAILED"
            return
    packs(world, pack.account, pack.region).pop(pack.name, None)


def rules_of(world: World, pack: Pack) -> list[Rule]:
    """The rules that a pack holds."""
    held = rules(world, pack.account, pack.region)
    resources = pack.stack.resources.values() if pack.stack else ()
    names = [one.made.physical_id for one in resources if one.type == RULE and one.made is not None]
    return [held[name] for name in names if name in held]
