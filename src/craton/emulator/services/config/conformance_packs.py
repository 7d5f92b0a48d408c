"""Operations on conformance packs.

Source: "Viewing Compliance Data in the Conformance Packs Dashboard", docs.aws.amazon.com/config/latest/
developerguide/conformance-packs-dashboard.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.config.evaluations import compliance, result
from craton.emulator.services.config.pack_template import inputs_of, template_of
from craton.emulator.services.config.packs import Pack, deploy, new_pack, packs, remove, rules_of
from craton.emulator.services.config.service import SERVICE, page, tag

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.services.config.service import Rule

MOST_PACKS: Final = 50
_TEMPLATE_ERROR: Final = "ConformancePackTemplateValidationException"
_LACKING: Final = (
    *("DeliveryS3Bucket", "DeliveryS3KeyPrefix", "TemplateSSMDocumentDetails", "Source", "Scope"),
)


@SERVICE.operation("PutConformancePack")
def put_conformance_pack(call: Call) -> Result:
    """Sets a pack, and has its rules made behind the call."""
    check_parameters(call)
    given = call.parameters
    for name in _LACKING:
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    template = template_of(call, _TEMPLATE_ERROR)
    name = str(given["ConformancePackName"])
    held = packs(call.world, call.account, call.region)
    pack = held.get(name)
    if pack is None:
        if len(held) >= MOST_PACKS:
            raise ServiceError(
                "MaxNumberOfConformancePacksExceededException", f"There are {MOST_PACKS} conformance packs."
            )
        pack = new_pack(call.world, call.account, call.region, name)
    else:
        _check_changeable(pack)
        pack.state, pack.requested = "UPDATE_IN_PROGRESS", call.time
    tag(call, pack.arn)
    work = functools.partial(deploy, call.world, pack, template, inputs_of(given))
    call.world.work.start(f"conformance pack {name}", work)
    return {"ConformancePackArn": pack.arn}


def _check_changeable(pack: Pack) -> None:
    """Raises: ServiceError for packs of an organization, and while something is done to the pack."""
    if pack.created_by is not None:
        raise ServiceError(
            "AccessDeniedException",
            f"The conformance pack {pack.name} was made by {pack.created_by}, and cannot be changed here.",
        )
    if pack.is_busy:
        raise ServiceError("ResourceInUseException", f"The conformance pack is in state {pack.state}.")


def _existing(call: Call, name: str) -> Pack:
    found = packs(call.world, call.account, call.region).get(name)
    if found is None:
        raise ServiceError("NoSuchConformancePackException", f"The conformance pack {name} does not exist.")
    return found


@SERVICE.operation("DescribeConformancePacks", "DescribeConformancePackStatus")
def describe_conformance_packs(call: Call) -> Result:
    """Tells packs, or in what state they are."""
    check_parameters(call)
    names = call.parameters.get("ConformancePackNames")
    held = packs(call.world, call.account, call.region)
    is_status = call.operation.name == "DescribeConformancePackStatus"
    if names and is_status:
        found = [held[name] for name in map(str, names) if name in held]
    else:
        found = [_existing(call, str(name)) for name in names] if names else list(held.values())
    types = (call.parameters.get("Filters") or {}).get("Types")
    found = [one for one in found if not types or "CUSTOM" in types]
    if is_status:
        return page(call, "ConformancePackStatusDetails", [_status(one) for one in found])
    return page(call, "ConformancePackDetails", [_details(one) for one in found])


def _details(pack: Pack) -> dict[str, Any]:
    inputs = [{"ParameterName": name, "ParameterValue": value} for name, value in pack.given.items()]
    by = {"CreatedBy": pack.created_by} if pack.created_by else {}
    return {
        **pack.told(),
        "ConformancePackInputParameters": inputs,
        "LastUpdateRequestedTime": pack.requested,
        "Type": "CUSTOM",
        **by,
    }


def _status(pack: Pack) -> dict[str, Any]:
    told: dict[str, Any] = {
        **pack.told(),
        "ConformancePackState": pack.state,
        "LastUpdateRequestedTime": pack.requested,
        "Type": "CUSTOM",
    }
    more = {
        "StackArn": pack.stack.stack_id if pack.stack else None,
        "ConformancePackStatusReason": pack.reason,
        "LastUpdateCompletedTime": pack.completed,
    }
    return {**told, **{name: one for name, one in more.items() if one is not None}}


@SERVICE.operation("DeleteConformancePack")
def delete_conformance_pack(call: Call) -> Result:
    """Has a pack and its rules removed behind the call."""
    pack = _existing(call, str(call.parameters["ConformancePackName"]))
    _check_changeable(pack)
    pack.state = "DELETE_IN_PROGRESS"
    call.world.work.start(f"conformance pack {pack.name}", functools.partial(remove, call.world, pack))
    return {}


@SERVICE.operation("DescribeConformancePackCompliance")
def describe_conformance_pack_compliance(call: Call) -> Result:
    """Tells whether each rule of a pack is kept."""
    pack, wanted = _filtered(call)
    kind = (call.parameters.get("Filters") or {}).get("ComplianceType")
    rows = [
        {"ConfigRuleName": one.name, "ComplianceType": compliance(one)["ComplianceType"], "Controls": []}
        for one in wanted
        if kind in (None, compliance(one)["ComplianceType"])
    ]
    told = page(call, "ConformancePackRuleComplianceList", rows)
    return {"ConformancePackName": pack.name, **told}


@SERVICE.operation("GetConformancePackComplianceDetails")
def get_conformance_pack_compliance_details(call: Call) -> Result:
    """Tells what each rule of a pack found."""
    pack, wanted = _filtered(call)
    filters = call.parameters.get("Filters") or {}
    ids = filters.get("ResourceIds")
    rows = [
        result(rule, one)
        for rule in wanted
        for (kind, resource), one in rule.results.items()
        if filters.get("ComplianceType") in (None, one["ComplianceType"])
        and filters.get("ResourceType") in (None, kind)
        and (not ids or resource in ids)
    ]
    told = page(call, "ConformancePackRuleEvaluationResults", rows)
    return {"ConformancePackName": pack.name, **told}


def _filtered(call: Call) -> tuple[Pack, list[Rule]]:
    """The pack of a call, and those of its rules that the call asks for. Raises: ServiceError."""
    pack = _existing(call, str(call.parameters["ConformancePackName"]))
    names = (call.parameters.get("Filters") or {}).get("ConfigRuleNames")
    held = {one.name: one for one in rules_of(call.world, pack)}
    for name in names or ():
        if name not in held:
            raise ServiceError(
                "NoSuchConfigRuleInConformancePackException",
                f"The rule {name} is not in the conformance pack {pack.name}.",
            )
    return pack, [held[name] for name in names] if names else list(held.values())


@SERVICE.operation("GetConformancePackComplianceSummary")
def get_conformance_pack_compliance_summary(call: Call) -> Result:
    """Tells whether packs are kept: rules that found nothing decide only where no rule found anything."""
    check_parameters(call)
    rows = []
    for name in call.parameters["ConformancePackNames"]:
        pack = _existing(call, str(name))
        types = {compliance(one)["ComplianceType"] for one in rules_of(call.world, pack)}
        order = ("NON_COMPLIANT", "COMPLIANT", "INSUFFICIENT_DATA")
        status = next((one for one in order if one in types), "INSUFFICIENT_DATA")
        rows.append({"ConformancePackName": pack.name, "ConformancePackComplianceStatus": status})
    return page(call, "ConformancePackComplianceSummaryList", rows)
