"""Inference profiles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from craton.core.arn import Arn
from craton.emulator.errors import ServiceError
from craton.emulator.runtime.naming import letters
from craton.emulator.runtime.profile import (
    ApplicationProfile,
    application_profiles,
    models_behind,
    profile_arn,
    system_profiles,
)
from craton.emulator.services.bedrock.service import SERVICE, checked, given_tags, page, tags_of

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

MOST_PROFILES: Final = 1000
"""Source: "Amazon Bedrock endpoints and quotas", docs.aws.amazon.com/general/latest/gr/bedrock.html,
retrieved 2026-11-23."""

_ODD: Final = re.compile(r"[^0-9a-zA-Z _-]+")


@SERVICE.operation("CreateInferenceProfile")
def create_inference_profile(call: Call) -> Result:
    """Makes an application inference profile of a model or of a profile of AWS."""
    checked(call)
    given = call.parameters
    source = (given.get("modelSource") or {}).get("copyFrom")
    if not source:
        raise ServiceError("ValidationException", "The model source must be specified.")
    if not models_behind(str(source), call.region):
        raise ServiceError("ValidationException", f"The model source {source} is invalid in {call.region}.")
    held = application_profiles(call.world, call.account, call.region)
    name = str(given["inferenceProfileName"])
    if any(one.name == name for one in held.values()):
        raise ServiceError("ConflictException", f"An inference profile named {name} already exists.")
    if len(held) >= MOST_PROFILES:
        raise ServiceError(
            "ServiceQuotaExceededException", f"The limit is {MOST_PROFILES} inference profiles."
        )
    made = letters(f"{call.account}/{call.region}/profile/{name}/{call.time}", 12)
    arn = profile_arn(call.account, call.region, made)
    held[made] = ApplicationProfile(
        id=made,
        arn=arn,
        name=name,
        description=given.get("description"),
        copied_from=str(source),
        created=call.time,
    )
    tags_of(call.world, arn).update(given_tags(call))
    return {"inferenceProfileArn": arn, "status": "ACTIVE"}


@SERVICE.operation("GetInferenceProfile")
def get_inference_profile(call: Call) -> Result:
    """Tells of one profile."""
    checked(call)
    told = Arn.parse(
        profile_arn(call.account, call.region, str(call.parameters["inferenceProfileIdentifier"]))
    )
    kind, _, name = told.resource.partition("/") if told else ("", "", "")
    if kind == "inference-profile" and name in system_profiles(call.region):
        return _system_row(call, name)
    found = application_profiles(call.world, call.account, call.region).get(name)
    if found is None or told is None or told.region != call.region or told.account != call.account:
        raise _not_found()
    return _application_row(call, found)


@SERVICE.operation("ListInferenceProfiles")
def list_inference_profiles(call: Call) -> Result:
    """Lists AWS's profiles, or those that the account made."""
    checked(call)
    if call.parameters.get("typeEquals") == "APPLICATION":
        held = application_profiles(call.world, call.account, call.region)
        rows = [_application_row(call, one) for one in held.values()]
    else:
        rows = [_system_row(call, name) for name in system_profiles(call.region)]
    return page(call, "inferenceProfileSummaries", rows)


@SERVICE.operation("DeleteInferenceProfile")
def delete_inference_profile(call: Call) -> Result:
    """Removes an application inference profile."""
    checked(call)
    arn = profile_arn(call.account, call.region, str(call.parameters["inferenceProfileIdentifier"]))
    told = Arn.parse(arn)
    if told is not None and told.resource.startswith("inference-profile/"):
        raise ServiceError("ValidationException", "A system-defined inference profile cannot be deleted.")
    held = application_profiles(call.world, call.account, call.region)
    made = arn.rpartition("/")[2]
    if told is None or made not in held or held[made].arn != arn:
        raise _not_found()
    del held[made]
    tags_of(call.world, arn).clear()
    return {}


def _not_found() -> ServiceError:
    return ServiceError(
        "ResourceNotFoundException",
        "The specified resource Amazon Resource Name (ARN) was not found. Check the Amazon Resource"
        " Name (ARN) and try your request again.",
    )


def _application_row(call: Call, one: ApplicationProfile) -> dict[str, Any]:
    told: dict[str, Any] = {
        "inferenceProfileName": one.name,
        "createdAt": one.created,
        "updatedAt": one.created,
        "inferenceProfileArn": one.arn,
        "models": _models(one.copied_from, call.region),
        "inferenceProfileId": one.id,
        "status": "ACTIVE",
        "type": "APPLICATION",
    }
    return {**told, "description": one.description} if one.description else told


def _system_row(call: Call, name: str) -> dict[str, Any]:
    """A profile of AWS. How AWS calls it is not known here: its name is made of its id."""
    return {
        "inferenceProfileName": _ODD.sub(" ", name),
        "inferenceProfileArn": profile_arn(call.account, call.region, name),
        "models": _models(name, call.region),
        "inferenceProfileId": name,
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


def _models(source: str, region: str) -> list[dict[str, str]]:
    return [{"modelArn": arn} for arn in models_behind(source, region)]
