"""Plans, applies and looks for drift leave records for pages, and the hub's topic is told of drift."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.deployment.operator import Operator
from tests.e2e.emulator.running import started
from tests.unit.replay.recorded_calls import event
from tests.web.conftest import served

from craton.engine.board import Board

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

pytestmark = pytest.mark.slow

HUB, APP = "222222222222", "333333333333"
APPROVED, RETIRING = "anthropic.claude-sonnet-4-6", "anthropic.claude-haiku-4-5-20251001-v1:0"
MANIFEST = f"""\
organization:
  id: o-exampleorgid
  management_account: "111111111111"
  hub_account: "{HUB}"
  organizational_units: [{{path: workloads/prod}}]
  accounts:
    - {{id: "111111111111", name: management, ou: root}}
    - {{id: "{HUB}", name: hub, ou: root}}
    - {{id: "{APP}", name: search-prod, ou: workloads/prod}}
regions: [us-east-1]
environments:
  prod: {{mode: enforce, organizational_units: [workloads/prod]}}
models:
  approved:
    prod: [{APPROVED}, {RETIRING}]
owners:
  business_units:
    - name: Retail
      cost_centers:
        - name: "100"
          teams:
            - {{name: search, match: {{principals: [{{role: search-app}}]}}}}
"""
MODELS = "policy/BedrockEnterpriseControls-prod-1"
COMMON = "BedrockEnterpriseControls"
CALLS = 7
TOLD = "told the alert topic: "


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The organization after the first apply, and a lake with calls of yesterday."""
    folder = tmp_path_factory.mktemp("records")
    (folder / "craton.yaml").write_text(MANIFEST)
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    records = [
        event(
            "InvokeModel", role="search-app", model=model, eventTime=f"{yesterday:%Y-%m-%dT%H:%M:%SZ}", **more
        )
        for model, more in (
            *((RETIRING, {}),) * CALLS,
            (APPROVED, {}),
            (APPROVED, {"awsRegion": "eu-west-1"}),
        )
    ]
    (folder / "trail.json").write_text(json.dumps({"Records": records}))
    with started("--accounts", str(folder / "craton.yaml"), folder=folder) as running:
        found = Operator(running, folder, MANIFEST)
        found.environment["CRATON_LAKE"] = "lake"
        found.run("ingest", "trail.json", "--quiet")
        found.plan()
        found.apply("--why", "the first time")
        yield found
        assert running.state() == {"refused": [], "failures": []}


@pytest.fixture
def pages(operator: Operator) -> Iterator[httpx.Client]:
    board = Board.open(
        operator.folder / "lake",
        manifest=operator.folder / "craton.yaml",
        clock=lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None),
    )
    with served(board) as client:
        yield client


@pytest.fixture(scope="module")
def inbox(operator: Operator) -> tuple[Any, str]:
    """A queue that hears what the hub's topic is told."""
    keys = operator.running.session(f"arn:aws:iam::{HUB}:role/OrganizationAccountAccessRole")
    sqs, sns = (operator.running.client(one, **keys) for one in ("sqs", "sns"))
    (topic,) = (one["TopicArn"] for one in sns.list_topics()["Topics"])
    queue = f"arn:aws:sqs:us-east-1:{HUB}:inbox"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = sqs.create_queue(QueueName="inbox", Attributes={"Policy": policy})["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    return sqs, url


def heard(inbox: tuple[Any, str], count: int) -> list[dict[str, Any]]:
    """So many alerts of drift that reached the queue; rules of the hub tell the topic other things."""
    sqs, url = inbox
    found: list[dict[str, Any]] = []
    for _ in range(100):
        told = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ())
        for one in told:
            message = json.loads(json.loads(one["Body"])["Message"])
            found += [message] if isinstance(message, dict) and "address" in message else []
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        if len(found) >= count:
            break
        time.sleep(0.1)
    return found


def look(operator: Operator, *words: str, exits: int = 2) -> tuple[dict[str, Any], list[str]]:
    """What drift there is, and of what the topic was told."""
    ended = operator.ended("drift", "--alert", "--quiet", "--format", "json", *words)
    assert ended.returncode == exits, ended.stderr
    told = [one.removeprefix(TOLD) for one in ended.stderr.splitlines() if one.startswith(TOLD)]
    return json.loads(ended.stdout), told


def test_a_plan_says_whose_calls_a_change_will_deny_and_the_page_shows_it(
    operator: Operator, pages: httpx.Client
) -> None:
    operator.write(MANIFEST.replace(f", {RETIRING}", ""))
    try:
        changes = operator.plan()
    finally:
        operator.write(MANIFEST)
    effect = changes[MODELS]["effect"]
    assert effect["state"] == "replayed"
    assert (effect["newly_denied"], effect["newly_allowed"], effect["days"]) == (CALLS, 0, 1)
    assert effect["denied"] == [{"team": "search", "principals": 1, "calls": CALLS}]
    waiting = next(
        one for one in pages.get("/history.json").json()["happenings"] if one["ending"] == "planned"
    )
    text = pages.get(f"/plans/{waiting['plan'][:16]}").text
    assert f"Will newly deny {CALLS} calls by 1 principal of team search" in text
    assert f"foundation-model/{RETIRING}" in text


def test_pages_tell_what_was_applied_without_asking_aws(operator: Operator, pages: httpx.Client) -> None:
    operator.run("onboard", APP, "--quiet")
    happened = pages.get("/history.json").json()["happenings"]
    first = next(one for one in happened if one["number"] == 1)
    assert (first["why"], first["ending"], first["left"]) == ("the first time", "whole", 0)
    assert first["done"] == first["planned"] > 0
    (prod,) = (
        each
        for one in pages.get("/rollout.json").json()["rollout"]["environments"]
        if one["name"] == "prod"
        for each in one["accounts"]
    )
    assert prod["applied"]["why"] == "the first time"
    assert (prod["regions"], prod["steps_done"]) == (
        [{"region": "us-east-1", "status": "CURRENT", "is_wanted": True}],
        prod["steps"],
    )
    assert "It has the rules of its environment" in pages.get(f"/accounts/{APP}/onboarding").text
    written = [one for one in (operator.folder / "lake" / "deployments").rglob("*") if one.is_file()]
    secret = operator.running.told["AWS_SECRET_ACCESS_KEY"].encode()
    assert not [one for one in written if secret in one.read_bytes()]
    assert {oct(one.stat().st_mode & 0o77) for one in written if one.suffix == ".json"} == {"0o0"}


def test_a_lake_that_takes_no_records_stops_no_command(operator: Operator) -> None:
    organizations = operator.running.client("organizations")
    told = organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    known = next(one["Id"] for one in told if one["Name"] == COMMON)
    organizations.detach_policy(PolicyId=known, TargetId=organizations.list_roots()["Roots"][0]["Id"])
    (operator.folder / "full" / "snapshots").mkdir(parents=True)
    (operator.folder / "full" / "deployments").touch()  # no folder, so that nothing can be kept in it
    lake = ("--lake", "full", "--quiet")
    for words, code, printed in (
        (("drift", "-o", "plan.json"), 2, f"policy_attachment/{COMMON}/root"),
        (("apply", "plan.json"), 0, "1 done"),
        (("plan",), 0, "no changes"),
        (("onboard", APP), 0, "1 of 1 account"),
        (("destroy", "-o", "gone.json"), 2, f"policy/{COMMON}"),
    ):
        ended = operator.ended(*words, *lake)
        assert (ended.returncode, printed in ended.stdout) == (code, True), (
            words,
            ended.stdout,
            ended.stderr,
        )
        assert ended.stderr.count("no record of this can be kept in `full`: ") == 1


def test_drift_is_told_once_with_what_it_opens_and_once_more_when_it_is_mended(
    operator: Operator, inbox: tuple[Any, str], pages: httpx.Client
) -> None:
    organizations = operator.running.client("organizations")
    told = organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    known = next(one["Id"] for one in told if one["Name"] == COMMON)
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.detach_policy(PolicyId=known, TargetId=root)
    organizations.create_account(AccountName="newcomer", Email="newcomer@acme.example")
    address = f"policy_attachment/{COMMON}/root"

    found, alerts = look(operator, "-o", "plan.json")
    (drift,) = found["drifts"]
    assert (drift["address"], drift["doers"][0]["event"]) == (address, "DetachPolicy")
    assert "`organizations:LeaveOrganization` on `*` is let through, and was denied" in drift["opens"]
    (newcomer,) = found["accounts_in_no_environment"]
    assert (newcomer["name"], newcomer["detail"]) == ("newcomer", "it is in root")
    assert [(one["region"], one["calls"]) for one in found["regions_not_governed"]] == [("eu-west-1", 1)]
    ungoverned = {f"ungoverned/{newcomer['account']}", f"ungoverned/{APP}/eu-west-1"}
    assert set(alerts) == {f"drift {one}" for one in (address, *ungoverned)}
    messages = {one["address"]: one for one in heard(inbox, 3)}
    assert set(messages) == {address, *ungoverned}
    assert messages[address]["opens"] == drift["opens"]
    assert "DetachPolicy" in messages[address]["doers"][0]
    assert "DetachPolicy" in pages.get("/rollout").text

    again, alerts = look(operator)
    assert [one["address"] for one in again["drifts"]] == [address]
    assert alerts == []

    operator.apply("--why", "nobody knew why")
    mended, alerts = look(operator)
    assert (mended["drifts"], alerts) == ([], [f"mended {address}"])
    assert [(one["kind"], one["address"]) for one in heard(inbox, 1)] == [("mended", address)]
    assert "nobody knew why" in pages.get("/history").text


def test_alerts_need_a_place_that_remembers_them(operator: Operator) -> None:
    del operator.environment["CRATON_LAKE"]
    ended = operator.ended("drift", "--alert")
    assert ended.returncode == 1
    assert "--alert needs --lake" in ended.stderr
