"""What Craton calls is in the roles in which it works, so that a new call cannot be forgotten there."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

import botocore.session
import pytest
from tests.conftest import REPOSITORY
from tests.unit.compiler.manifests import wanted
from tests.unit.kinds.access_policies import PLACES, actions_of, documents

from craton.core.manifest import Names
from craton.emulator.call import Operation
from craton.emulator.permissions import action_of
from craton.engine.reads import plans
from craton.engine.reads.question import Place
from craton.registry.iam import iam_reference
from craton.registry.reading_actions import read_in, reading_actions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from craton.engine.reads.question import Following, Question
    from craton.registry.reading_actions import Accounts

SOURCE = REPOSITORY / "src" / "craton"
CALLING = (
    *sorted((SOURCE / "planner").rglob("*.py")),
    *(SOURCE / "engine" / one for one in ("drifting.py", "onboarding.py", "planning.py", "applying.py")),
    *sorted((SOURCE / "engine").glob("verifying*/*.py")),
    SOURCE / "aws" / "failure.py",
)
"""Where calls are told by the names of their operations."""

OFTEN = ("cloudformation", "organizations")
SERVICES = sorted({*plans(), *OFTEN})
OPERATIONS = {one: set(botocore.session.Session().get_service_model(one).operation_names) for one in SERVICES}


def operations(one: Question | Following) -> Iterator[str]:
    yield one.operation
    for following in one.then:
        yield from operations(following)


def collected(account: Accounts) -> set[str | None]:
    """The actions of every question that a collection may ask in such an account."""
    found = set()
    for is_home in (True, False):
        at = Place(
            account="111111111111",
            region="us-east-1",
            is_home=is_home,
            is_management=account == "management",
            is_hub=account == "hub",
            asks_organization=account != "member",
            names=Names(),
        )
        for plan in plans().values():
            for question in plan.questions(at):
                found |= {action_of(Operation(plan.service, one)) for one in operations(question)}
    return found


@pytest.mark.parametrize("account", ["management", "hub", "member"])
def test_what_a_collection_asks_may_be_read_there_and_what_it_does_not_is_not_said_of_it(
    account: Accounts,
) -> None:
    told = {one.action for one in reading_actions() if account in one.accounts and "collect" in one.verbs}
    assert collected(account) - set(read_in(account)) == set()
    assert [one for one in told if one not in collected(account)] == []


def named(path: Path) -> set[str]:
    """The actions of all operations of AWS that a file names in its texts."""
    texts = {
        node.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    found = set()
    for service in SERVICES:
        names = texts & OPERATIONS[service] if service in texts or service in OFTEN else set()
        found |= {action for one in names if (action := action_of(Operation(service, one)))}
    return found


@pytest.fixture(scope="module")
def allowed() -> dict[tuple[str, str], set[str]]:
    """What each role may do, by its template and name."""
    intent, _ = wanted()
    of = documents(intent)
    return {(place, role): actions_of(of, place, role) for place, roles in PLACES.items() for role in roles}


def test_what_plans_drift_and_checks_call_is_in_a_role(allowed: dict[tuple[str, str], set[str]]) -> None:
    every = set().union(*allowed.values())
    lacking: dict[str, set[str]] = defaultdict(set)
    found = 0
    for path in CALLING:
        for action in named(path):
            found += 1
            if action not in every:
                lacking[action].add(path.name)
    assert found > 40
    assert dict(lacking) == {}


def test_every_action_of_a_role_is_one_that_iam_knows(allowed: dict[tuple[str, str], set[str]]) -> None:
    for actions in allowed.values():
        assert [one for one in sorted(actions) if not iam_reference().actions_matching(one)] == []
