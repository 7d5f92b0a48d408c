"""What became of a request, and through which statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from craton.core.policy import Effect, PolicyKind, Statement

if TYPE_CHECKING:
    from craton.core.diagnostic import Place

Outcome = Literal["allowed", "explicit_deny", "implicit_deny", "unknown"]


class Deciding(Struct, frozen=True):
    """A statement that a decision rests on. `level` counts from 1, the root; None where there are none."""

    kind: PolicyKind
    level: int | None
    policy: str
    statement: Statement

    @property
    def effect(self) -> Effect:
        """What the statement does."""
        return self.statement.effect

    @property
    def place(self) -> Place:
        """Where the statement stands."""
        return self.statement.place


class Decision(Struct, frozen=True, kw_only=True):
    """The answer to a request.

    `blocked_by` names the kinds of policies that deny: by a statement where the outcome is `explicit_deny`,
    by allowing nothing where it is `implicit_deny`; where it is `unknown`, those that may. `statements` are
    the denying ones, or all that allow, or those whose effect is not known; an implicit denial has none.
    `unknown_keys` are the keys that would settle an `unknown`, in the spelling of the request.
    """

    outcome: Outcome
    blocked_by: tuple[PolicyKind, ...] = ()
    statements: tuple[Deciding, ...] = ()
    unknown_keys: tuple[str, ...] = ()
