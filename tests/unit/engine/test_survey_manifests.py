"""What is guessed where an organization is told in a manifest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.engine.test_survey_findings import ALLOWING, NO_OHIO, NOW, account, organization, policy

from craton.core.errors import UserError
from craton.engine.survey.adopting import adopt
from craton.engine.survey.answers import Answers
from craton.engine.survey.findings import survey_of
from craton.engine.survey.manifest import FoundManifest, found_manifest, hub_of
from craton.engine.survey.organization import FoundAccount, FoundOrganization

if TYPE_CHECKING:
    from pathlib import Path

TODAY = NOW.date()
MANAGEMENT, HUB = "111111111111", "222222222222"


def named(number: str, name: str, ou: str = "root", **tags: str) -> FoundAccount:
    return FoundAccount(id=number, name=name, email="a@example.com", ou=ou, state="ACTIVE", tags=tags)


def told(*accounts: FoundAccount, units: tuple[str, ...] = (), **more: Any) -> FoundOrganization:
    ids = {path: f"ou-a1b2-{number:08d}" for number, path in enumerate(units)}
    own = (named(MANAGEMENT, "management"), named(HUB, "log-archive"))
    return organization(**{"units": ids, "accounts": (*own, *accounts), "policies": (), **more})


def manifest_of(found: FoundOrganization, **more: Any) -> FoundManifest:
    survey = survey_of(found, Answers([]), [one.id for one in found.accounts], ("us-east-1",), NOW)
    return found_manifest(found, survey, Answers([]), **{"hub_account": None, "regions": (), **more})


def written(found: FoundManifest, folder: Path) -> str:
    adopted = adopt(found, folder / "craton.yaml", today=TODAY, replace=False)
    assert [str(one) for one in adopted.examined.diagnostics] == []
    return (folder / "craton.yaml").read_text()


def test_environments_are_the_outermost_ous_that_are_called_so(tmp_path: Path) -> None:
    found = told(
        units=("Prod_Live", "Production", "Production/dev", "QA", "Sandbox", "Security", "apps", "apps/dev"),
        policies=(),
    )
    text = written(manifest_of(found), tmp_path)
    assert "sandbox: {mode: observe, organizational_units: [Sandbox]}" in text
    assert "dev: {mode: observe, organizational_units: [apps/dev]}" in text
    assert "test: {mode: observe, organizational_units: [QA]}" in text
    assert "prod: {mode: observe, organizational_units: [Production]}" in text
    assert "staging" not in text


def test_where_no_ou_says_what_it_is_for_there_is_one_environment(tmp_path: Path) -> None:
    text = written(manifest_of(told(units=("Alpha", "Beta"))), tmp_path)
    assert "workloads: {mode: observe, organizational_units: [Alpha, Beta]}" in text


def test_the_hub_is_who_administers_stack_sets_else_who_is_called_so_else_nobody() -> None:
    service = "member.org.stacksets.cloudformation.amazonaws.com"
    assert hub_of(told(administrators={"333333333333": (service,)})) == "333333333333"
    assert hub_of(told()) == HUB
    with pytest.raises(UserError, match="nothing tells which account is to be the hub"):
        hub_of(told(named("333333333333", "security-audit")))
    assert hub_of(told(named("333333333333", "catalog"))) == HUB


def test_a_team_that_several_pay_for_is_told_once(tmp_path: Path) -> None:
    found = told(
        named("333333333333", "a", team="search", CostCenter="CC-1"),
        named("444444444444", "b", Team="search", CostCenter="CC-2"),
        named("555555555555", "c", project="ranking"),
        named("666666666666", "d", unrelated="x"),
    )
    text = written(manifest_of(found), tmp_path)
    assert text.count("name: search\n") == 1
    assert 'accounts: ["333333333333", "444444444444"]' in text
    assert "- name: ranking" in text
    assert "666666666666" in text


def test_a_policy_where_awss_own_was_detached_stands_in_its_place(tmp_path: Path) -> None:
    found = told(
        named("333333333333", "a", "workloads"),
        units=("workloads",),
        policies=(
            ALLOWING,
            policy("deny ohio / all", NO_OHIO, targets=("root", "333333333333")),
            policy("allow", {"Effect": "Allow", "Action": "*", "Resource": "*"}, targets=(HUB,)),
        ),
    )
    manifest = manifest_of(found)
    text = written(manifest, tmp_path)
    assert "{file: policies/deny-ohio-all.json, at: root}" in text
    assert f'{{file: policies/allow.json, at: "{HUB}", replaces: FullAWSAccess}}' in text
    assert (tmp_path / "policies" / "allow.json").is_file()
    assert (
        "left as it is: policy `deny ohio / all` at `root`, in policies/deny-ohio-all.json" in manifest.notes
    )


def test_accounts_that_are_not_active_say_so(tmp_path: Path) -> None:
    text = written(manifest_of(told(account("555555555555", "root", "SUSPENDED"))), tmp_path)
    assert "ou: root, status: SUSPENDED}" in text


def test_what_is_there_already_is_not_replaced_unasked(tmp_path: Path) -> None:
    manifest = manifest_of(told(policies=(ALLOWING, policy("ohio", NO_OHIO, targets=("root",)))))
    written(manifest, tmp_path)
    written(manifest, tmp_path)
    (tmp_path / "policies" / "ohio.json").write_text("mine")
    with pytest.raises(UserError, match="is there already"):
        adopt(manifest, tmp_path / "craton.yaml", today=TODAY, replace=False)
    assert (tmp_path / "policies" / "ohio.json").read_text() == "mine"


def test_a_kept_manifest_writes_nothing_outside_its_folder(tmp_path: Path) -> None:
    for name in ("../out.json", "/etc/out.json"):
        manifest = FoundManifest(text="", files={name: "{}"}, notes=())
        with pytest.raises(UserError, match="which is not beside it"):
            adopt(manifest, tmp_path / "craton.yaml", today=dt.date(2026, 11, 27), replace=True)
