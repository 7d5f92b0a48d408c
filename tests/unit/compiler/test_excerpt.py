"""A part of a template stands by itself, with parameters for what is around it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.compiler.manifests import wanted

from craton.compiler.excerpt import excerpt
from craton.compiler.strategy_files import strategy_documents
from craton.core.resource import Resource, attribute, ref


def resource(name: str, properties: Any = None, **more: Any) -> Resource:
    return Resource(template="member", id=name, type="AWS::SNS::Topic", properties=properties or {}, **more)


def taken(*made: Resource) -> tuple[list[str], tuple[str, ...]]:
    held, given = excerpt(made, lambda one: one.id == "Budget")
    return [one.id for one in held], given


def test_what_serves_it_alone_comes_along_however_far() -> None:
    action = resource("Budget", {"Role": attribute("Role", "Arn")})
    role = resource("Role", {"Boundary": ref("Boundary")})
    assert taken(action, role, resource("Boundary")) == (["Budget", "Role", "Boundary"], ())


def test_what_serves_others_too_is_given_by_a_parameter() -> None:
    alarm = resource("Alarm", {"To": ref("Topic")})
    assert taken(resource("Budget", {"To": ref("Topic")}), alarm, resource("Topic")) == (
        ["Budget"],
        ("Topic",),
    )


def test_an_attribute_of_what_stands_elsewhere_cannot_be_given() -> None:
    alarm = resource("Alarm", {"Key": ref("Key")})
    with pytest.raises(ValueError, match="asks for an attribute of `Key`"):
        taken(resource("Budget", {"Of": [attribute("Key", "Arn")]}), alarm, resource("Key"))


def test_it_waits_for_nothing_that_is_not_there() -> None:
    after = resource("Budget", depends_on=("Alarm",))
    (held,), _ = excerpt(
        [after, resource("Alarm"), resource("Other", {"At": ref("Alarm")})], lambda one: one.id == "Budget"
    )
    assert held.depends_on == ()


@pytest.mark.parametrize("more", ["", "budgets: {stop_at_percent: 120}\n"])
def test_the_budget_of_a_manifest_stands_by_itself(more: str) -> None:
    (document,) = (one for path, one in strategy_documents(wanted(more)[0]) if "budget" in path)
    types = {one["Type"] for one in document["Resources"].values()}
    assert "AWS::Budgets::Budget" in types
    assert ("AWS::Budgets::BudgetsAction" in types) == bool(more)
    assert set(document["Parameters"]) == {"Environment", "AlarmTopic"}
