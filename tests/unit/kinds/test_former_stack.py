"""A member's stack waits for the end of the one that the account had in another environment."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.rehearsed import HOME, SEARCH, Rehearsed, document, intent

from craton.compiler.template_text import template_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest import TempPathFactory  # noqa: PT013 - names of types only

pytestmark = pytest.mark.slow
FORMER = "StackSet-enterprise-bedrock-monitoring-dev-6f1b"
LATER = "StackSet-enterprise-bedrock-monitoring-prod-77aa"


@pytest.fixture
def rehearsed(tmp_path_factory: TempPathFactory) -> Iterator[Rehearsed]:
    with Rehearsed(intent(tmp_path_factory.mktemp("manifest"))) as made:
        made.hub()
        yield made


def quick(rehearsed: Rehearsed, timeout: int = 900) -> str:
    """The member template, whose function looks again after moments."""
    found: dict[str, Any] = copy.deepcopy(document(rehearsed.intent))
    function = found["Resources"]["LoggingFunction"]["Properties"]
    function["Code"] = {"ZipFile": function["Code"]["ZipFile"].replace("PAUSE_S = 5", "PAUSE_S = 0.2")}
    function["Timeout"] = timeout
    return template_text(found).decode()


def begin(rehearsed: Rehearsed, name: str, environment: str, body: str) -> Any:
    """The stack begins to be made; what tells of the account's stacks."""
    stacks = rehearsed.client("cloudformation", SEARCH)
    stacks.create_stack(
        StackName=name,
        TemplateBody=body,
        Parameters=[{"ParameterKey": "Environment", "ParameterValue": environment}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    return stacks


def until(holds: Callable[[], bool]) -> None:
    """Waits for what must come to be. Raises: AssertionError after a minute."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_later_stack_waits_for_the_end_of_the_former_and_keeps_logs_beside_its_own(
    rehearsed: Rehearsed,
) -> None:
    body = quick(rehearsed)
    begin(rehearsed, FORMER, "dev", body)
    rehearsed.rest()
    assert rehearsed.status(FORMER, SEARCH) == "CREATE_COMPLETE"
    stacks = begin(rehearsed, LATER, "prod", body)

    def resources() -> dict[str, str]:
        pages = stacks.get_paginator("list_stack_resources").paginate(StackName=LATER)
        told = [one for page in pages for one in page["StackResourceSummaries"]]
        return {one["LogicalResourceId"]: one["ResourceStatus"] for one in told}

    until(lambda: resources().get("FormerStack") == "CREATE_IN_PROGRESS")
    before_it = {
        *("FormerStack", "LoggingFunction", "LoggingFunctionLogs", "LoggingFunctionRole", "LoggingRole")
    }
    assert set(resources()) == before_it
    stacks.delete_stack(StackName=FORMER)
    rehearsed.rest()
    assert rehearsed.status(LATER, SEARCH) == "CREATE_COMPLETE", rehearsed.reasons(LATER, SEARCH)
    kept = [one["Name"] for one in rehearsed.client("s3", SEARCH).list_buckets()["Buckets"]]
    for what in ("logs", "access"):
        names = [one for one in kept if one.startswith(f"craton-bedrock-{what}-{SEARCH}-{HOME}-")]
        assert len(names) == 2
        assert max(map(len, names)) <= 63


def test_a_former_stack_that_stays_is_named_as_the_reason(rehearsed: Rehearsed) -> None:
    body = quick(rehearsed, timeout=17)  # the last 15 seconds are for the answer
    begin(rehearsed, FORMER, "dev", body)
    rehearsed.rest()
    begin(rehearsed, LATER, "prod", body)
    rehearsed.rest()
    assert rehearsed.status(LATER, SEARCH) == "ROLLBACK_COMPLETE"
    assert any(
        one.startswith("FormerStack") and f"TimeoutError: {FORMER} is CREATE_COMPLETE" in one
        for one in rehearsed.reasons(LATER, SEARCH)
    )
    assert rehearsed.status(FORMER, SEARCH) == "CREATE_COMPLETE"
