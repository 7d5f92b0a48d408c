"""The pages about policies over HTTP: what is in force, what proves it, calls that are tried and replayed."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.web.conftest import NOW, served
from tests.web.records import LAST_DAY, MARKUP, RESEARCH, SEARCH

from craton.engine import recorded_calls
from craton.engine.board import Board
from craton.web.server import Server

if TYPE_CHECKING:
    from pathlib import Path

STAGING = "666666666666"
CALL = {
    "account_id": STAGING,
    "role": "app",
    "api": "Converse",
    "model_id": "anthropic.claude-sonnet-4-6",
    "region": "us-east-1",
    "endpoint": "public",
}
DENY_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*"}],
}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def read(text: str) -> str:
    """The page as it is read: without marks, breaks and the forms of signs."""
    blocks = re.sub(r"</?(?:ul|li|p|t[dhr]|dt|dd|h\d|option|div)\b[^>]*>", " ", text)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<wbr>|<[^>]*>", "", blocks)))


def asked(client: httpx.Client, path: str, **said: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{path}.json", params=said).json()
    return found


@pytest.fixture
def bare(tmp_path: Path) -> Board:
    """A board without a manifest, over a lake that holds nothing."""
    (tmp_path / "snapshots").mkdir()
    return Board.open(tmp_path, manifest=None, clock=lambda: NOW)


def test_the_tree_says_what_comes_down_from_where(client: httpx.Client) -> None:
    tree = client.get("/policies.json").json()["organization"]
    assert (tree["kind"], tree["name"]) == ("root", "Acme")
    assert [one["name"] for one in tree["policies"]] == ["organization_stays"]
    workloads = next(one for one in tree["branches"] if one["at"] == "workloads")
    staging = next(one for one in workloads["branches"] if one["at"] == "workloads/staging")
    account = next(one for one in staging["branches"] if one["id"] == STAGING)
    inherited = {one["at"]: [policy["name"] for policy in one["policies"]] for one in account["inherited"]}
    assert inherited == {
        "root": ["organization_stays"],
        "workloads": ["approved_regions", "no_long_term_keys"],
        "workloads/staging": ["approved_models"],
    }
    text = read(client.get("/policies").text)
    assert (
        "approved_models from workloads/staging; approved_regions, no_long_term_keys from workloads" in text
    )
    assert "no organization policy holds for the management account" in text


def test_every_attached_policy_has_its_size_findings_and_proofs(client: httpx.Client) -> None:
    policies = {one["key"]: one for one in client.get("/policies.json").json()["policies"]}
    regions = policies["approved_regions"]
    assert regions["attached_at"] == ["workloads"]
    assert len(regions["holds_for"]) == 8
    assert 0 < regions["characters"] < regions["most_characters"] == 10_240
    assert regions["proofs"]["failing"] == 0
    assert regions["proofs"]["requests"] > regions["proofs"]["proofs"] > 10
    assert policies["guardrail_required"]["attached_at"] == []


def test_a_policy_is_told_in_words_and_proved_request_by_request(client: httpx.Client) -> None:
    text = read(client.get("/policies/approved_regions").text)
    assert "Denies bedrock:CreateModelInvocationJob on every resource, where: " in text
    assert "aws:RequestedRegion is unspecified" in text
    assert "mantle does not answer in another Region" in text
    told = client.get("/policies/approved_regions.json").json()
    case = next(one for one in told["proofs"] if one["name"] == "mantle does not answer in another Region")
    assert [answer["outcome"] for answer in case["answers"]] == ["explicit_deny"]
    assert case["answers"][0]["sids"] == ["DenyOutsideRegions"]
    assert told["document"]["Statement"][0]["Sid"] == "DenyOutsideRegions"


def test_a_proof_that_fails_is_told_with_what_differs(
    tmp_path: Path, manifest: Path, client: httpx.Client
) -> None:
    del client
    (tmp_path / "content" / "policies").mkdir(parents=True)
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "content" / "policies" / "nobody_leaves.yaml").write_text(
        "title: Nobody leaves\nexplains: Nobody leaves.\nkind: scp\n"
        "sources: [{page: docs.aws.amazon.com, says: it can be denied, retrieved: 2026-11-26}]\n"
        "statements:\n- {Sid: Stay, Effect: Deny, Action: organizations:LeaveOrganization, Resource: '*'}\n"
        "proofs:\n"
        "- {name: let through, request: {action: organizations:LeaveOrganization}, expect: allowed}\n"
        "- {name: kept, request: {action: organizations:LeaveOrganization}, expect: explicit_deny}\n"
    )
    own = tmp_path / "craton.yaml"
    own.write_text(manifest.read_text().replace("\npolicies:", "\ncontent: [content]\npolicies:", 1))
    (tmp_path / "policies").symlink_to(manifest.parent / "policies")
    board = Board.open(tmp_path, manifest=own, clock=lambda: NOW)
    with served(board) as browser:
        text = read(browser.get("/policies/nobody_leaves").text)
        assert "1 of 2 fail" in text
        assert "is explicitly denied by `Stay`, not allowed" in text
        assert "1 of 2 fail" in read(browser.get("/policies").text)


def test_without_a_manifest_it_is_said_how_policies_get_known(bare: Board) -> None:
    with served(bare) as browser:
        text = read(browser.get("/policies").text)
        assert "What is in force is not known" in text
        assert "type: RESOURCE_CONTROL_POLICY" in text
        assert "No model answers without an approved guardrail" in text
        assert browser.get("/policies/guardrail_required").status_code == 200
        assert "without a manifest" in read(browser.get("/replay").text)
        assert browser.get(f"/accounts/{SEARCH}/allowed").status_code == 404


def test_a_policy_that_is_not_there_is_404(client: httpx.Client) -> None:
    answer = client.get("/policies/aproved_regions")
    assert answer.status_code == 404
    assert "approved_regions" in answer.text


def test_a_call_is_tried_leg_by_leg_and_level_by_level(client: httpx.Client) -> None:
    told = asked(client, "/try-it", **CALL, profile="us")["report"]
    assert told["decision"] == "allowed"
    assert [leg["kind"] for leg in told["legs"]] == ["inference_profile", *["foundation_model"] * 3]
    assert [gate["at"] for gate in told["legs"][0]["gates"]] == [
        "root",
        "workloads",
        "workloads/staging",
        STAGING,
        None,
    ]


def test_a_denied_call_names_leg_level_statement_place_and_change(client: httpx.Client) -> None:
    said = {**CALL, "model_id": "anthropic.claude-opus-4-1-20250805-v1:0"}
    text = read(client.get("/try-it", params=said).text)
    assert "Explicitly denied" in text
    assert "SCP at workloads/staging: explicitly denied by DenyUnapprovedModels of approved_models" in text
    assert "policies/approved_models.json:3:5" in text
    assert "Smallest change: allowed if you add" in text
    told = asked(client, "/try-it", **said)["report"]["legs"][0]
    assert told["statements"][0]["file"] == "policies/approved_models.json"
    assert told["changed_to"] == "allowed"


def test_what_nobody_said_is_unknown_and_named(client: httpx.Client) -> None:
    said = {name: value for name, value in CALL.items() if name != "endpoint"}
    told = asked(client, "/try-it", **said, policy="private_endpoints_only", target="root")
    assert told["report"]["decision"] == "unknown"
    assert told["without"]["decision"] == "allowed"
    assert told["report"]["legs"][0]["unknown_keys"] == ["aws:SourceVpc", "aws:SourceVpce"]
    text = read(client.get("/try-it", params={**said, "policy": "private_endpoints_only"}).text)
    assert re.search(r"Not known: aws:SourceVpc\W+(and )?aws:SourceVpce", text)


def test_further_context_settles_what_is_unknown(client: httpx.Client) -> None:
    said = {
        **CALL,
        "endpoint": "",
        "policy": "private_endpoints_only",
        "context": "aws:SourceVpce=vpce-0123456789abcdef0",
    }
    assert asked(client, "/try-it", **said)["report"]["decision"] == "allowed"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("account_id", "123", "is not in the organization"),
        ("role", "a role", "is no name of a role"),
        ("principal", "somebody", "is no ARN of an account"),
        ("api", "Convers", "there is no API"),
        ("model_id", "gpt", "is no model"),
        ("region", "us-east", "is no Region"),
        ("profile", "xx", "is no inference profile"),
        ("bearer", "LONG_TERM", "belongs to an IAM user"),
        ("bearer", "x", "is no kind of API key"),
        ("at", "soon", "is no time"),
        ("context", "aws:SourceVpce", "is no `KEY=VALUE`"),
        ("policy", "no_such_policy", "there is no policy statement"),
        ("candidate", '{"Statement": [}', "line 1, column 16"),
        ("candidate", "x" * 50_000, "are read"),
        ("candidate", json.dumps({**DENY_ALL, "Id": "x" * 11_000}), "AWS attaches 10,240"),
    ],
)
def test_what_a_field_says_wrong_is_told_beside_it(
    client: httpx.Client, field: str, value: str, told: str
) -> None:
    said = {**CALL, field: value}
    answer = client.post("/try-it", data=said)
    assert answer.status_code == 400
    start = answer.text.index(f'id="{field}-fault"')
    assert told in html.unescape(
        re.sub(r"<code>|</code>", "`", answer.text[start : start + 900].replace("<wbr>", ""))
    )
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-fault"', answer.text)
    twin = client.post("/try-it.json", data=said)
    assert twin.status_code == 400
    assert list(twin.json()["faults"]) == [field]


def test_a_target_that_the_account_is_not_below_is_told(client: httpx.Client) -> None:
    said = {**CALL, "policy": "guardrail_required", "target": "workloads/prod"}
    assert (
        asked(client, "/try-it", **said)["faults"]["target"][0] == "`workloads/prod` is not above the account"
    )


def test_all_faults_are_told_at_once(client: httpx.Client) -> None:
    said = {"account_id": "1", "model_id": "x", "region": "y", "candidate": "{"}
    assert set(asked(client, "/try-it", **said)["faults"]) == {
        "account_id",
        "model_id",
        "region",
        "candidate",
    }


def test_a_pasted_policy_is_tried_and_linted_and_stands_in_no_address(client: httpx.Client) -> None:
    said = {**CALL, "candidate": json.dumps(DENY_ALL, indent=2), "target": "workloads"}
    answer = client.post("/try-it", data=said)
    assert answer.status_code == 200
    text = read(answer.text)
    assert "Without the policy that is tried: allowed" in text
    assert "What the linter says of the pasted policy" in text
    long = {**said, "candidate": json.dumps(DENY_ALL, indent=2) + "\n" * 20_000}
    whole = client.post("/try-it", data={**said, "candidate": json.dumps({**DENY_ALL, "Id": "x" * 9_000})})
    assert "too long for an address" in read(whole.text)
    assert "candidate=" not in whole.text
    assert client.post("/try-it", data=long).status_code == 200


def test_a_form_of_another_site_is_refused(client: httpx.Client) -> None:
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        assert client.post("/try-it", data=CALL, headers=headers).status_code == 403
    own = {"sec-fetch-site": "same-origin", "origin": "null"}
    assert client.post("/try-it", data=CALL, headers=own).status_code == 200


def test_a_form_is_read_within_bounds(client: httpx.Client) -> None:
    assert client.post("/try-it", content=b"x=" + b"y" * 300_000, headers=FORM).status_code == 413
    assert client.post("/try-it", content=b"a=b&" * 200, headers=FORM).status_code == 400
    assert (
        client.post("/try-it", content=b"{}", headers={"content-type": "application/json"}).status_code == 415
    )
    for path in ("/policies", "/", "/panels/overview.calls.json"):
        assert client.post(path, data=CALL).status_code == 405


def test_a_form_needs_the_token_too(board: Board) -> None:
    server = Server(board, host="127.0.0.1", port=0, token="a-token-of-some-length")
    with server.running() as address, httpx.Client(timeout=60) as browser:
        where = f"{address.partition('?')[0]}try-it"
        assert browser.post(where, data=CALL).status_code == 401
        shown = {"authorization": f"Bearer {server.access.token}"}
        assert browser.post(where, data=CALL, headers=shown).status_code == 200


@pytest.mark.parametrize("path", ["/try-it", "/replay"])
def test_no_field_becomes_markup(client: httpx.Client, path: str) -> None:
    names = [
        *CALL,
        "profile",
        "guardrail",
        "tier",
        "context",
        "absent",
        "policy",
        "candidate",
        "target",
        "pasted",
    ]
    names += ["at", "remove", "since", "project", "bearer"]
    for method in ("GET", "POST"):
        said = dict.fromkeys(names, f'"></textarea>{MARKUP}')
        sent = {"params": said} if method == "GET" else {"data": said}
        answer = client.request(method, path, **sent)  # type: ignore[arg-type]
        assert answer.status_code == 400
        assert MARKUP not in answer.text.replace("<wbr>", "")


def test_nothing_asked_shows_an_example_and_says_so(client: httpx.Client) -> None:
    assert "This is an example. Others:" in client.get("/try-it").text
    assert "An example:" in client.get("/replay").text


def test_every_example_can_be_tried(client: httpx.Client) -> None:
    text = client.get("/try-it").text
    links = re.findall(r'href="(/try-it\?[^"#]+)#answer"', text)
    assert len(links) >= 3
    decisions = {
        client.get(html.unescape(link).replace("/try-it?", "/try-it.json?")).json()["report"]["decision"]
        for link in links
    }
    assert decisions >= {"allowed", "explicit_deny"}


def test_a_replay_says_who_would_be_denied_and_by_what(client: httpx.Client) -> None:
    said = {"candidate": "policies/approved_models.json", "at": "workloads/prod", "since": "all"}
    told = asked(client, "/replay", **said)["replay"]
    tally = told["tally"]
    assert sum(tally.values()) == 70 * 12
    assert tally["newly_denied"] > 0
    assert {one["name"] for one in told["accounts"] if one["tally"]["newly_denied"]} <= {
        SEARCH,
        "555555555555",
    }
    assert sum(one["tally"]["newly_denied"] for one in told["days"]) == tally["newly_denied"]
    assert sum(one["tally"]["newly_denied"] for one in told["principals"]) == tally["newly_denied"]
    reason = told["reasons"][0]
    assert reason["statements"][0]["sid"].startswith("Deny")
    page = client.get("/replay", params=said).text
    assert f"{tally['newly_denied']:,} calls would be newly denied" in read(page)
    event = re.search(r'href="(/events/[^"?]+)"', page)
    assert event
    assert client.get(event[1]).status_code == 200


def test_a_policy_can_be_detached_in_a_replay(client: httpx.Client) -> None:
    said = {"remove": "policies/approved_regions.json@workloads", "since": "all"}
    told = asked(client, "/replay", **said)["replay"]
    assert told["removed"] == ["policies/approved_regions.json at workloads"]
    assert told["tally"]["newly_denied"] == 0


def test_a_pasted_policy_is_replayed(client: httpx.Client) -> None:
    said = {"pasted": json.dumps(DENY_ALL), "at": SEARCH, "since": "7d"}
    answer = client.post("/replay", data=said)
    assert answer.status_code == 200
    told = client.post("/replay.json", data=said).json()["replay"]
    assert told["tally"]["newly_denied"] > 0
    assert {one["name"] for one in told["accounts"] if one["tally"]["newly_denied"]} == {SEARCH}
    assert told["reasons"][0]["statements"][0]["file"] == "candidate.json"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"since": "30d"}, "candidate"),
        ({"candidate": "nothing"}, "candidate"),
        ({"candidate": "approved_models", "at": "workload"}, "at"),
        ({"candidate": "approved_models", "since": "soon"}, "since"),
        ({"remove": "x@root"}, "remove"),
        ({"pasted": "{"}, "pasted"),
        ({"pasted": "x" * 50_000}, "pasted"),
    ],
)
def test_what_a_replay_cannot_mean_is_told_beside_the_field(
    client: httpx.Client, said: dict[str, str], field: str
) -> None:
    answer = client.post("/replay", data=said)
    assert answer.status_code == 400
    assert f'id="{field}-fault"' in answer.text
    assert field in client.post("/replay.json", data=said).json()["faults"]


def test_one_replay_waits_for_another_and_gives_up(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("craton.engine.recorded_calls.PATIENCE_S", 0.01)
    said = {"candidate": "tags_required", "at": "sandbox", "since": "7d"}
    with recorded_calls._ONE_AT_A_TIME:
        answer = client.get("/replay", params=said)
        assert answer.status_code == 400
        assert "another replay is still running" in read(answer.text)
    assert client.get("/replay", params=said).status_code == 200


def test_a_recorded_call_is_explained(client: httpx.Client) -> None:
    left = 0
    text = client.get(f"/events/e0000000-0000-4000-8000-{left:06d}{1:06d}").text
    assert "By the organization policies of today" in read(text)
    assert f"{LAST_DAY:%Y-%m-%d} 02:00 UTC" in read(text)
    assert client.get("/events/nothing").status_code == 404
    assert "the lake has no event" in read(client.get("/events/%3Cscript%3E").text).lower()


def test_an_account_leads_to_what_may_be_used_there(client: httpx.Client) -> None:
    assert f'href="/accounts/{SEARCH}/allowed"' in client.get(f"/accounts/{SEARCH}").text
    text = read(client.get(f"/accounts/{STAGING}/allowed").text)
    assert "What may be used in search-staging" in text
    assert "`DenyBatchOutsideGeographies`" not in text
    assert "DenyBatchOutsideGeographies of policies/approved_regions.json at workloads denies" in text
    told = client.get(f"/accounts/{RESEARCH}/allowed.json").json()["allowed"]
    assert {way["whole"]["answer"] for way in told["ways"]} == {"yes"}
    assert client.get("/accounts/098765432109/allowed").status_code == 404


def test_the_management_account_is_said_to_be_exempt(client: httpx.Client) -> None:
    text = read(client.get("/accounts/111111111111/allowed").text)
    assert "No organization policy holds for the management account" in text


def test_a_page_that_somebody_fills_in_is_not_exchanged_for_new_data(client: httpx.Client) -> None:
    assert "data-version" in client.get("/policies").text
    assert "data-version" not in client.get("/try-it").text


def test_a_policy_file_that_goes_away_is_told_on_the_page(
    tmp_path: Path, manifest: Path, client: httpx.Client
) -> None:
    del client
    (tmp_path / "snapshots").mkdir()
    own = tmp_path / "craton.yaml"
    own.write_text(manifest.read_text())
    (tmp_path / "policies").mkdir()
    for file in (manifest.parent / "policies").iterdir():
        (tmp_path / "policies" / file.name).write_bytes(file.read_bytes())
    board = Board.open(tmp_path, manifest=own, clock=lambda: NOW)
    (tmp_path / "policies" / "approved_models.json").unlink()
    with served(board) as browser:
        answer = browser.get("/policies")
        assert answer.status_code == 200
        assert "What is in force is not known" in read(answer.text)
        tried = browser.get("/try-it", params=CALL)
        assert tried.status_code == 400
        assert "cannot be read" in read(tried.text)


def test_a_link_that_names_a_policy_alone_is_completed_by_the_example(client: httpx.Client) -> None:
    text = client.get("/policies/guardrail_required").text
    link = re.search(r'href="(/try-it\?policy=[^"]+)"', text)
    assert link
    answer = read(client.get(link[1]).text)
    assert "This is an example" in answer
    assert "Without the policy that is tried: allowed" in answer


@pytest.mark.parametrize(
    ("path", "head"),
    [
        (
            f"/accounts/{STAGING}/allowed",
            "model,approved,route,through,region,whole,stream,batch,mantle,reasons",
        ),
        ("/replay", "by,name,account,newly_denied,newly_allowed,unchanged,unknown"),
        ("/refused", "event_id,event_time,account_id,principal,event_name,model,error_code"),
    ],
)
def test_tables_have_a_twin_in_csv(client: httpx.Client, path: str, head: str) -> None:
    page = client.get(path).text
    link = re.search(r'href="([^"]+\.csv[^"]*)" download>CSV', page)
    assert link
    answer = client.get(html.unescape(link[1]))
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.partition("\r\n")[0] == head


def test_a_csv_of_what_cannot_be_meant_is_refused(client: httpx.Client) -> None:
    answer = client.get("/replay.csv?candidate=nothing", headers={"accept": "*/*"})
    assert answer.status_code == 400
    assert "there is no policy `nothing`" in answer.json()["error"]
