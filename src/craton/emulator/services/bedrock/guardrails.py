"""Guardrails and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.arn import Arn
from craton.emulator.errors import ServiceError
from craton.emulator.runtime.enforced import enforced_by_account
from craton.emulator.runtime.guardrail import DRAFT, Guardrail, Wording, guardrail_of, guardrails
from craton.emulator.runtime.naming import letters
from craton.emulator.services.bedrock.service import SERVICE, checked, given_tags, page, policies, tags_of
from craton.emulator.services.bedrock.wording import read_wording

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

MOST_GUARDRAILS: Final = 100
MOST_VERSIONS: Final = 20
"""Source of both: "Amazon Bedrock endpoints and quotas", docs.aws.amazon.com/general/latest/gr/bedrock.html,
retrieved 2026-11-23."""


@SERVICE.operation("CreateGuardrail")
def create_guardrail(call: Call) -> Result:
    """Makes a guardrail whose draft is ready at once."""
    checked(call)
    held = guardrails(call.world, call.account, call.region)
    wording = read_wording(call, None)
    _refuse_taken(held, wording.name, None)
    if len(held) >= MOST_GUARDRAILS:
        raise ServiceError(
            "ServiceQuotaExceededException",
            f"The number of guardrails in this account and Region has reached its limit: {MOST_GUARDRAILS}.",
        )
    number = call.world.shelf(call.account, call.region, "bedrock guardrail ids")
    number["given"] = number.get("given", 0) + 1
    made = letters(f"{call.account}/{call.region}/guardrail/{number['given']}", 12)
    arn = f"arn:aws:bedrock:{call.region}:{call.account}:guardrail/{made}"
    held[made] = Guardrail(id=made, arn=arn, draft=wording)
    tags_of(call.world, arn).update(given_tags(call))
    return {"guardrailId": made, "guardrailArn": arn, "version": DRAFT, "createdAt": wording.created}


@SERVICE.operation("UpdateGuardrail")
def update_guardrail(call: Call) -> Result:
    """Says anew what the draft says: a policy that is not told is gone."""
    checked(call)
    found = existing(call)
    wording = read_wording(call, found.draft)
    _refuse_taken(guardrails(call.world, call.account, call.region), wording.name, found.id)
    found.draft = wording
    return {
        "guardrailId": found.id,
        "guardrailArn": found.arn,
        "version": DRAFT,
        "updatedAt": wording.updated,
    }


@SERVICE.operation("CreateGuardrailVersion")
def create_guardrail_version(call: Call) -> Result:
    """Freezes the draft under the next number."""
    checked(call)
    found = existing(call)
    if len(found.versions) >= MOST_VERSIONS:
        raise ServiceError(
            "ServiceQuotaExceededException",
            f"The number of versions of guardrail {found.id} has reached its limit of {MOST_VERSIONS}.",
        )
    found.last_version += 1
    number = str(found.last_version)
    found.versions[number] = found.draft.numbered(call.parameters.get("description"), call.time)
    return {"guardrailId": found.id, "version": number}


@SERVICE.operation("GetGuardrail")
def get_guardrail(call: Call) -> Result:
    """Tells what a version says, the draft where none is named."""
    checked(call)
    found = existing(call)
    version = str(call.parameters.get("guardrailVersion") or DRAFT)
    wording = found.wording(version)
    if wording is None:
        raise not_found(f"{found.id} with version {version}")
    told: dict[str, Any] = {
        **_summary(found, version, wording),
        "guardrailId": found.id,
        "guardrailArn": found.arn,
        **wording.policies,
        "statusReasons": [],
        "failureRecommendations": [],
        "blockedInputMessaging": wording.blocked_input,
        "blockedOutputsMessaging": wording.blocked_outputs,
    }
    if wording.kms_key_arn:
        told["kmsKeyArn"] = wording.kms_key_arn
    return told


@SERVICE.operation("ListGuardrails")
def list_guardrails(call: Call) -> Result:
    """Tells of the drafts, or of every version of one guardrail."""
    checked(call)
    if call.parameters.get("guardrailIdentifier"):
        found = existing(call)
        rows = [_row(found, DRAFT, found.draft)]
        rows += [_row(found, number, one) for number, one in found.versions.items()]
    else:
        held = guardrails(call.world, call.account, call.region)
        rows = [_row(one, DRAFT, one.draft) for one in held.values()]
    return page(call, "guardrails", rows)


@SERVICE.operation("DeleteGuardrail")
def delete_guardrail(call: Call) -> Result:
    """Removes a version, or the guardrail with all its versions; what is enforced stays."""
    checked(call)
    found = existing(call)
    version = call.parameters.get("guardrailVersion")
    if version and str(version) not in found.versions:
        raise not_found(f"{found.id} with version {version}")
    used = _enforced_versions(call, found)
    if used and (not version or str(version) in used):
        raise ServiceError(
            "ResourceInUseException",
            f"Guardrail {found.id} is in use by an enforced guardrail configuration.",
        )
    if version:
        del found.versions[str(version)]
    else:
        del guardrails(call.world, call.account, call.region)[found.id]
        tags_of(call.world, found.arn).clear()
        policies(call.world, found.arn).pop(found.arn, None)
    return {}


def existing(call: Call) -> Guardrail:
    """The guardrail that a call names; its own account's, where the call changes it. Raises: ServiceError."""
    name = str(call.parameters["guardrailIdentifier"])
    found = guardrail_of(call.world, call.account, call.region, name)
    if found is None:
        raise not_found(name)
    return found


def not_found(what: str) -> ServiceError:
    """The refusal for a guardrail or version that is not there."""
    return ServiceError("ResourceNotFoundException", f"The guardrail {what} could not be found.")


def _refuse_taken(held: dict[str, Guardrail], name: str, own: str | None) -> None:
    if any(one.draft.name == name and one.id != own for one in held.values()):
        raise ServiceError(
            "ConflictException",
            "Another guardrail in your account already has this name. Update the guardrail name and retry"
            " your request.",
        )


def _enforced_versions(call: Call, found: Guardrail) -> set[str]:
    """The versions of a guardrail that its account enforces."""
    arn = Arn.parse(found.arn)
    account = arn.account if arn else call.account
    held = enforced_by_account(call.world, account, call.region)
    return {one.version for one in held.values() if one.guardrail_arn == found.arn}


def _summary(found: Guardrail, version: str, wording: Wording) -> dict[str, Any]:
    told: dict[str, Any] = {
        "status": "READY",
        "name": wording.name,
        "version": version,
        "createdAt": wording.created,
        "updatedAt": wording.updated,
    }
    if wording.description:
        told["description"] = wording.description
    if wording.profile:
        arn = Arn.parse(found.arn)
        place = f"{arn.region}:{arn.account}" if arn else ""
        told["crossRegionDetails"] = {
            "guardrailProfileId": wording.profile,
            "guardrailProfileArn": f"arn:aws:bedrock:{place}:guardrail-profile/{wording.profile}",
        }
    return told


def _row(found: Guardrail, version: str, wording: Wording) -> dict[str, Any]:
    return {"id": found.id, "arn": found.arn, **_summary(found, version, wording)}
