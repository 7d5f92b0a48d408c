"""Guardrails of each tier stand in the accounts that are held to them, and stop what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.kinds.judging import allowed, policy
from tests.unit.kinds.rehearsed import HOME, MANAGEMENT, MANIFEST, SEARCH, SUPPORT, Rehearsed, intent, part

from craton.aws.guardrail_runtime import GuardrailRuntime
from craton.compiler.template_text import template_text
from craton.core.guard import Became
from craton.kinds.encryption_key import ALIAS
from craton.kinds.enforced_guardrail import is_enforced
from craton.kinds.guardrail import tier_of
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from craton.core.intent import Intent

KINDS = ("encryption_key", "guardrail", "guardrail_version", "enforced_guardrail")
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----"


def document(wanted: Intent) -> dict[str, Any]:
    return part(wanted, "member", *KINDS)


def body(wanted: Intent, name: str = "member", *kinds: str) -> str:
    return template_text(part(wanted, name, *(kinds or KINDS))).decode()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """An account of `dev`, which observes and is held all the same, and one of `prod`, which enforces."""
    more = "guardrails: {enforced: {dev: true}, tiers: {dev: strict}}\n"
    with Rehearsed(intent(tmp_path_factory.mktemp("guardrails"), more)) as rehearsed:
        rehearsed.member(SEARCH, "dev", document=document(rehearsed.intent))
        rehearsed.member(SUPPORT, "prod", document=document(rehearsed.intent))
        yield rehearsed
        rehearsed.rest()
        assert rehearsed.world.work.failures == []
        assert list(rehearsed.world.refused) == []


def applied(on: Rehearsed, account: str, text: str) -> str:
    held = on.client("bedrock", account).list_enforced_guardrails_configuration()["guardrailsConfig"][0]
    answer = on.client("bedrock-runtime", account).apply_guardrail(
        guardrailIdentifier=held["guardrailId"],
        guardrailVersion=held["guardrailVersion"],
        source="INPUT",
        content=[{"text": {"text": text}}],
    )
    return str(answer["action"])


def test_it_is_encrypted_with_the_key_of_its_account(on: Rehearsed) -> None:
    alias = on.client("kms", SUPPORT).describe_key(KeyId=ALIAS)["KeyMetadata"]
    (held,) = on.client("bedrock", SUPPORT).list_guardrails()["guardrails"]
    told = on.client("bedrock", SUPPORT).get_guardrail(guardrailIdentifier=held["id"])
    assert told["kmsKeyArn"] == alias["Arn"]


def test_whoever_calls_in_the_account_may_use_its_key_and_reads_no_bucket_by_it(tmp_path: Path) -> None:
    key = document(intent(tmp_path))["Resources"]["EncryptionKey"]["Properties"]["KeyPolicy"]
    resource = policy(key, SUPPORT)
    arn = f"arn:aws:kms:{HOME}:{SUPPORT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    nothing = policy({"Version": "2012-10-17", "Statement": []}, SUPPORT)

    def decrypts(account: str, **context: str) -> str:
        held = PolicySet(account=account, resource_account=SUPPORT, identity=(nothing,), resource=resource)
        principal = f"arn:aws:iam::{account}:role/anything"
        told = {"kms__CallerAccount": account, **context}
        return allowed(held, "kms:Decrypt", arn, principal=principal, **told)

    assert decrypts(SUPPORT) == "allowed"
    assert decrypts(SUPPORT, kms__ViaService=f"bedrock.{HOME}.amazonaws.com") == "allowed"
    assert decrypts(SUPPORT, kms__ViaService=f"s3.{HOME}.amazonaws.com") == "implicit_deny"
    assert decrypts(SEARCH) == "implicit_deny"


def test_what_enforces_stops_and_what_observes_only_looks(on: Rehearsed) -> None:
    assert applied(on, SUPPORT, f"my key is {KEY}") == "GUARDRAIL_INTERVENED"
    assert applied(on, SUPPORT, "this is Internal Only") == "GUARDRAIL_INTERVENED"
    assert applied(on, SUPPORT, "what does the policy say about windows?") == "NONE"
    assert applied(on, SEARCH, f"my key is {KEY}") == "NONE"


def test_samples_are_tried_on_what_was_deployed(on: Rehearsed, monkeypatch: pytest.MonkeyPatch) -> None:
    held = on.client("bedrock", SUPPORT).list_enforced_guardrails_configuration()["guardrailsConfig"][0]
    key, secret = on._keys[SUPPORT]
    for name, value in {
        "AWS_ENDPOINT_URL": on.server.url,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
    }.items():
        monkeypatch.setenv(name, value)
    guard = GuardrailRuntime(held["guardrailId"], held["guardrailVersion"], region=HOME)
    assert guard.apply(f"my key is {KEY}", "INPUT") == Became("blocked", frozenset({"private-key"}))
    assert guard.apply("this is Internal Only", "OUTPUT") == Became("blocked", frozenset({"internal only"}))
    assert guard.apply("call 206-555-0100", "OUTPUT").outcome in ("masked", "allowed")
    assert guard.apply("nothing here", "INPUT") == Became("allowed", frozenset())


def test_the_guardrail_bears_the_tag_by_which_it_is_protected(on: Rehearsed) -> None:
    bedrock = on.client("bedrock", SUPPORT)
    (guardrail,) = bedrock.list_guardrails()["guardrails"]
    assert guardrail["name"] == "enterprise-content-filter-strict"
    tags = bedrock.list_tags_for_resource(resourceARN=guardrail["arn"])["tags"]
    assert {"key": "craton:protected", "value": "true"} in tags


def test_a_change_of_the_wording_makes_a_new_version_that_is_enforced(on: Rehearsed, tmp_path: Path) -> None:
    bedrock = on.client("bedrock", SUPPORT)
    before = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"][0]
    with pytest.raises(ClientError, match="No updates are to be performed"):
        on.member(SUPPORT, "prod", document=document(on.intent))
    observed = MANIFEST.replace("mode: enforce", "mode: observe")
    more = "guardrails: {tiers: {dev: strict}, enforced: {prod: true}}\n"
    on.member(SUPPORT, "prod", document=document(intent(tmp_path, more, observed)))
    after = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"][0]
    assert int(after["guardrailVersion"]) == int(before["guardrailVersion"]) + 1
    assert after["guardrailId"] == before["guardrailId"]
    assert applied(on, SUPPORT, f"my key is {KEY}") == "NONE"


def test_environments_have_the_tier_that_theirs_asks_for(tmp_path: Path) -> None:
    wanted = intent(tmp_path)
    held = {one.name: (tier_of(wanted, one), is_enforced(wanted, one)) for one in wanted.environments}
    assert held == {"dev": ("basic", False), "prod": ("strict", True)}
    made = document(wanted)["Resources"]
    assert made["GuardrailBasic"]["Condition"] == "InDev"
    assert made["GuardrailStrict"]["Condition"] == "InProd"
    assert "GuardrailBasicEnforced" not in made


def test_a_tier_of_two_modes_acts_by_environment(tmp_path: Path) -> None:
    made = document(intent(tmp_path, "guardrails: {tiers: {dev: strict}}\n"))
    filters = made["Resources"]["GuardrailStrict"]["Properties"]["ContentPolicyConfig"]["FiltersConfig"]
    assert filters[0]["InputAction"] == {"Fn::If": ["InProd", "BLOCK", "NONE"]}
    assert made["Conditions"]["InProd"] == {"Fn::Equals": [{"Ref": "Environment"}, "prod"]}


def test_the_newer_tier_is_routed_by_the_profile_of_the_region(tmp_path: Path) -> None:
    made = document(intent(tmp_path, "guardrails: {tiers: {prod: regulated}}\n"))
    told = made["Resources"]["GuardrailRegulated"]["Properties"]
    assert told["CrossRegionConfig"]["GuardrailProfileArn"]["Fn::Sub"].endswith("/us.guardrail.v1:0")
    assert told["ContentPolicyConfig"]["ContentFiltersTierConfig"] == {"TierName": "STANDARD"}


def test_the_organization_s_guardrail_is_applied_from_a_member_account(tmp_path: Path) -> None:
    wanted = intent(tmp_path)
    with Rehearsed(wanted) as on:
        for region in wanted.regions:
            on.stack(
                "it", MANAGEMENT, body(wanted, "management", "organization_guardrail"), [], region=region
            )
        stacks = on.client("cloudformation", MANAGEMENT, HOME).describe_stacks(StackName="it")["Stacks"]
        (told,) = stacks[0]["Outputs"]
        assert told["OutputKey"] == "OrganizationGuardrailVersionArn"
        arn, _, version = told["OutputValue"].rpartition(":")
        answer = on.client("bedrock-runtime", SEARCH).apply_guardrail(
            guardrailIdentifier=arn,
            guardrailVersion=version,
            source="INPUT",
            content=[{"text": {"text": KEY}}],
        )
        assert answer["action"] == "GUARDRAIL_INTERVENED"


def test_where_nothing_enforces_the_organization_has_no_guardrail(tmp_path: Path) -> None:
    observed = MANIFEST.replace("mode: enforce", "mode: observe")
    made = part(intent(tmp_path, manifest=observed), "management", "organization_guardrail")
    assert made["Resources"] == {}
