"""An apply on a bad day of AWS finishes the rest, names what failed, and goes on when it is asked again."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.deployment.operator import Operator
from tests.e2e.emulator.running import started
from tests.unit.compiler.manifests import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.emulator.running import Running

pytestmark = pytest.mark.slow

MANIFEST = SMALL.replace("regions: [us-east-1, us-west-2]", "regions: [us-east-1]")
FAILING, DENIED, SUSPENDED = "333333333333", "444444444444", "555555555555"
STACK_SETS = "enterprise-bedrock-monitoring"
FAULTS: list[dict[str, Any]] = [
    {"kind": "throttling", "rate": 0.3, "seed": 20_261_127},
    {
        "kind": "resource_failure",
        "account": FAILING,
        "resource_type": "AWS::SNS::Topic",
        "operation": "CREATE",
    },
    {
        "kind": "access_denied",
        "account": DENIED,
        "service": "iam",
        "operation": "CreateRole",
        "services_too": True,
    },
    {"kind": "suspended_account", "account": SUSPENDED, "operation": "CreateStackInstances"},
]


def ask(running: Running, method: str, body: dict[str, Any] | None = None) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{running.url}/craton-emulator/faults",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
    )
    urllib.request.urlopen(request).close()  # noqa: S310 - our own address


@pytest.fixture(scope="module")
def bad_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Operator, dict[str, Any]]]:
    """The organization after an apply of everything on the bad day, and what became of each change."""
    folder = tmp_path_factory.mktemp("operator")
    (folder / "craton.yaml").write_text(MANIFEST)
    with started("--accounts", str(folder / "craton.yaml"), folder=folder) as running:
        operator = Operator(running, folder, MANIFEST)
        operator.plan()
        for fault in FAULTS:
            ask(running, "POST", fault)
        outcomes = operator.apply(exits=2)
        ask(running, "DELETE")
        yield operator, outcomes


def test_what_failed_is_named_with_its_account_and_the_rest_is_finished(
    bad_day: tuple[Operator, dict[str, Any]],
) -> None:
    _, outcomes = bad_day
    failed = {address: one["detail"] for address, one in outcomes.items() if one["result"] != "done"}
    of_environments = f"stack_instances/{STACK_SETS}"
    assert FAILING in failed.pop(f"{of_environments}-dev/ou-a1b2-workdev01")
    assert DENIED in failed.pop(f"{of_environments}-prod/workloads/prod")
    assert all(address.startswith("stack_instances/enterprise-bedrock-access/") for address in failed), failed
    assert all(DENIED in detail for detail in failed.values()), failed


def test_the_same_again_finishes_the_rest_and_asks_nothing_of_the_suspended_account(
    bad_day: tuple[Operator, dict[str, Any]],
) -> None:
    operator, _ = bad_day
    assert not [address for address in operator.plan() if SUSPENDED in address or "special" in address]
    told = operator.apply()
    assert {one["result"] for one in told.values()} <= {"done", "already"}
    assert operator.plan(exits=0) == {}
    (checklist,) = json.loads(operator.run("onboard", SUSPENDED, "--format", "json"))
    assert checklist["steps"][-1]["detail"] == "it is suspended: nothing is deployed to it"
