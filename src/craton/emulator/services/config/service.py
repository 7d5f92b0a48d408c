"""The service, and what is kept of a rule.

Configuration items are not recorded, so that nothing evaluates by them: rules run when they are made, when
they change and when somebody starts them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    import datetime as dt

    from craton.emulator.call import Call
    from craton.emulator.world import World

SERVICE = Service(
    "config",
    moto=(
        *("PutConfigurationRecorder", "DescribeConfigurationRecorders", "DeleteConfigurationRecorder"),
        *("DescribeConfigurationRecorderStatus", "StartConfigurationRecorder", "StopConfigurationRecorder"),
        *("PutDeliveryChannel", "DescribeDeliveryChannels", "DeleteDeliveryChannel"),
        *("PutConfigurationAggregator", "DescribeConfigurationAggregators", "DeleteConfigurationAggregator"),
        *("PutAggregationAuthorization", "DescribeAggregationAuthorizations"),
        "DeleteAggregationAuthorization",
    ),
)


@dataclass(slots=True, kw_only=True)
class Rule:
    """A rule, when it ran, and what it last found of each resource.

    `created_by` is the service that made it, for an account or its organization; None where a principal did.
    """

    name: str
    id: str
    arn: str
    account: str
    region: str
    told: dict[str, Any]
    made: dt.datetime
    created_by: str | None = None
    invoked: dt.datetime | None = None
    succeeded: dt.datetime | None = None
    failed: dt.datetime | None = None
    error: str | None = None
    results: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)


def rules(world: World, account: str, region: str) -> dict[str, Rule]:
    """The rules of an account and Region by name."""
    return world.shelf(account, region, "config rules")


def existing(call: Call, name: str) -> Rule:
    """The rule of that name. Raises: ServiceError."""
    found = rules(call.world, call.account, call.region).get(name)
    if found is None:
        raise ServiceError(
            "NoSuchConfigRuleException",
            f"The ConfigRule '{name}' provided in the request is invalid. Please check the configRule name.",
        )
    return found


def page(call: Call, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of rows with the token of the next."""
    start, size = int(call.parameters.get("NextToken") or 0), int(call.parameters.get("Limit") or 100)
    more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
    return {key: rows[start : start + size], **more}


def remediations(call: Call) -> dict[str, dict[str, Any]]:
    """What is to be done about resources that break a rule, by the names of rules."""
    return call.world.shelf(call.account, call.region, "config remediations")


def tags_of(call: Call, arn: str) -> dict[str, str]:
    """The tags of what an ARN names, to be read and changed."""
    kept: dict[str, str] = call.world.shelf(call.account, call.region, "config tags").setdefault(arn, {})
    return kept


def tag(call: Call, arn: str) -> None:
    """What an ARN names has the tags that a call brings, too."""
    given = call.parameters.get("Tags") or ()
    tags_of(call, arn).update({str(one["Key"]): str(one["Value"]) for one in given})
