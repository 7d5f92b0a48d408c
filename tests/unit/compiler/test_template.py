"""Resources become one template that serves every environment."""

from __future__ import annotations

from typing import Any

import pytest

from craton.compiler.template import template
from craton.core.resource import ByEnvironment, ByPlace, ByRegion, Output, Resource

ENVIRONMENTS = ("dev", "prod")


def made(*found: Resource | Output, environments: tuple[str, ...] = ENVIRONMENTS) -> dict[str, Any]:
    built = template(
        "member", found, description="members", environments=environments, home_region="us-east-1"
    )
    return dict(built.document)


def topic(**more: Any) -> Resource:
    return Resource(template="member", id="Topic", type="AWS::SNS::Topic", **more)


def within(environment: str) -> dict[str, Any]:
    return {"Fn::Equals": [{"Ref": "Environment"}, environment]}


def chosen(name: str) -> dict[str, Any]:
    return {"Fn::FindInMap": ["Environments", {"Ref": "Environment"}, name]}


def test_what_is_the_same_everywhere_needs_no_parameter() -> None:
    document = made(topic(properties={"TopicName": ByEnvironment({"dev": "alarms", "prod": "alarms"})}))
    assert document["Resources"]["Topic"]["Properties"] == {"TopicName": "alarms"}
    assert "Parameters" not in document
    assert "Mappings" not in document


def test_of_two_values_one_is_chosen_by_a_condition() -> None:
    name = ByEnvironment({"dev": "learn", "test": "learn", "prod": "act"})
    document = made(topic(properties={"TopicName": name}), environments=("dev", "test", "prod"))
    assert document["Resources"]["Topic"]["Properties"] == {
        "TopicName": {"Fn::If": ["InProd", "act", "learn"]}
    }
    assert document["Conditions"] == {"InProd": within("prod")}
    assert "Mappings" not in document
    assert document["Parameters"]["Environment"]["AllowedValues"] == ["dev", "test", "prod"]


def test_of_more_values_each_is_looked_up_by_environment() -> None:
    name = ByEnvironment({"dev": "learn", "test": "look", "prod": "act"})
    document = made(topic(properties={"TopicName": name}), environments=("dev", "test", "prod"))
    assert document["Resources"]["Topic"]["Properties"] == {"TopicName": chosen("TopicTopicName")}
    assert document["Mappings"]["Environments"] == {
        "dev": {"TopicTopicName": "learn"},
        "test": {"TopicTopicName": "look"},
        "prod": {"TopicTopicName": "act"},
    }
    assert "Conditions" not in document


def test_what_a_value_is_where_the_resource_is_not_decides_nothing() -> None:
    name = ByEnvironment({"dev": "a", "test": "b", "prod": "b"})
    there = topic(properties={"TopicName": name}, environments=frozenset({"test", "prod"}))
    document = made(there, environments=("dev", "test", "prod"))
    assert document["Resources"]["Topic"] == {
        "Type": "AWS::SNS::Topic",
        "Condition": "NotInDev",
        "Properties": {"TopicName": "b"},
    }
    assert document["Conditions"] == {"NotInDev": {"Fn::Not": [within("dev")]}}


def test_a_resource_of_no_environment_is_not_there() -> None:
    assert made(topic(environments=frozenset()))["Resources"] == {}


def test_of_many_environments_the_fewer_are_asked_for_and_the_first_are_named() -> None:
    names = tuple(f"unit-{number}" for number in range(9))
    few, many = frozenset(names[:4]), frozenset(names[:7])
    document = made(
        topic(environments=few),
        Resource(template="member", id="Queue", type="AWS::SQS::Queue", environments=many),
        environments=names,
    )
    assert document["Conditions"] == {
        "InUnit0OrUnit1OrUnit2Or1More": {"Fn::Or": [within(one) for one in names[:4]]},
        "NotInUnit7OrUnit8": {"Fn::Not": [{"Fn::Or": [within("unit-7"), within("unit-8")]}]},
    }


def test_what_differs_by_region_is_looked_up_by_region() -> None:
    model = ByRegion({"us-east-1": "us.a", "eu-west-1": "eu.a"})
    document = made(topic(properties={"TopicName": model, "DisplayName": ByRegion({"us-east-1": "b"})}))
    assert document["Resources"]["Topic"]["Properties"] == {
        "TopicName": {"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "TopicTopicName"]},
        "DisplayName": "b",
    }
    assert document["Mappings"] == {
        "Regions": {"eu-west-1": {"TopicTopicName": "eu.a"}, "us-east-1": {"TopicTopicName": "us.a"}}
    }


def test_a_property_that_one_environment_lacks_is_left_out_there() -> None:
    document = made(topic(properties={"DisplayName": ByEnvironment({"dev": None, "prod": "act"})}))
    assert document["Resources"]["Topic"]["Properties"]["DisplayName"] == {
        "Fn::If": ["InProd", "act", {"Ref": "AWS::NoValue"}]
    }
    assert document["Conditions"] == {"InProd": within("prod")}


def test_a_resource_of_some_environments_at_home_has_both_conditions() -> None:
    document = made(topic(environments=frozenset({"prod"}), regions="home"))
    assert document["Resources"]["Topic"]["Condition"] == "InProdAtHome"
    assert document["Conditions"]["InProdAtHome"] == {
        "Fn::And": [{"Condition": "InProd"}, {"Condition": "AtHome"}]
    }
    assert document["Conditions"]["AtHome"] == {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}
    assert document["Conditions"]["InProd"] == within("prod")


def test_a_resource_of_some_accounts_is_there_alone() -> None:
    one, other = "111111111111", "222222222222"
    document = made(
        topic(accounts=frozenset({other, one})),
        Resource(template="member", id="Queue", type="AWS::SQS::Queue", accounts=frozenset({one})),
    )
    among = [{"Fn::Equals": [{"Ref": "AWS::AccountId"}, account]} for account in (one, other)]
    assert document["Resources"]["Topic"]["Condition"] == f"Account{one}Or{other}"
    assert document["Conditions"] == {f"Account{one}": among[0], f"Account{one}Or{other}": {"Fn::Or": among}}


@pytest.mark.parametrize("count", [10, 11, 150])
def test_of_many_accounts_each_is_asked_for_and_no_function_has_more_than_ten(count: int) -> None:
    accounts = [f"{number:012}" for number in range(count)]
    (condition,) = made(topic(accounts=frozenset(accounts)))["Conditions"].values()
    found: list[str] = []

    def walk(part: dict[str, Any]) -> None:
        ((name, held),) = part.items()
        if name == "Fn::Equals":
            found.append(held[1])
        else:
            assert 2 <= len(held) <= 10
            for one in held:
                walk(one)

    walk(condition)
    assert found == accounts


def test_other_accounts_of_the_same_number_have_another_condition() -> None:
    accounts = [f"{number:012}" for number in range(6)]
    queue = Resource(
        template="member",
        id="Queue",
        type="AWS::SQS::Queue",
        accounts=frozenset([*accounts[:3], accounts[5]]),
    )
    document = made(topic(accounts=frozenset(accounts[:4])), queue)
    assert len({one["Condition"] for one in document["Resources"].values()}) == 2


def test_what_differs_by_place_is_chosen_where_the_resource_is() -> None:
    one, other = ("111111111111", "us-east-1"), ("222222222222", "us-east-1")
    document = made(
        topic(places=frozenset({one, other}), properties={"TopicName": ByPlace({other: "b", one: "a"})})
    )
    told = document["Resources"]["Topic"]
    assert told["Condition"] == "AtPlaces"
    assert told["Properties"] == {"TopicName": {"Fn::If": ["At111111111111UsEast1", "a", "b"]}}
    assert document["Conditions"]["AtPlaces"] == {
        "Fn::Or": [{"Condition": "At111111111111UsEast1"}, {"Condition": "At222222222222UsEast1"}]
    }
    assert document["Conditions"]["At111111111111UsEast1"] == {
        "Fn::And": [
            {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "111111111111"]},
            {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
        ]
    }


def test_a_resource_of_every_environment_has_no_condition() -> None:
    assert "Condition" not in made(topic(environments=frozenset(ENVIRONMENTS)))["Resources"]["Topic"]


def test_two_values_that_want_one_name_get_two() -> None:
    first = topic(properties={"DisplayName": ByEnvironment({"dev": "a", "test": "b", "prod": "c"})})
    second = Resource(
        template="member",
        id="TopicDisplay",
        type="AWS::SNS::Topic",
        properties={"Name": ByEnvironment({"dev": "d", "test": "e", "prod": "f"})},
    )
    told = made(first, second, environments=("dev", "test", "prod"))
    assert told["Mappings"]["Environments"]["dev"] == {"TopicDisplayName": "a", "TopicDisplayName2": "d"}


def test_equal_values_stand_in_the_mapping_once() -> None:
    models = ByEnvironment({"dev": ["a", "b"], "test": ["b"], "prod": ["a"]})
    told = made(topic(properties={"A": models, "B": models}), environments=("dev", "test", "prod"))
    assert told["Mappings"]["Environments"]["dev"] == {"TopicA": ["a", "b"]}
    assert told["Resources"]["Topic"]["Properties"] == {"A": chosen("TopicA"), "B": chosen("TopicA")}


def test_what_outlives_its_stack_says_so() -> None:
    told = made(topic(retained=True, because="subscribers stay"))["Resources"]["Topic"]
    assert (told["DeletionPolicy"], told["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert told["Metadata"] == {"Because": "subscribers stay"}


def test_what_can_be_switched_off_by_hand_says_that_it_is_on() -> None:
    rule = Resource(template="member", id="Rule", type="AWS::Events::Rule", properties={"Name": "a"})
    told = made(rule, topic())["Resources"]
    assert told["Rule"]["Properties"] == {"Name": "a", "State": "ENABLED"}
    assert "State" not in told["Topic"].get("Properties", {})


def test_only_what_belongs_to_the_template_is_in_it() -> None:
    hub = Resource(template="hub", id="Bucket", type="AWS::S3::Bucket")
    output = Output(template="member", id="TopicArn", value={"Ref": "Topic"}, description="its ARN")
    document = made(topic(), hub, output)
    assert list(document["Resources"]) == ["Topic"]
    assert document["Outputs"] == {"TopicArn": {"Description": "its ARN", "Value": {"Ref": "Topic"}}}


def test_one_id_for_two_resources_is_refused() -> None:
    with pytest.raises(ValueError, match="two resources have the logical id `Topic`"):
        made(topic(), topic())


def test_a_structure_that_differs_is_refused() -> None:
    with pytest.raises(ValueError, match="differs by environment in more than"):
        made(topic(properties={"Tags": ByEnvironment({"dev": {"a": 1}, "prod": {"b": 2}})}))
