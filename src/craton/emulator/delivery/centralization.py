"""Copies of log events in the account and Region that a rule of the organization names.

The name of a log stream bears the account and Region of its origin there, in a form of our own.

Source: "Cross-account cross-Region log centralization", docs.aws.amazon.com/AmazonCloudWatch/latest/logs/
CloudWatchLogs_Centralization.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import ClientError
from moto.logs.models import logs_backends

from craton.emulator.credentials import service_caller
from craton.emulator.delivery.access import LostError, check_fault, lost
from craton.emulator.delivery.selection import selection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from craton.emulator.delivery.log_events import Origin
    from craton.emulator.organization import Organization
    from craton.emulator.world import World

PRINCIPAL: Final = "observabilityadmin.amazonaws.com"
SHELF: Final = "centralization rules"
SCOPES: Final = ("OrganizationId", "AccountId")
GROUPS: Final = ("LogGroupName",)
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z.]+)\}")
_LONGEST_NAME: Final = 512
_CUSTOMER: Final = "CUSTOMER_MANAGED"


@dataclass(slots=True, kw_only=True)
class Rule:
    """A rule as it was told. `made` and `updated` in milliseconds since 1970."""

    name: str
    arn: str
    creator: str
    region: str
    told: dict[str, Any]
    made: int
    updated: int
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> str:
        """The account that gets the copies."""
        return str(self.told["Destination"]["Account"])

    @property
    def logs(self) -> Mapping[str, Any]:
        """What is said of the log groups of the destination."""
        found: Mapping[str, Any] = self.told["Destination"].get("DestinationLogsConfiguration") or {}
        return found

    def failure(self, organization: Organization | None) -> str | None:
        """Why the rule does nothing, as one of the enum CentralizationFailureReason; None where it works."""
        if organization is None or PRINCIPAL not in organization.service_access:
            return "TRUSTED_ACCESS_NOT_ENABLED"
        if self.account not in organization.members:
            return "DESTINATION_ACCOUNT_NOT_IN_ORGANIZATION"
        return None


class _End(NamedTuple):
    """Where copies go: a Region of the destination account, and the key for new log groups there."""

    region: str
    key: str | None


class _Copy(NamedTuple):
    """What is copied by which rule: events of an origin, encrypted with a customer's key or not."""

    rule: Rule
    origin: Origin
    is_encrypted: bool


def centralize(
    world: World, origin: Origin, events: Sequence[Mapping[str, Any]], *, is_encrypted: bool
) -> None:
    """Sends copies of new events behind the call to where each rule wants them."""
    for held in world.shelves(SHELF).values():
        for rule in tuple(held.values()):
            if _takes(world, rule, origin, is_encrypted=is_encrypted):
                copy = _Copy(rule, origin, is_encrypted)
                for end in _ends(rule):
                    work = partial(_copied, world, copy, end, events)
                    world.work.start(f"centralization {rule.name}", work)


def _takes(world: World, rule: Rule, origin: Origin, *, is_encrypted: bool) -> bool:
    """Whether the rule is about events of that origin; what is at its end already is not."""
    organization = world.organization
    source = rule.told["Source"]
    logs = source["SourceLogsConfiguration"]
    is_end = origin.account == rule.account and origin.region in {end.region for end in _ends(rule)}
    if organization is None or rule.failure(organization) or is_end or origin.region not in source["Regions"]:
        return False
    if is_encrypted and logs["EncryptedLogGroupStrategy"] == "SKIP":
        return False
    values = {"OrganizationId": organization.id, "AccountId": origin.account}
    return (
        origin.account in organization.members
        and selection(str(source.get("Scope") or "*"), SCOPES)(values)
        and selection(str(logs.get("LogGroupSelectionCriteria") or "*"), GROUPS)(
            {"LogGroupName": origin.group}
        )
    )


def _ends(rule: Rule) -> list[_End]:
    encryption = rule.logs.get("LogsEncryptionConfiguration") or {}
    ends = [_End(str(rule.told["Destination"]["Region"]), encryption.get("KmsKeyArn"))]
    backup = rule.logs.get("BackupConfiguration")
    return [*ends, _End(str(backup["Region"]), backup.get("KmsKeyArn"))] if backup else ends


def _copied(world: World, copy: _Copy, end: _End, events: Sequence[Mapping[str, Any]]) -> None:
    rule, origin = copy.rule, copy.origin
    group = _group_name(world, rule, origin)
    try:
        check_fault(world, "observabilityadmin", origin.account, origin.region)
        _require_no_conflict(copy, end, group)
        logs = world.inside.client("logs", end.region, service_caller(rule.account, PRINCIPAL))
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=group, **_encryption(copy, end))
        stream = f"{origin.stream}_{origin.account}_{origin.region}"
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        told = [{"timestamp": one["timestamp"], "message": one["message"]} for one in events]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=told)
    except (LostError, ClientError) as why:
        lost(world, f"{len(events)} log events of {origin.group} by {rule.arn}", why)


def _group_name(world: World, rule: Rule, origin: Origin) -> str:
    """The name of the log group at the end of the rule."""
    pattern = (rule.logs.get("LogGroupNameConfiguration") or {}).get("LogGroupNamePattern")
    organization = world.organization
    if not pattern or organization is None:
        return origin.group
    way = organization.way(origin.account)
    values = {
        "source.logGroup": origin.group,
        "source.accountId": origin.account,
        "source.region": origin.region,
        "source.org.id": organization.id,
        "source.org.ouId": way[-2],
        "source.org.rootId": organization.root.id,
        "source.org.path": "/".join((organization.id, *way)),
    }
    return _VARIABLE.sub(lambda found: values[found[1]], str(pattern))[:_LONGEST_NAME]


def variables_of(pattern: str) -> list[str]:
    """The variables of a pattern of names."""
    return _VARIABLE.findall(pattern)


def _encryption(copy: _Copy, end: _End) -> dict[str, str]:
    told = copy.rule.logs.get("LogsEncryptionConfiguration") or {}
    of_all = told.get("EncryptionScope") == "NEW_DESTINATION_LOG_GROUPS"
    wants_key = told.get("EncryptionStrategy") == _CUSTOMER and (copy.is_encrypted or of_all)
    return {"kmsKeyId": end.key} if wants_key and end.key else {}


def _require_no_conflict(copy: _Copy, end: _End, group: str) -> None:
    """Raises: LostError where encrypted events would come into a group that is not, and may not."""
    told = copy.rule.logs.get("LogsEncryptionConfiguration") or {}
    wants_key = copy.is_encrypted and told.get("EncryptionStrategy") == _CUSTOMER
    there = logs_backends[copy.rule.account][end.region].groups.get(group)
    if not wants_key or told.get("EncryptionConflictResolutionStrategy") == "ALLOW":
        return
    if there is not None and not there.kms_key_id:
        raise LostError(f"the log group {group} is not encrypted with a key of the customer's")
