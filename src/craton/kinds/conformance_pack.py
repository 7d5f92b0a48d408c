"""The rules of AWS's own that trails and logs are to keep, as one pack in every account.

Source: docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html and the pages of
these rules, and conformance-pack-organization-apis.html there, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.core.kind import Kind
from craton.core.resource import Resource
from craton.kinds.config_rule import outside, recorded
from craton.kinds.invocation_log_group import NAME, days_in_account, logging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

PACK: Final = "ConformancePack"
_MANAGED: Final = (
    *("CLOUD_TRAIL_ENABLED", "CLOUD_TRAIL_ENCRYPTION_ENABLED", "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED"),
    "CLOUDWATCH_LOG_GROUP_ENCRYPTED",
)
_RETENTION: Final = "CW_LOGGROUP_RETENTION_PERIOD_CHECK"


def pack(intent: Intent) -> dict[str, Any]:
    """The template of the pack: rules that Config knows by their identifiers."""
    parameters: dict[str, dict[str, Any]] = {one: {} for one in _MANAGED}
    if logging(intent).transport != "replication":
        least = min((days_in_account(intent, one) for one in intent.environments), default=1)
        parameters[_RETENTION] = {"LogGroupNames": NAME, "MinRetentionTime": str(least)}
    return {"Resources": {_logical_id(one): _rule(one, given) for one, given in parameters.items()}}


def _rule(identifier: str, parameters: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "ConfigRuleName": identifier.lower().replace("_", "-"),
        "Source": {"Owner": "AWS", "SourceIdentifier": identifier},
    }
    if parameters:
        properties["InputParameters"] = parameters
    return {"Type": "AWS::Config::ConfigRule", "Properties": properties}


def _logical_id(identifier: str) -> str:
    return "".join(part.capitalize() for part in identifier.split("_"))


def _resources(intent: Intent) -> Iterator[Resource]:
    if not recorded(intent):
        return
    yield Resource(
        template="management",
        id=PACK,
        type="AWS::Config::OrganizationConformancePack",
        regions="home",
        properties={
            "OrganizationConformancePackName": "craton-bedrock",
            "ExcludedAccounts": sorted(outside(intent)) or None,
            "TemplateBody": json.dumps(pack(intent), indent=1) + "\n",
        },
    )


KIND: Final = Kind(name="conformance_pack", title="Pack of AWS's rules", resources=_resources)
