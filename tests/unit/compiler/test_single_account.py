"""One account alone has what members have, and nothing that leads out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.compiler.manifests import wanted

from craton.compiler.references import references
from craton.compiler.single_account import standing_alone, within_one_account
from craton.compiler.strategy_files import strategy_documents
from craton.core.resource import ByPlace, Output, Resource, attribute, ref, sub
from craton.kinds import kinds

if TYPE_CHECKING:
    from craton.core.intent import Intent

ELSEWHERE = {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sts:AssumeRole"}
HERE = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture(scope="module")
def intent() -> Intent:
    return wanted()[0]


def resource(name: str, properties: Any = None, **more: Any) -> Resource:
    return Resource(template="member", id=name, type="AWS::SNS::Topic", properties=properties or {}, **more)


def kept(intent: Intent, *made: Resource | Output) -> dict[str, Any]:
    found = within_one_account(intent, made)
    return {one.id: one.properties if isinstance(one, Resource) else one.value for one in found}


def test_what_names_the_hub_is_left_out_and_what_names_nothing_stays(intent: Intent) -> None:
    link = resource("Link", {"Sink": sub("arn:aws:oam:us-east-1:222222222222:sink/one")})
    assert kept(intent, link, resource("Topic", {"TopicName": "alarms"})) == {
        "Topic": {"TopicName": "alarms"}
    }


def test_what_names_the_organization_is_left_out_wherever_it_stands(intent: Intent) -> None:
    deep = resource("Rule", {"Targets": [{"Inputs": ByPlace({("1", "r"): "o-exampleorgid"})}]})
    assert kept(intent, deep) == {}


def test_a_statement_that_names_the_hub_goes_and_the_others_stay(intent: Intent) -> None:
    role = resource("Role", {"Trust": {"Statement": [ELSEWHERE, HERE]}})
    assert kept(intent, role) == {"Role": {"Trust": {"Statement": [HERE]}}}


def test_a_policy_without_any_statement_left_takes_its_resource_along(intent: Intent) -> None:
    assert kept(intent, resource("Role", {"Trust": {"Statement": [ELSEWHERE]}})) == {}


def test_what_needs_something_that_is_left_out_is_left_out(intent: Intent) -> None:
    link = resource("Link", {"Sink": "222222222222"})
    told = Output(template="member", id="Told", value=ref("Link"), description="the link")
    after = resource("After", {}, depends_on=("Link",))
    further = resource("Further", {"Of": attribute("After", "Arn")})
    assert kept(intent, link, told, after, further) == {}


def test_what_served_only_that_is_left_out_and_what_serves_others_too_stays(intent: Intent) -> None:
    link = resource("Link", {"Sink": "222222222222", "Role": ref("Role"), "Key": ref("Key")})
    topic = resource("Topic", {"Key": ref("Key")})
    assert set(kept(intent, link, resource("Role"), resource("Key"), topic)) == {"Key", "Topic"}


def test_what_is_for_named_accounts_and_places_is_left_out(intent: Intent) -> None:
    of_account = resource("Of", {}, accounts=frozenset({"333333333333"}))
    of_place = resource("At", {}, places=frozenset({("333333333333", "us-east-1")}))
    assert kept(intent, of_account, of_place) == {}


def test_the_template_of_the_example_logs_and_names_nobody_else(intent: Intent) -> None:
    (document,) = (one for path, one in strategy_documents(intent) if "infrastructure" in path)
    held = document["Resources"]
    assert {"EncryptionKey", "InvocationLogGroup", "LoggingConfiguration", "LoggingRole"} <= set(held)
    assert "LogSubscription" not in held
    told = str(document)
    assert not any(name in told for name in ("222222222222", "111111111111", "o-exampleorgid"))
    declared = {*held, *document["Parameters"]}
    used = {one for one in references(held) if not one.startswith("AWS")}
    assert used <= declared


@pytest.mark.parametrize("transport", ["subscription", "centralization", "replication"])
def test_logs_stay_in_the_account_whatever_way_the_manifest_chooses(transport: str) -> None:
    chosen = standing_alone(wanted(f"logging: {{transport: {transport}}}\n")[0])
    made = [one for kind in kinds() for one in kind.resources(chosen)]
    held = kept(chosen, *made)
    assert "InvocationLogGroup" in held
    assert not {"LogSubscription", "ReplicationRole"} & set(held)
    assert held["InvocationBucket"].get("ReplicationConfiguration") is None
