"""The pages about deployments show what plans, applies and looks for drift left in the lake."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.web.conftest import NOW, served
from tests.web.deployments import AFTER, ANA, FIRST, HUB, MONDAY, PLAN, WAITING, write_deployments
from tests.web.records import MARKUP, RESEARCH, RISK, SEARCH

from craton.engine.board import Board
from craton.engine.deployment_log import DeploymentLog
from craton.engine.deployment_records import ApplyRecord
from craton.web.deployment_words import who
from craton.web.pages.history import took

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

PLAN_PATH = f"/plans/{PLAN.digest[:16]}"


def text_of(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text[-600:])
    return answer.text.replace("<wbr>", "")


def accounts_of(client: httpx.Client, query: str = "") -> dict[str, dict[str, Any]]:
    told = client.get(f"/rollout.json{query}").json()
    return {one["account"]: one for each in told["rollout"]["environments"] for one in each["accounts"]}


def rows_of(client: httpx.Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).text)))


def test_the_rollout_tells_how_each_account_stands(client: httpx.Client) -> None:
    found = accounts_of(client)
    assert {one: found[one]["state"] for one in (RESEARCH, RISK, SEARCH, HUB)} == {
        RESEARCH: "current",
        RISK: "current",
        SEARCH: "drifted",
        HUB: "unknown",
    }
    assert (found["666666666666"]["state"], found["666666666666"]["detail"]) == (
        "failed",
        "us-east-1: FAILED, us-west-2: FAILED",
    )
    behind = found["777777777777"]
    assert (behind["state"], behind["detail"]) == (
        "behind",
        "1 to be done, no stack yet in us-east-1, us-west-2",
    )
    assert found["123456789012"]["state"] == "unknown"  # the manifest has it, and no plan saw a stack of it
    prod = found[RISK]
    assert (prod["policies"], prod["policies_wanted"], prod["drifts"]) == (2, 2, 0)
    assert (prod["version"], prod["wanted_version"]) == ("77aa0e01", None)
    assert (prod["applied"]["number"], prod["applied"]["by"]) == (2, ANA)
    assert found[RESEARCH]["applied"]["number"] == 1  # which another machine applied, as the hub tells
    assert (found[RESEARCH]["steps_done"], found[RESEARCH]["steps"]) == (4, 7)


def test_the_rollout_page_shows_phases_environments_and_drift(client: httpx.Client) -> None:
    text = text_of(client, "/rollout")
    assert re.findall(r'<p class="share">(\d+ of \d+)', text) == ["6 of 6", "1 of 2", "9 of 10"]
    for told in ("Management account and hub", "last applied", "drift looked for on", "5f4e3d2c1b0a+"):
        assert told in text, told
    drift = text[text.index('id="drift"') :]
    for told in ("PutRetentionPolicy", "OrganizationAccountAccessRole/mallory", "- 365", "+ 1", "eu-west-1"):
        assert told in drift, told


@pytest.mark.parametrize("path", ["/rollout", "/history", PLAN_PATH, f"/accounts/{RESEARCH}/onboarding"])
def test_every_link_leads_somewhere(client: httpx.Client, path: str) -> None:
    links = set(re.findall(r'href="(/[^"#]*)', text_of(client, path)))
    assert len(links) > 15
    for link in sorted(links):
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("?state=drifted", {SEARCH}),
        ("?environment=staging", {"666666666666", "777777777777"}),
        ("?ou=workloads&state=failed", {"666666666666"}),
        (f"?account={RISK}", {RISK}),
        ("?environment=%28none%29", {"111111111111", HUB}),
        ("?state=nothing&environment=test", {"888888888888"}),
    ],
)
def test_the_rollout_is_narrowed_by_its_address(client: httpx.Client, query: str, left: set[str]) -> None:
    assert set(accounts_of(client, query)) == left
    assert {one["account"] for one in rows_of(client, f"/rollout.csv{query}")} == left


def test_a_plan_is_read_line_by_line(client: httpx.Client) -> None:
    text = text_of(client, PLAN_PATH)
    for told in (
        "Will newly deny 412 calls by 3 principals of team search",
        "of 39 it is not known, by replay of 32,384 calls of 28 of the last 30 days",
        '<span class="l added">+         &#34;NotResource&#34;: [</span>',
        '<span class="l gone">- 90</span>',
        '<span class="l added">+ 365</span>',
        "stricter models in production",
        "It cannot be told what it is: access denied for",
        "by ana@acme.example, to bring the manifest about, of commit",
    ):
        assert told in text, told
    assert MARKUP not in text
    phases = re.findall(r'id="phase-(\w+)-title"', text)
    assert phases == ["management", "hub", "members"]


def test_a_plan_is_narrowed_by_its_address_and_its_twins_follow(client: httpx.Client) -> None:
    high = client.get(f"{PLAN_PATH}.json?risk=high&action=update").json()
    assert [one["address"] for one in high["changes"]] == [
        "policy/BedrockEnterpriseControls-prod-1",
        "stack_set/enterprise-bedrock-monitoring-prod",
    ]
    assert high["changes"][0]["effect"]["newly_denied"] == 412
    assert high["recorded"]["digest"] == PLAN.digest
    rows = rows_of(client, f"{PLAN_PATH}.csv?phase=members")
    assert [(one["action"], one["result"]) for one in rows] == [("update", "failed"), ("update", "done")]
    assert "no data" in text_of(client, f"{PLAN_PATH}?risk=high&phase=hub")


def test_a_plan_without_changes_says_so(client: httpx.Client) -> None:
    assert "to see what an apply left" in text_of(client, f"/plans/{AFTER.digest}")
    assert "No changes: all 2 things are as they should be" in text_of(client, f"/plans/{FIRST.digest}")


@pytest.mark.parametrize(
    "path", ["/plans/0000000000000000", "/plans/*", "/plans/%00", f"/plans/{PLAN.digest}0"]
)
def test_a_plan_that_is_not_there_is_404(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_history_tells_who_did_what_and_why(client: httpx.Client) -> None:
    told = client.get("/history.json").json()["happenings"]
    assert [(one["ending"], one["number"]) for one in told] == [
        ("partial", 2),
        ("open", None),
        ("planned", None),
        ("whole", 1),
    ]
    partial, _, planned, first = told
    assert (partial["by"], partial["done"], partial["planned"], partial["left"]) == (ANA, 4, 6, 2)
    assert {one["result"] for one in partial["failed"]} == {"failed", "unknown"}
    assert planned["plan"] == WAITING.digest
    assert (first["why"], first["done"], first["is_plan_known"]) == ("the first time", None, False)
    text = text_of(client, "/history")
    for told_there in ("took 15 min 0 s", "nobody said why", "applied from elsewhere", "4 of 6 changes done"):
        assert told_there in text, told_there
    assert MARKUP not in text


def test_the_history_is_narrowed_by_its_address(client: httpx.Client) -> None:
    assert [one["why"] for one in rows_of(client, "/history.csv?ending=whole")] == ["the first time"]
    by_ana = client.get("/history.json?by=ana@acme.example").json()["happenings"]
    assert [one["number"] for one in by_ana] == [2]
    assert "no data" in text_of(client, "/history?by=nobody")


def test_a_plan_that_an_apply_overtook_can_be_applied_no_more(
    lake: Path, manifest: Path, tmp_path: Path
) -> None:
    own = tmp_path / "lake"
    (own / "snapshots").mkdir(parents=True)
    write_deployments(own)
    log = DeploymentLog(own)
    first = next(log.snapshots())
    log.snapshot(
        type(first)(**{**{n: getattr(first, n) for n in first.__struct_fields__}, "number": 2, "at": MONDAY})
    )
    with served(Board.open(own, manifest=manifest, clock=lambda: NOW)) as client:
        text = text_of(client, "/history?ending=overtaken")
    assert "planned, and overtaken by an apply" in text
    assert lake != own


def test_a_checklist_tells_each_step_and_since_when(client: httpx.Client) -> None:
    text = text_of(client, f"/accounts/{RESEARCH}/onboarding")
    assert "4 of 7 steps done" in text
    assert text.count("seen so since") == 7
    assert MARKUP not in text
    rows = rows_of(client, f"/accounts/{RESEARCH}/onboarding.csv")
    assert [one["state"] for one in rows].count("done") == 4
    suspended = text_of(client, "/accounts/777777777777/onboarding")
    assert "Nothing is to be done" in suspended
    assert "it is suspended: nothing is deployed to it" in suspended
    unseen = text_of(client, "/accounts/888888888888/onboarding")
    assert "Nobody looked at this account yet" in unseen
    assert client.get("/accounts/424242424242/onboarding").status_code == 404


def test_pages_say_so_where_nothing_was_recorded(tmp_path: Path, manifest: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    with served(Board.open(tmp_path, manifest=manifest, clock=lambda: NOW)) as client:
        assert "Nothing has been rolled out that this lake knows of" in text_of(client, "/rollout")
        assert {one["state"] for one in accounts_of(client).values()} == {"unknown"}
        assert "Nothing was planned or applied that this lake knows of" in text_of(client, "/history")
        assert client.get("/history.json").json()["happenings"] == []


DAMAGED = (b'{"plan": ', b'{"plan": "\xff"}', b"[]", b'{"why": %s}' % (b"[" * 100_000 + b"]" * 100_000))


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_record_is_left_out_and_named_and_the_rest_is_shown(
    tmp_path: Path, manifest: Path, damage: bytes
) -> None:
    (tmp_path / "snapshots").mkdir()
    write_deployments(tmp_path)
    damaged = max((tmp_path / "deployments" / "applies").iterdir())
    before = len(list(DeploymentLog(tmp_path).applies()))
    damaged.write_bytes(damage)
    log = DeploymentLog(tmp_path)
    assert len(list(log.applies())) == before - 1
    assert [one.partition(" cannot be read: ")[0] for one in log.damaged] == [
        f"`deployments/applies/{damaged.name}`"
    ]
    with served(Board.open(tmp_path, manifest=manifest, clock=lambda: NOW)) as client:
        for path in ("/rollout", "/history", PLAN_PATH):
            text = text_of(client, path)
            assert "1 record left out" in text, path
            assert damaged.name in text, path
            told = client.get(f"{path}.json").json()
            assert told.get("rollout", told)["damaged"] == list(log.damaged), path
        assert accounts_of(client)[SEARCH]["state"] in {"drifted", "current"}
        assert client.get("/history.json").json()["happenings"]
        assert "left out" not in text_of(client, "/usage")


def test_a_page_of_what_is_damaged_itself_says_so(tmp_path: Path, manifest: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    write_deployments(tmp_path)
    records = tmp_path / "deployments"
    (plan,) = (records / "plans").glob(f"*-{PLAN.digest[:16]}.json")
    for one in (plan, records / "accounts" / f"{RESEARCH}.json"):
        one.write_bytes(b"")
    with served(Board.open(tmp_path, manifest=manifest, clock=lambda: NOW)) as client:
        answer = client.get(PLAN_PATH)
        assert (answer.status_code, plan.name in answer.text.replace("<wbr>", "")) == (503, True)
        text = text_of(client, f"/accounts/{RESEARCH}/onboarding")
        assert f"accounts/{RESEARCH}.json" in text
        assert "Nobody looked" not in text
        assert "2 records left out" in text_of(client, "/rollout")


def test_a_plan_stays_where_an_apply_of_it_may_be_damaged(tmp_path: Path) -> None:
    log = DeploymentLog(tmp_path)
    log.plan(PLAN, by=ANA, purpose="plan")
    log.apply(ApplyRecord(plan=PLAN.digest, begun=MONDAY, by=ANA, why="", planned=3))
    next((tmp_path / "deployments" / "applies").iterdir()).write_bytes(b"")
    log.plan(msgspec.structs.replace(PLAN, at=NOW), by=ANA, purpose="plan")
    assert len(list(log.plans())) == 2


def test_who_only_plans_to_take_all_away_leaves_the_rollout_as_it_is(tmp_path: Path, manifest: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    write_deployments(tmp_path)
    gone = tuple(
        msgspec.structs.replace(one, action="delete", after=None) for one in AFTER.changes if one.before
    )
    plan = msgspec.structs.replace(AFTER, at=NOW, changes=gone)
    DeploymentLog(tmp_path).plan(plan, by=ANA, purpose="destroy")
    with served(Board.open(tmp_path, manifest=manifest, clock=lambda: NOW)) as client:
        assert accounts_of(client)[RISK]["state"] == "current"
        newest = client.get("/history.json").json()["happenings"][0]
    assert (newest["ending"], newest["purpose"]) == ("planned", "destroy")


def test_an_apply_that_goes_on_is_told_as_far_as_it_came(tmp_path: Path, manifest: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    log = DeploymentLog(tmp_path)
    log.apply(ApplyRecord(plan="e" * 64, begun=MONDAY, by=ANA, why="slowly", planned=3))
    with served(Board.open(tmp_path, manifest=manifest, clock=lambda: NOW)) as client:
        text = text_of(client, "/history")
    assert "begun, and no end is known" in text
    assert "0 of 3 changes done" in text


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        (ANA, "ana@acme.example"),
        ("arn:aws:sts::111111111111:assumed-role/deploy/ci-4711", "deploy/ci-4711"),
        ("arn:aws:iam::111111111111:user/administrator", "administrator"),
        ("arn:aws:iam::111111111111:root", "root user"),
        ("unknown", "unknown"),
    ],
)
def test_people_are_named_as_people_know_them(arn: str, name: str) -> None:
    assert who(arn) == name


def test_spans_are_told_in_their_largest_units() -> None:
    spans = (dt.timedelta(seconds=9), dt.timedelta(seconds=61), dt.timedelta(hours=2, minutes=5))
    assert [took(one) for one in spans] == ["9 s", "1 min 1 s", "2 h 5 min"]
