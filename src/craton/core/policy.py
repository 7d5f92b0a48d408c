"""Policy documents of IAM and Organizations as values: what a statement says, and where it says it.

Patterns and keys stay as they were written. What they mean is the simulator's business; what is wrong with
them is the linter's.

Source: "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy language",
docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html and reference_policies_grammar.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from msgspec import Struct

from craton.core.diagnostic import Place

Effect = Literal["Allow", "Deny"]
Version = Literal["2008-10-17", "2012-10-17"]
VERSIONS: Final[tuple[Version, ...]] = get_args(Version)
WITH_VARIABLES: Final[Version] = "2012-10-17"
"""The version of the language that knows policy variables; in the older one `${…}` is plain text."""

PolicyKind = Literal["scp", "rcp", "identity", "boundary", "session", "resource", "endpoint"]
"""Where a policy stands on the way of a request; `resource` covers key policies and trust policies too."""

PrincipalKind = Literal["*", "AWS", "Service", "Federated", "CanonicalUser"]


class Text(Struct, frozen=True):
    """A text of a policy with the place where it stands."""

    text: str
    place: Place

    def __str__(self) -> str:
        return self.text


class Patterns(Struct, frozen=True):
    """The element Action, NotAction, Resource or NotResource. `negated` for the two that begin with Not."""

    patterns: tuple[Text, ...]
    negated: bool
    place: Place


class PrincipalPattern(Struct, frozen=True):
    """One principal that a policy names; of kind `*` where the whole element is `"*"`."""

    kind: PrincipalKind
    pattern: Text


class Principals(Struct, frozen=True):
    """The element Principal or NotPrincipal."""

    principals: tuple[PrincipalPattern, ...]
    negated: bool
    place: Place


class Condition(Struct, frozen=True):
    """One line of a Condition element: an operator as it was written, a key, the values it is held to."""

    operator: Text
    key: Text
    values: tuple[Text, ...]


class Statement(Struct, frozen=True, kw_only=True):
    """One statement. `number` counts from 1 within its policy; all `conditions` must hold."""

    number: int
    sid: Text | None
    effect: Effect
    actions: Patterns
    resources: Patterns | None
    principals: Principals | None
    conditions: tuple[Condition, ...]
    place: Place

    @property
    def label(self) -> str:
        """What a person calls the statement: its Sid, or its number."""
        return self.sid.text if self.sid and self.sid.text else f"statement {self.number}"


class Policy(Struct, frozen=True, kw_only=True):
    """One policy document. `name` is what it is called where it is attached, `file` where it was read."""

    name: str
    file: str
    version: Version
    statements: tuple[Statement, ...]
    place: Place
