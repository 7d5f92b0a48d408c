"""What is asked of a service at one place, and what is asked of each thing that it answers.

Shapes: what is taken of an answer is told as JMESPath.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import jmespath
from msgspec import Struct

from craton.core.cloud_call import Read
from craton.core.manifest import Names

OWN_NAMES: Final = "craton-bedrock"
"""What the names of most things begin with that Craton makes."""


class Place(Struct, frozen=True, kw_only=True):
    """One account and Region, and what the account is in the organization.

    `is_home` says that what exists once in an account is asked here; `asks_organization` that the account may
    be asked of the organization as a whole, which is the management account or one that it has delegated to.
    """

    account: str
    region: str
    is_home: bool
    is_management: bool
    is_hub: bool
    asks_organization: bool
    names: Names

    @property
    def stacks(self) -> tuple[str, ...]:
        """What names of Craton's stacks begin with, and of what CloudFormation names after them."""
        names = self.names
        return (names.management_stack, names.hub_stack, f"StackSet-{names.stack_set}-")


class Question(Struct, frozen=True, kw_only=True):
    """One operation, and what follows from its answer."""

    operation: str
    parameters: Mapping[str, Any] = {}
    then: tuple[Following, ...] = ()


class Following(Struct, frozen=True, kw_only=True):
    """What is asked of each thing in an answer.

    `each` leads to the things, `taken` to what each parameter is of a thing (`@`: the thing itself); `kept`
    are parameters that are those of the question before. `again` says that the same is asked of what this is
    answered, as long as there is something.
    """

    each: str
    operation: str
    taken: Mapping[str, str]
    kept: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = {}
    then: tuple[Following, ...] = ()
    again: bool = False

    def questions(self, asked: Question, answer: Any) -> Iterator[Question]:
        """The question of each thing in the answer to what was asked."""
        kept = {name: asked.parameters[name] for name in self.kept}
        then = (*self.then, self) if self.again else self.then
        for thing in jmespath.search(self.each, answer) or ():
            found = {name: jmespath.search(path, thing) for name, path in self.taken.items()}
            if all(value is not None for value in found.values()):
                parameters = {**self.parameters, **kept, **found}
                yield Question(operation=self.operation, parameters=parameters, then=then)


def begins_with(field: str, names: tuple[str, ...]) -> str:
    """The condition, in JMESPath, that a field begins with one of these names."""
    return " || ".join(f"starts_with({field}, '{name}')" for name in names)


Questions: TypeAlias = Callable[[Place], Iterator[Question]]


class Plan(Struct, frozen=True, kw_only=True):
    """The questions of one service."""

    service: str
    questions: Questions

    def reads(self, at: Place) -> Iterator[tuple[Read, Question]]:
        """What is asked first at a place."""
        for question in self.questions(at):
            yield self.read(question, at.account, at.region), question

    def read(self, question: Question, account: str, region: str) -> Read:
        """A question as it is asked at a place."""
        return Read(
            account=account,
            region=region,
            service=self.service,
            operation=question.operation,
            parameters=question.parameters,
        )
