"""What is read of AWS KMS: the keys of Craton, their policies and whether they rotate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


_KEY: Final = tuple(
    Following(
        each="Aliases[?starts_with(AliasName, 'alias/craton-') && TargetKeyId]",
        operation=operation,
        taken={"KeyId": "TargetKeyId"},
        parameters=parameters,
    )
    for operation, parameters in (
        ("DescribeKey", {}),
        ("GetKeyPolicy", {"PolicyName": "default"}),
        ("GetKeyRotationStatus", {}),
    )
)


def _questions(_at: Place) -> Iterator[Question]:
    yield Question(operation="ListAliases", then=_KEY)


PLAN: Final = Plan(service="kms", questions=_questions)
