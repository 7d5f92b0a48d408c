"""AWS Config tells of each account whether invocations are logged and a guardrail is enforced."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.rehearsed import (
    HOME,
    MANAGEMENT,
    OTHER,
    SEARCH,
    SUPPORT,
    Rehearsed,
    document,
    intent,
    part,
)
from tests.unit.kinds.whole_hub import take_steps

from craton.compiler.template_text import template_text
from craton.kinds.config_rule import KIND

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest import TempPathFactory  # noqa: PT013 - names of types only

RECORDED = "config_rules: {recorded: true}\nlogging: {transport: centralization}\n"
CONFIG = "arn:aws:iam::{}:role/recorder"


def test_nothing_is_checked_until_config_records(tmp_path: Path) -> None:
    wanted = intent(tmp_path)
    assert list(KIND.resources(wanted)) == []
    assert list(KIND.steps(wanted)) == []


def test_accounts_without_an_enforced_guardrail_are_not_asked_for_one(tmp_path: Path) -> None:
    told = document(intent(tmp_path, RECORDED), "management")["Resources"]
    excluded = {
        name: told[f"GovernanceRule{name}"]["Properties"]["ExcludedAccounts"]
        for name in ("Logging", "Guardrail")
    }
    assert excluded == {"Logging": [MANAGEMENT, "2" * 12], "Guardrail": [MANAGEMENT, "2" * 12, SEARCH]}


def test_the_pack_asks_for_the_shortest_time_that_logs_stay(tmp_path: Path) -> None:
    more = RECORDED.replace("centralization", "subscription, days_in_account: {dev: 7}")
    told = document(intent(tmp_path, more), "management")["Resources"]["ConformancePack"]
    pack = json.loads(told["Properties"]["TemplateBody"])
    rule = pack["Resources"]["CwLoggroupRetentionPeriodCheck"]["Properties"]
    assert rule["InputParameters"]["MinRetentionTime"] == "7"


@pytest.fixture(scope="module")
def checked(tmp_path_factory: TempPathFactory) -> Iterator[Rehearsed]:
    """An organization that records, with a member of `prod` in both Regions, and the rules."""
    with Rehearsed(intent(tmp_path_factory.mktemp("checked"), RECORDED)) as on:
        take_steps(on)
        for account in (MANAGEMENT, "2" * 12, SEARCH, SUPPORT):
            on.client("config", account).put_configuration_recorder(
                ConfigurationRecorder={"name": "default", "roleARN": CONFIG.format(account)}
            )
        for region in (HOME, OTHER):
            on.member(SUPPORT, "prod", region=region)
        on.member(SEARCH, "dev")
        rules = part(on.intent, "management", "config_rule", "conformance_pack")
        on.stack("rules", MANAGEMENT, template_text(rules).decode(), [])
        yield on
        on.rest()
        assert on.world.work.failures == []
        assert list(on.world.refused) == []


def found(on: Rehearsed, account: str, check: str) -> list[tuple[str, str]]:
    """What the rule found in an account, asked anew."""
    config = on.client("config", account)
    names = [one["ConfigRuleName"] for one in config.describe_config_rules()["ConfigRules"]]
    (name,) = [one for one in names if f"craton-bedrock-{check}" in one] or [""]
    if not name:
        return []
    config.start_config_rules_evaluation(ConfigRuleNames=[name])
    on.rest()
    told = config.get_compliance_details_by_config_rule(ConfigRuleName=name)["EvaluationResults"]
    return [(one["ComplianceType"], one.get("Annotation", "")) for one in told]


@pytest.mark.slow
def test_an_account_that_logs_and_guards_in_every_region_complies(checked: Rehearsed) -> None:
    assert found(checked, SUPPORT, "logging") == [("COMPLIANT", "")]
    assert found(checked, SUPPORT, "guardrail") == [("COMPLIANT", "")]
    assert found(checked, SEARCH, "guardrail") == []


@pytest.mark.slow
def test_an_account_that_lacks_it_in_one_region_does_not(checked: Rehearsed) -> None:
    assert found(checked, SEARCH, "logging") == [("NON_COMPLIANT", f"{OTHER}: invocations are not logged")]
    bedrock = checked.client("bedrock", SUPPORT, OTHER)
    held: dict[str, Any] = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    bedrock.put_model_invocation_logging_configuration(
        loggingConfig={**held, "textDataDeliveryEnabled": False}
    )
    assert found(checked, SUPPORT, "logging") == [("NON_COMPLIANT", f"{OTHER}: logs lack text")]
    for one in bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]:
        bedrock.delete_enforced_guardrail_configuration(configId=one["configId"])
    assert found(checked, SUPPORT, "guardrail") == [("NON_COMPLIANT", f"{OTHER}: no guardrail is enforced")]


@pytest.mark.slow
def test_every_account_of_an_environment_has_the_pack(checked: Rehearsed) -> None:
    for account, count in ((SUPPORT, 5), (SEARCH, 5), (MANAGEMENT, 0)):
        rules = checked.client("config", account).describe_config_rules()["ConfigRules"]
        assert sum("-conformance-pack-" in one["ConfigRuleName"] for one in rules) == count
