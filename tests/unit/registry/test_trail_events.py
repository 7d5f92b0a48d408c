from __future__ import annotations

from decimal import Decimal

from craton.registry.trail_events import data_event_types, trail_prices


def test_every_family_has_the_types_that_tell_of_calls_of_models() -> None:
    by_family: dict[str, set[str]] = {}
    for one in data_event_types():
        by_family.setdefault(one.family, set()).add(one.resource_type)
    assert by_family.keys() == {"agentcore", "bedrock", "mantle"}
    assert {"AWS::Bedrock::Guardrail", "AWS::Bedrock::AgentAlias"} <= by_family["bedrock"]
    assert "AWS::BedrockMantle::Project" in by_family["mantle"]
    assert "AWS::BedrockAgentCore::Runtime" in by_family["agentcore"]


def test_no_type_is_told_twice() -> None:
    names = [one.resource_type for one in data_event_types()]
    assert len(names) == len(set(names))


def test_prices_are_of_a_hundred_thousand_events() -> None:
    assert trail_prices() == {"data": Decimal("0.10"), "management": Decimal("2.00")}
