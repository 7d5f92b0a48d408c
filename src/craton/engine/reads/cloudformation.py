"""What is read of AWS CloudFormation: stacks of Craton, and stack sets with their instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question, begins_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    own = f"Stacks[?{begins_with('StackName', at.stacks)}]"
    template = Following(each=own, operation="GetTemplate", taken={"StackName": "StackId"})
    yield Question(operation="DescribeStacks", then=(template,))
    if at.asks_organization and at.is_home:
        told = {} if at.is_management else {"CallAs": "DELEGATED_ADMIN"}
        yield Question(
            operation="ListStackSets",
            parameters={**told, "Status": "ACTIVE"},
            then=tuple(
                Following(
                    each=f"Summaries[?starts_with(StackSetName, '{at.names.stack_set}')]",
                    operation=operation,
                    taken={"StackSetName": "StackSetName"},
                    parameters=told,
                )
                for operation in ("DescribeStackSet", "ListStackInstances")
            ),
        )


PLAN: Final = Plan(service="cloudformation", questions=_questions)
