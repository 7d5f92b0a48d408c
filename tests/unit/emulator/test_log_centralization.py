from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.deliveries import put
from tests.unit.emulator.rehearsal import MANAGEMENT, REGION

from craton.emulator.delivery.access import losses
from craton.emulator.delivery.selection import selection
from craton.emulator.errors import NotEmulatedError, ServiceError

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

    from craton.emulator.credentials import Caller

PRINCIPAL = "observabilityadmin.amazonaws.com"
GROUP = "/aws/bedrock/calls"
EU = "eu-west-1"


def rule(hub: str, **changes: Any) -> dict[str, Any]:
    logs = {
        "LogGroupSelectionCriteria": "LogGroupName LIKE '/aws/bedrock/%'",
        "EncryptedLogGroupStrategy": "SKIP",
    }
    source = {"Regions": [REGION], "Scope": "*", "SourceLogsConfiguration": logs | changes.pop("logs", {})}
    destination = {"Region": EU, "Account": hub, **changes.pop("destination", {})}
    return {"Source": source | changes, "Destination": destination}


def trusted(rehearsal: Rehearsal) -> tuple[str, Caller]:
    """The hub account, which administers centralization, and an account that writes logs."""
    organizations = rehearsal.organization()
    hub, inner = rehearsal.member("hub"), rehearsal.member("inner")
    organizations.enable_aws_service_access(ServicePrincipal=PRINCIPAL)
    organizations.register_delegated_administrator(AccountId=hub, ServicePrincipal=PRINCIPAL)
    return hub, rehearsal.into(inner)


def create(rehearsal: Rehearsal, hub: str, told: dict[str, Any]) -> Any:
    client = rehearsal.client("observabilityadmin", rehearsal.into(hub))
    client.create_centralization_rule_for_organization(RuleName="calls", Rule=told)
    return client


def group(rehearsal: Rehearsal, caller: Caller, name: str = GROUP, **more: Any) -> None:
    rehearsal.client("logs", caller).create_log_group(logGroupName=name, **more)


def copies(rehearsal: Rehearsal, hub: str, region: str = EU) -> dict[str, list[tuple[str, str]]]:
    """The messages in the hub, each with its stream, by log group."""
    logs = rehearsal.client("logs", rehearsal.into(hub), region)
    found = {}
    for one in logs.describe_log_groups()["logGroups"]:
        rows = logs.filter_log_events(logGroupName=one["logGroupName"])["events"]
        found[one["logGroupName"]] = [(row["logStreamName"], row["message"]) for row in rows]
    return found


def test_events_of_groups_that_a_rule_takes_are_copied_and_no_others(rehearsal: Rehearsal) -> None:
    hub, inner = trusted(rehearsal)
    client = create(rehearsal, hub, rule(hub))
    for name in (GROUP, "/other"):
        group(rehearsal, inner, name)
        put(rehearsal, inner, name, f"from {name}")
    stream = f"stream_{inner.account}_{REGION}"
    assert copies(rehearsal, hub) == {GROUP: [(stream, f"from {GROUP}")]}
    told = client.get_centralization_rule_for_organization(RuleIdentifier="calls")
    assert (told["RuleHealth"], told["CreatorAccountId"]) == ("Healthy", hub)
    client.delete_centralization_rule_for_organization(RuleIdentifier=told["RuleArn"])
    put(rehearsal, inner, GROUP, "after")
    assert len(copies(rehearsal, hub)[GROUP]) == 1
    assert losses(rehearsal.world) == []


def test_a_rule_takes_accounts_of_its_scope_and_regions_of_its_list(rehearsal: Rehearsal) -> None:
    hub, inner = trusted(rehearsal)
    other = rehearsal.into(rehearsal.member("other"))
    create(rehearsal, hub, rule(hub, Scope=f"AccountId NOT IN ('{other.account}')"))
    for caller in (inner, other):
        group(rehearsal, caller)
        put(rehearsal, caller, GROUP, caller.account)
    logs = rehearsal.client("logs", inner, "us-west-2")
    logs.create_log_group(logGroupName=GROUP)
    assert [message for _, message in copies(rehearsal, hub)[GROUP]] == [inner.account]


def test_names_follow_a_pattern_and_a_backup_gets_copies_too(rehearsal: Rehearsal) -> None:
    hub, inner = trusted(rehearsal)
    pattern = "/central/${source.accountId}/${source.region}${source.logGroup}"
    logs = {
        "LogGroupNameConfiguration": {"LogGroupNamePattern": pattern},
        "BackupConfiguration": {"Region": "us-west-2"},
    }
    create(rehearsal, hub, rule(hub, destination={"DestinationLogsConfiguration": logs}))
    group(rehearsal, inner)
    put(rehearsal, inner, GROUP, "one")
    name = f"/central/{inner.account}/{REGION}{GROUP}"
    assert list(copies(rehearsal, hub)) == [name]
    assert list(copies(rehearsal, hub, "us-west-2")) == [name]


def key_of(rehearsal: Rehearsal, caller: Caller, region: str) -> str:
    """A key with which CloudWatch Logs may encrypt."""
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{caller.account}:root"}, "Action": "kms:*"},
        {"Effect": "Allow", "Principal": {"Service": f"logs.{region}.amazonaws.com"}, "Action": "kms:*"},
    ]
    policy = {"Version": "2012-10-17", "Statement": [{**one, "Resource": "*"} for one in statements]}
    made = rehearsal.client("kms", caller, region).create_key(Policy=json.dumps(policy))
    return str(made["KeyMetadata"]["Arn"])


def test_encrypted_groups_are_skipped_or_encrypted_anew(rehearsal: Rehearsal) -> None:
    hub, inner = trusted(rehearsal)
    client = create(rehearsal, hub, rule(hub))
    group(rehearsal, inner, kmsKeyId=key_of(rehearsal, inner, REGION))
    put(rehearsal, inner, GROUP, "skipped")
    assert copies(rehearsal, hub) == {}
    central = key_of(rehearsal, rehearsal.into(hub), EU)
    encryption = {"EncryptionStrategy": "CUSTOMER_MANAGED", "KmsKeyArn": central}
    told = rule(
        hub,
        logs={"EncryptedLogGroupStrategy": "ALLOW"},
        destination={"DestinationLogsConfiguration": {"LogsEncryptionConfiguration": encryption}},
    )
    client.update_centralization_rule_for_organization(RuleIdentifier="calls", Rule=told)
    put(rehearsal, inner, GROUP, "copied")
    (made,) = rehearsal.client("logs", rehearsal.into(hub), EU).describe_log_groups()["logGroups"]
    assert made["kmsKeyId"] == central
    assert [message for _, message in copies(rehearsal, hub)[GROUP]] == ["copied"]


def test_copies_are_not_copied_again(rehearsal: Rehearsal) -> None:
    hub, inner = trusted(rehearsal)
    create(rehearsal, hub, rule(hub, Regions=[REGION, EU]))
    back = rule(inner.account, Regions=[EU], destination={"Region": REGION, "Account": inner.account})
    client = rehearsal.client("observabilityadmin", rehearsal.into(hub))
    client.create_centralization_rule_for_organization(RuleName="back", Rule=back)
    group(rehearsal, inner)
    put(rehearsal, inner, GROUP, "one")
    assert len(copies(rehearsal, hub)[GROUP]) == 1
    events = rehearsal.client("logs", inner).filter_log_events(logGroupName=GROUP)["events"]
    assert [one["message"] for one in events] == ["one"]


def test_a_rule_without_trusted_access_is_unhealthy_and_copies_nothing(rehearsal: Rehearsal) -> None:
    hub, inner = trusted(rehearsal)
    client = create(rehearsal, hub, rule(hub))
    rehearsal.organization().disable_aws_service_access(ServicePrincipal=PRINCIPAL)
    (told,) = client.list_centralization_rules_for_organization()["CentralizationRuleSummaries"]
    assert (told["RuleHealth"], told["FailureReason"]) == ("Unhealthy", "TRUSTED_ACCESS_NOT_ENABLED")
    group(rehearsal, inner)
    put(rehearsal, inner, GROUP, "one")
    assert copies(rehearsal, hub) == {}


def test_only_who_administers_the_organization_has_rules(rehearsal: Rehearsal) -> None:
    hub, inner = trusted(rehearsal)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        rehearsal.client("observabilityadmin", inner).list_centralization_rules_for_organization()
    create(rehearsal, hub, rule(hub))
    with pytest.raises(ClientError, match="ConflictException"):
        create(rehearsal, hub, rule(hub))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Scope": "AccountId ="}, "Invalid filter"),
        ({"Scope": "Team = 'a'"}, "the operand Team"),
        ({"logs": {"DataSourceSelectionCriteria": "*"}}, "DataSourceSelectionCriteria"),
        ({"SourceMetricsConfiguration": {"MetricsSelectionCriteria": "*"}}, "SourceMetricsConfiguration"),
        (
            {
                "destination": {
                    "DestinationLogsConfiguration": {
                        "LogsEncryptionConfiguration": {"EncryptionStrategy": "CUSTOMER_MANAGED"}
                    }
                }
            },
            "KmsKeyArn must be specified",
        ),
        (
            {
                "destination": {
                    "DestinationLogsConfiguration": {
                        "LogGroupNameConfiguration": {"LogGroupNamePattern": "/x/${source.team}"}
                    }
                }
            },
            "source.team",
        ),
    ],
)
def test_rules_that_cannot_be_are_refused(rehearsal: Rehearsal, changes: dict[str, Any], why: str) -> None:
    rehearsal.organization()
    with pytest.raises(ClientError, match=why):
        rehearsal.client("observabilityadmin").create_centralization_rule_for_organization(
            RuleName="calls", Rule=rule(MANAGEMENT, **changes)
        )


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("*", {"a", "ab", "b"}),
        ("Name = 'a'", {"a"}),
        ("Name != 'a'", {"ab", "b"}),
        ("Name LIKE 'a%'", {"a", "ab"}),
        ("Name NOT LIKE '%b'", {"a"}),
        ("Name IN ('a', 'b')", {"a", "b"}),
        ("Name NOT IN ('a', 'b')", {"ab"}),
        ("Name LIKE 'a%' AND Name != 'a'", {"ab"}),
        ("Name = 'a' OR Name = 'b'", {"a", "b"}),
        ("Name LIKE '%b' AND (Name = 'a' OR Name = 'b')", {"b"}),
    ],
)
def test_a_filter_takes_what_it_says(text: str, taken: set[str]) -> None:
    takes = selection(text, ("Name",))
    assert {one for one in ("a", "ab", "b") if takes({"Name": one})} == taken


@pytest.mark.parametrize(
    "text", ["", "Name", "Name = a", "Name = 'a' Name = 'b'", "(Name = 'a'", "Name IN ()", "?"]
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(ServiceError, match="Invalid filter"):
        selection(text, ("Name",))
    with pytest.raises(NotEmulatedError):
        selection("Other = 'a'", ("Name",))
