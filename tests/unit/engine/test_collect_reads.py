from __future__ import annotations

from typing import TYPE_CHECKING

import botocore.session
import jmespath
import pytest

from craton.core.manifest import Names
from craton.engine.reads import plans
from craton.engine.reads.question import Following, Place, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel

    from craton.engine.reads.question import Plan

HUB_AND_MANAGEMENT = Place(
    account="111111111111",
    region="us-east-1",
    is_home=True,
    is_management=True,
    is_hub=True,
    asks_organization=True,
    names=Names(),
)


def operations(plan: Plan) -> Iterator[tuple[str, set[str], str | None, list[str]]]:
    """Each operation with its parameters, and for what follows the operation before and the paths into it."""

    def following(of: str, one: Following) -> Iterator[tuple[str, set[str], str | None, list[str]]]:
        parameters = {*one.taken, *one.parameters, *one.kept}
        yield one.operation, parameters, of, [one.each]
        for inner in one.then:
            yield from following(one.operation, inner)

    for question in plan.questions(HUB_AND_MANAGEMENT):
        yield question.operation, set(question.parameters), None, []
        for one in question.then:
            yield from following(question.operation, one)


@pytest.mark.slow
@pytest.mark.parametrize("plan", plans().values(), ids=lambda plan: plan.service)
def test_every_question_is_one_that_aws_knows(plan: Plan) -> None:
    service = botocore.session.Session().get_service_model(plan.service)
    asked = list(operations(plan))
    assert asked
    for operation, parameters, before, paths in asked:
        model: OperationModel = service.operation_model(operation)
        members = model.input_shape.members if model.input_shape else {}
        assert parameters <= set(members), operation
        assert set(model.input_shape.required_members if model.input_shape else ()) <= parameters, operation
        for path in paths:
            assert before is not None
            outer = jmespath.compile(path).parsed
            named = {part.partition("[")[0].strip() for part in path.split("||")} if outer else set()
            known = {
                name
                for name in service.operation_names
                if named & set(_outputs(service.operation_model(name)))
            }
            assert before in known, path


def _outputs(model: OperationModel) -> list[str]:
    return list(model.output_shape.members) if model.output_shape else []


def test_what_follows_takes_from_the_answer_and_keeps_from_the_question() -> None:
    following = Following(
        each="Names[?starts_with(@, 'a')]",
        operation="Get",
        taken={"Name": "@"},
        kept=("Of",),
        parameters={"X": 1},
    )
    asked = Question(operation="List", parameters={"Of": "it"})
    told = list(following.questions(asked, {"Names": ["a1", "b", "a2"]}))
    assert [one.parameters for one in told] == [
        {"X": 1, "Of": "it", "Name": "a1"},
        {"X": 1, "Of": "it", "Name": "a2"},
    ]
    assert list(following.questions(asked, {})) == []


def test_a_thing_without_what_is_taken_is_not_asked_about() -> None:
    following = Following(each="Things", operation="Get", taken={"Id": "Id"})
    told = following.questions(Question(operation="List"), {"Things": [{"Id": "1"}, {"Name": "x"}]})
    assert [one.parameters for one in told] == [{"Id": "1"}]


def test_what_is_asked_again_is_asked_of_its_own_answers() -> None:
    again = Following(each="Units", operation="ListUnits", taken={"Parent": "Id"}, again=True)
    (first,) = again.questions(Question(operation="ListRoots"), {"Units": [{"Id": "r"}]})
    (one,) = first.then
    (second,) = one.questions(first, {"Units": [{"Id": "ou"}]})
    assert second.parameters == {"Parent": "ou"}
