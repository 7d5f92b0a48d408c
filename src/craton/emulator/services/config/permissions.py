"""What calls of Config are authorised as: most ARNs hold ids which only Config knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.config.models import config_backends

from craton.emulator.services.config.organization_rollout import PACKS, RULES, rollouts
from craton.emulator.services.config.packs import packs
from craton.emulator.services.config.service import SERVICE, remediations, rules, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from craton.emulator.call import Call

_OF_RULES: Final = (
    *("PutConfigRule", "DeleteConfigRule", "GetComplianceDetailsByConfigRule", "GetCustomRulePolicy"),
)
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
    """The action of a call with each thing that it is about; None where the call tells it by itself."""
    name, given = call.operation.name, call.parameters
    if "ConformancePack" in name or "OrganizationC" in name or "Remediation" in name:
        return [(f"config:{name}", arn) for arn in _arns(call)]
    if name in _OF_RULES:
        named = given.get("ConfigRuleName") or (given.get("ConfigRule") or {}).get("ConfigRuleName")
        found = rules(call.world, call.account, call.region).get(str(named))
        return [(f"config:{name}", found.arn if found else f"{_place(call)}:config-rule/*")]
    if name in _OF_RECORDERS:
        recorder = given.get("ConfigurationRecorderName") or given["ConfigurationRecorder"].get("name")
        return [(f"config:{name}", f"{_place(call)}:configuration-recorder/{recorder or 'default'}/*")]
    if name in _OF_AGGREGATORS:
        held = config_backends[call.account][call.region].config_aggregators
        aggregator = held.get(str(given.get("ConfigurationAggregatorName")))
        arn = aggregator.configuration_aggregator_arn if aggregator else f"{_place(call)}:config-aggregator/*"
        return [(f"config:{name}", str(arn))]
    return None


def _place(call: Call) -> str:
    return f"arn:aws:config:{call.region}:{call.account}"


def _arns(call: Call) -> list[str]:
    """The packs, rules of an organization and remediations that a call is about; what is new ends in `*`."""
    given, place = call.parameters, _place(call)
    for kind, key in ((PACKS, "OrganizationConformancePackName"), (RULES, "OrganizationConfigRuleName")):
        if given.get(key):
            found = rollouts(call.world, call.account, call.region, kind).get(str(given[key]))
            return [found.arn if found else f"{place}:{kind}/*"]
    names = _named(given, "ConformancePackName")
    if names:
        held = packs(call.world, call.account, call.region)
        return [held[one].arn if one in held else f"{place}:conformance-pack/{one}/*" for one in names]
    kept, names = remediations(call), _named(given, "ConfigRuleName")
    names += [str(one["ConfigRuleName"]) for one in given.get("RemediationConfigurations") or ()]
    stem = f"{place}:remediation-configuration"
    return [str(kept[one]["Arn"]) if one in kept else f"{stem}/{one}/*" for one in names] or ["*"]


def _named(given: Mapping[str, Any], key: str) -> list[str]:
    """What stands under a key, or the list under its plural."""
    return [str(given[key])] if given.get(key) else list(map(str, given.get(f"{key}s") or ()))


@SERVICE.tags_of("config")
def resource_tags(call: Call, arn: str) -> dict[str, str]:
    """The tags of what Config has."""
    return dict(tags_of(call, arn))
