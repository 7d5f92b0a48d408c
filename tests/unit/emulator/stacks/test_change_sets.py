from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.stacks.stacking import BROKEN, Stacking, topic

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal


class ChangeSets(Stacking):
    """Stacks that are changed by change sets."""

    def propose(self, resources: dict[str, Any], kind: str = "UPDATE", **more: Any) -> dict[str, Any]:
        """What a change set of the stack tells."""
        call = {key: more.pop(key) for key in ("Tags", "OnStackFailure") if key in more}
        body = json.dumps({"Resources": resources, **more})
        self.client.create_change_set(
            StackName="one", ChangeSetName="set", ChangeSetType=kind, TemplateBody=body, **call
        )
        return self.told()

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.describe_change_set(StackName="one", ChangeSetName="set")
        return found

    def execute(self) -> str:
        self.client.execute_change_set(StackName="one", ChangeSetName="set")
        self.rehearsal.rest()
        return self.status()


@pytest.fixture
def sets(rehearsal: Rehearsal) -> ChangeSets:
    return ChangeSets(rehearsal)


def changes(told: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    found = [one["ResourceChange"] for one in told["Changes"]]
    return {
        one["LogicalResourceId"]: (one["Action"], one.get("Replacement"), tuple(one["Scope"]))
        for one in found
    }


def test_a_stack_is_made_by_a_change_set(sets: ChangeSets) -> None:
    told = sets.propose({"A": topic("a")}, "CREATE")
    assert (told["Status"], told["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert changes(told) == {"A": ("Add", None, ())}
    assert sets.status() == "REVIEW_IN_PROGRESS"
    assert sets.topics() == []
    assert sets.execute() == "CREATE_COMPLETE"
    assert sets.topics() == ["a"]


def test_a_change_set_tells_what_becomes_of_each_resource(sets: ChangeSets) -> None:
    sets.create(
        {
            "Same": topic("same"),
            "Place": topic("place", DisplayName="x"),
            "Replaced": topic("r", DisplayName="x"),
            "Follows": topic("f", DisplayName={"Ref": "Replaced"}),
            "Gone": topic("gone"),
        }
    )
    told = sets.propose(
        {
            "Same": topic("same"),
            "Place": topic("place", DisplayName="y"),
            "Replaced": topic("r2", DisplayName="x"),
            "Follows": topic("f", DisplayName={"Ref": "Replaced"}, Metadata={"a": 1}),
            "New": topic("n"),
        }
    )
    found = changes(told)
    assert found == {
        "Place": ("Modify", "False", ("Properties",)),
        "Replaced": ("Modify", "True", ("Properties",)),
        "Follows": ("Modify", "False", ("Metadata",)),
        "New": ("Add", None, ()),
        "Gone": ("Remove", None, ()),
    }
    detail = next(
        one["ResourceChange"]["Details"]
        for one in told["Changes"]
        if one["ResourceChange"]["LogicalResourceId"] == "Replaced"
    )
    assert detail[0]["Target"] == {
        "Attribute": "Properties",
        "Name": "TopicName",
        "RequiresRecreation": "Always",
    }
    assert sets.topics() == ["f", "gone", "place", "r", "same"]
    assert sets.execute() == "UPDATE_COMPLETE"
    assert sets.topics() == ["f", "n", "place", "r2", "same"]


def test_a_change_set_without_changes_has_failed(sets: ChangeSets) -> None:
    sets.create({"A": topic("a")})
    told = sets.propose({"A": topic("a")})
    assert (told["Status"], told["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert told["StatusReason"] == (
        "The submitted information didn't contain changes. Submit different information to create a "
        "change set."
    )
    with pytest.raises(ClientError) as caught:
        sets.execute()
    assert caught.value.response["Error"]["Code"] == "InvalidChangeSetStatus"


def test_tags_alone_are_a_change(sets: ChangeSets) -> None:
    sets.create({"A": topic("a")})
    told = sets.propose({"A": topic("a")}, Tags=[{"Key": "team", "Value": "search"}])
    assert changes(told) == {"A": ("Modify", "False", ("Tags",))}
    assert sets.execute() == "UPDATE_COMPLETE"
    assert sets.described()["Tags"] == [{"Key": "team", "Value": "search"}]


@pytest.mark.parametrize(
    ("what", "status", "left"),
    [("ROLLBACK", "ROLLBACK_COMPLETE", []), ("DO_NOTHING", "CREATE_FAILED", ["a"])],
)
def test_a_change_set_says_what_becomes_of_a_stack_that_fails(
    sets: ChangeSets, what: str, status: str, left: list[str]
) -> None:
    sets.propose({"A": topic("a"), "B": {**BROKEN, "DependsOn": "A"}}, "CREATE", OnStackFailure=what)
    assert sets.execute() == status
    assert sets.topics() == left


def test_executing_a_change_set_is_the_end_of_the_others(sets: ChangeSets) -> None:
    sets.create({"A": topic("a")})
    body = json.dumps({"Resources": {"A": topic("a", DisplayName="other")}})
    sets.client.create_change_set(StackName="one", ChangeSetName="other", TemplateBody=body)
    sets.propose({"A": topic("a", DisplayName="x")})
    sets.execute()
    assert sets.client.list_change_sets(StackName="one")["Summaries"] == []


def test_a_change_set_needs_a_stack_that_is_as_it_says(sets: ChangeSets) -> None:
    with pytest.raises(ClientError, match="Stack with id one does not exist"):
        sets.propose({"A": topic("a")})
    sets.create({"A": topic("a")})
    with pytest.raises(ClientError, match="already exists"):
        sets.propose({"A": topic("a")}, "CREATE")
