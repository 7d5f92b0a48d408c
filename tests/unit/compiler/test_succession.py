"""Every resource of a member comes after the former stack's end, and what the wait needs has no name."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.compiler.manifests import wanted

from craton.compiler.compilation import templates
from craton.compiler.references import references
from craton.compiler.succession import resources
from craton.core.kind import Kind
from craton.core.resource import FORMER_STACK, Resource, ref


def member() -> dict[str, dict[str, Any]]:
    intent, _ = wanted("")
    (document,) = (one.document for one in templates(intent) if one.name == "member")
    return dict(document["Resources"])


def test_everything_in_a_member_comes_after_the_former_stack_but_what_the_wait_needs() -> None:
    made = member()
    needs = {
        name: {*references(one.get("Properties", {})), *one.get("DependsOn", ())} & made.keys() - {name}
        for name, one in made.items()
    }

    def comes_after(name: str) -> bool:
        return name == FORMER_STACK or any(comes_after(one) for one in needs[name])

    before = {name for name in made if not comes_after(name)}
    assert before == {"LoggingFunction", "LoggingFunctionLogs", "LoggingFunctionRole", "LoggingRole"}
    assert not [name for name in before if {"RoleName", "FunctionName"} & made[name]["Properties"].keys()]


def test_what_the_wait_needs_must_not_have_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    named = Resource(
        template="member", id="Named", type="AWS::IAM::Role", properties={"RoleName": "same everywhere"}
    )
    waits = Resource(template="member", id=FORMER_STACK, type="Custom::X", properties={"A": ref("Named")})
    kind = Kind(name="named", title="Named", resources=lambda _: iter((named, waits)))
    monkeypatch.setattr("craton.compiler.succession.kinds", lambda: (kind,))
    with pytest.raises(
        ValueError, match="`Named` is needed before the former stack is gone, and has a `RoleName`"
    ):
        resources(wanted("")[0])
