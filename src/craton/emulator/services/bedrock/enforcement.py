"""The guardrail that an account enforces in a Region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.runtime.enforced import Enforced, enforced_by_account
from craton.emulator.runtime.guardrail import guardrail_of
from craton.emulator.runtime.naming import letters
from craton.emulator.services.bedrock.service import SERVICE, checked, page

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


@SERVICE.operation("PutEnforcedGuardrailConfiguration")
def put_enforced_guardrail_configuration(call: Call) -> Result:
    """Enforces one version of a guardrail on every call of the account in the Region."""
    checked(call)
    told = call.parameters["guardrailInferenceConfig"]
    found = guardrail_of(call.world, call.account, call.region, str(told["guardrailIdentifier"]))
    version = str(told["guardrailVersion"])
    if found is None or found.wording(version) is None:
        raise ServiceError(
            "ResourceNotFoundException",
            f"The guardrail {told['guardrailIdentifier']} with version {version} could not be found.",
        )
    held = enforced_by_account(call.world, call.account, call.region)
    named = call.parameters.get("configId")
    if named and named not in held:
        raise ServiceError("ResourceNotFoundException", f"The configuration {named} could not be found.")
    if held and not named:
        raise ServiceError(
            "ConflictException",
            "An enforced guardrail configuration already exists in this account and Region.",
        )
    before = held.get(str(named))
    made = str(named or letters(f"{call.account}/{call.region}/enforced/{call.time}", 12))
    held[made] = Enforced(
        guardrail_arn=found.arn,
        version=version,
        guarding=dict(told.get("selectiveContentGuarding") or {}),
        included=tuple((told.get("modelEnforcement") or {}).get("includedModels") or ("ALL",)),
        excluded=tuple((told.get("modelEnforcement") or {}).get("excludedModels") or ()),
        created=before.created if before else call.time,
        created_by=before.created_by if before else call.caller.arn,
        updated=call.time,
        updated_by=call.caller.arn,
        told=dict(told),
    )
    return {"configId": made, "updatedAt": call.time, "updatedBy": call.caller.arn}


@SERVICE.operation("ListEnforcedGuardrailsConfiguration")
def list_enforced_guardrails_configuration(call: Call) -> Result:
    """Tells what the account enforces; what the organization does is not told here."""
    checked(call)
    held = enforced_by_account(call.world, call.account, call.region)
    return page(call, "guardrailsConfig", [_row(made, one) for made, one in held.items()])


def _row(made: str, one: Enforced) -> dict[str, Any]:
    told: dict[str, Any] = {
        "configId": made,
        "guardrailArn": one.guardrail_arn,
        "guardrailId": one.guardrail_arn.rpartition("/")[2],
        "guardrailVersion": one.version,
        "createdAt": one.created,
        "createdBy": one.created_by,
        "updatedAt": one.updated,
        "updatedBy": one.updated_by,
        "owner": "ACCOUNT",
    }
    for name in ("selectiveContentGuarding", "modelEnforcement"):
        if one.told.get(name):
            told[name] = one.told[name]
    return told


@SERVICE.operation("DeleteEnforcedGuardrailConfiguration")
def delete_enforced_guardrail_configuration(call: Call) -> Result:
    """Enforces nothing more."""
    checked(call)
    held = enforced_by_account(call.world, call.account, call.region)
    made = str(call.parameters["configId"])
    if made not in held:
        raise ServiceError("ResourceNotFoundException", f"The configuration {made} could not be found.")
    del held[made]
    return {}
