"""Accounts in no environment, and Regions that are used without rules."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tests.unit.engine.test_policy_effects import DEPLOYMENT
from tests.unit.replay.recorded_calls import APP, event, lake_of, write_manifest

from craton.core.cloud_call import Observation, Read
from craton.engine.manifests import load
from craton.engine.ungoverned import accounts_without_environment, used_regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NOW = dt.datetime(2026, 11, 21)  # noqa: DTZ001 - times are naive UTC throughout
ENVIRONMENTS = "environments:\n  prod: {mode: enforce, organizational_units: [workloads/prod]}\n"
UNITS = {"r-1": [("ou-1", "workloads")], "ou-1": [("ou-2", "prod"), ("ou-3", "lab")]}
ACCOUNTS = {
    "r-1": [("111111111111", "ACTIVE"), ("222222222222", "ACTIVE"), ("999999999999", "SUSPENDED")],
    "ou-2": [(APP, "ACTIVE")],
    "ou-3": [("888888888888", "ACTIVE"), ("777777777777", "PENDING_CLOSURE")],
}


class Tree:
    """An organization; what is `denied` may not be read."""

    def __init__(self, denied: str = "") -> None:
        self.denied = denied

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        for one in reads:
            status: Any = "denied" if one.operation == self.denied else "answered"
            yield Observation(read=one, at=NOW, status=status, answer=self.answer(one), error="AccessDenied")

    @staticmethod
    def answer(read: Read) -> Any:
        parent = read.parameters.get("ParentId", "")
        match read.operation:
            case "ListRoots":
                return {"Roots": [{"Id": "r-1"}]}
            case "ListAccountsForParent":
                told = ACCOUNTS.get(parent, ())
                return {"Accounts": [{"Id": one, "Name": f"n{one}", "Status": state} for one, state in told]}
            case _:
                units = UNITS.get(parent, ())
                return {"OrganizationalUnits": [{"Id": one, "Name": name} for one, name in units]}

    def act(self, call: Any) -> Any:
        raise AssertionError(f"nothing is changed: {call}")


def place(folder: Path) -> Path:
    write_manifest(folder, [])
    with (folder / "craton.yaml").open("a") as file:
        file.write(ENVIRONMENTS)
    return folder / "craton.yaml"


def test_active_accounts_outside_all_environments_are_named_with_their_place(tmp_path: Path) -> None:
    manifest = place(tmp_path)
    found, untold = accounts_without_environment(load(manifest), DEPLOYMENT, Tree())
    assert [(one.account, one.name, one.detail) for one in found] == [
        ("888888888888", "n888888888888", "it is in workloads/lab")
    ]
    assert untold is None


def test_what_may_not_be_read_is_said_and_nobody_is_named(tmp_path: Path) -> None:
    found, untold = accounts_without_environment(
        load(place(tmp_path)), DEPLOYMENT, Tree("ListOrganizationalUnitsForParent")
    )
    assert found == ()
    assert untold is not None
    assert "ListOrganizationalUnitsForParent" in untold


def test_regions_with_calls_that_none_refused_are_told_beside_the_governed_ones(tmp_path: Path) -> None:
    manifest = place(tmp_path)
    lake_of(
        tmp_path,
        event(),
        event(awsRegion="eu-west-1"),
        event(awsRegion="eu-west-1"),
        event(awsRegion="ap-south-1", errorCode="AccessDeniedException"),
        event(awsRegion="ap-south-2", eventSource="iam.amazonaws.com", eventName="ListRoles"),
        event(awsRegion="sa-east-1", eventTime="2026-09-01T12:00:00Z"),
    )
    known = load(manifest)
    found = used_regions(tmp_path / "lake", manifest, known, ("us-east-1",), at=NOW)
    assert [(one.account, one.name, one.region, one.calls) for one in found.regions] == [
        (APP, "app", "eu-west-1", 2)
    ]
    assert found.unknown is None
    late = used_regions(tmp_path / "lake", manifest, known, ("us-east-1",), at=NOW + dt.timedelta(days=90))
    assert late.unknown == "the lake has no call of the last 30 days"
    assert used_regions(None, manifest, known, (), at=NOW).unknown == "no lake is named"
    assert used_regions(tmp_path / "none", manifest, known, (), at=NOW).unknown == "there is no lake yet"
