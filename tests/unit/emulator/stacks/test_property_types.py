from __future__ import annotations

from typing import Any

import pytest

from craton.emulator.resources.coercion import fitted_to
from craton.emulator.resources.registry import create_only, differing, problem_with, typed

ACCOUNT = "333333333333"
SCHEMA: dict[str, Any] = {
    "definitions": {"Rule": {"type": "object", "properties": {"Days": {"type": "integer"}}}},
    "properties": {
        "Number": {"type": "integer"},
        "Share": {"type": "number"},
        "Truth": {"type": "boolean"},
        "Text": {"type": "string"},
        "Either": {"type": ["object", "string"]},
        "Rules": {"type": "array", "items": {"$ref": "#/definitions/Rule"}},
        "Map": {"type": "object", "patternProperties": {".*": {"type": "string"}}},
    },
}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("Number", "5", 5),
        ("Number", "-5", -5),
        ("Number", "five", "five"),
        ("Number", 5, 5),
        ("Share", "0.5", 0.5),
        ("Truth", "true", True),
        ("Truth", "False", False),
        ("Truth", "yes", "yes"),
        ("Text", 5, "5"),
        ("Text", True, "true"),
        ("Text", "5", "5"),
        ("Either", {"a": 1}, {"a": 1}),
        ("Rules", [{"Days": "3"}, {"Days": 4}], [{"Days": 3}, {"Days": 4}]),
        ("Map", {"x": 1, "y": False}, {"x": "1", "y": "false"}),
        ("Unknown", "5", "5"),
    ],
)
def test_a_property_gets_the_type_that_its_schema_wants(name: str, given: Any, expected: Any) -> None:
    found = fitted_to(SCHEMA, {name: given})[name]
    assert found == expected
    assert type(found) is type(expected)


def test_texts_are_sound_properties_once_they_are_typed() -> None:
    given = {"DelaySeconds": "5", "SqsManagedSseEnabled": "true", "QueueName": 7}
    assert problem_with("AWS::SQS::Queue", given, ACCOUNT) is not None
    assert problem_with("AWS::SQS::Queue", typed("AWS::SQS::Queue", given), ACCOUNT) is None


def test_a_path_into_a_list_differs_where_one_of_its_items_does() -> None:
    paths = frozenset({"Peers/*/Number", "Name"})
    before = {"Name": "a", "Peers": [{"Number": 1, "Note": "x"}, {"Number": 2}]}
    assert differing(paths, before, {"Name": "a", "Peers": [{"Number": 1}, {"Number": 2}]}) == ()
    assert differing(paths, before, {"Name": "a", "Peers": [{"Number": 1}, {"Number": 3}]}) == (
        "Peers/*/Number",
    )
    assert differing(paths, before, {"Name": "b", "Peers": before["Peers"]}) == ("Name",)


def test_nested_properties_that_only_creation_sets_are_known_by_their_path() -> None:
    path = "ConnectPeerConfiguration/BgpConfigurations/*/PeerAsn"
    assert path in create_only("AWS::EC2::TransitGatewayConnectPeer")
