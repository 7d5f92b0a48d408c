"""The service, and what is kept of a rule.

Configuration items are not recorded, so that nothing evaluates by them: rules run when they are made, when
they change and when somebody starts them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from moto.config.models import config_backends

from craton.emulator.errors import ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

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
    """A rule, when it ran, and what it last found of each resource."""

    name: str
    id: str
    arn: str
    account: str
    region: str
    told: dict[str, Any]
    made: dt.datetime
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


def tags_of(call: Call, arn: str) -> dict[str, str]:
    """The tags of a rule, to be read and changed."""
    kept: dict[str, str] = call.world.shelf(call.account, call.region, "config tags").setdefault(arn, {})
    return kept


_OF_RECORDERS: Final = (
    *("PutConfigurationRecorder", "DeleteConfigurationRecorder"),
    *("StartConfigurationRecorder", "StopConfigurationRecorder"),
)
_OF_AGGREGATORS: Final = (
    *("DeleteConfigurationAggregator", "DescribeAggregateComplianceByConfigRules"),
    "GetAggregateComplianceDetailsByConfigRule",
)


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """Rules, recorders and aggregators are authorised by ARNs that hold ids which only Config knows."""
    name = call.operation.name
    given = call.parameters
    named = given.get("ConfigRuleName") or (given.get("ConfigRule") or {}).get("ConfigRuleName")
    if name in ("PutConfigRule", "DeleteConfigRule", "GetComplianceDetailsByConfigRule"):
        found = rules(call.world, call.account, call.region).get(str(named))
        new = f"arn:aws:config:{call.region}:{call.account}:config-rule/*"
        return [(f"config:{name}", found.arn if found else new)]
    place = f"arn:aws:config:{call.region}:{call.account}"
    if name in _OF_RECORDERS:
        recorder = given.get("ConfigurationRecorderName") or given["ConfigurationRecorder"].get("name")
        return [(f"config:{name}", f"{place}:configuration-recorder/{recorder or 'default'}/*")]
    if name in _OF_AGGREGATORS:
        held = config_backends[call.account][call.region].config_aggregators
        aggregator = held.get(str(given.get("ConfigurationAggregatorName")))
        arn = aggregator.configuration_aggregator_arn if aggregator else f"{place}:config-aggregator/*"
        return [(f"config:{name}", str(arn))]
    return None


@SERVICE.tags_of("config")
def resource_tags(call: Call, arn: str) -> dict[str, str]:
    """The tags of a rule."""
    return dict(tags_of(call, arn))
