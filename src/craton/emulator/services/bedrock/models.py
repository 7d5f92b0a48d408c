"""Foundation models, as far as their lifecycle, prices and routes tell of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from craton.core.model_reference import parse
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.catalog import foundation_models, state_of
from craton.emulator.services.bedrock.service import SERVICE, checked
from craton.registry.lifecycle import model_lifecycles

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

_UNKNOWN_TRAITS: Final = ("byProvider", "byCustomizationType", "byOutputModality", "byInferenceType")


@SERVICE.operation("ListFoundationModels")
def list_foundation_models(call: Call) -> Result:
    """Lists the models that have not ended. Their names and modalities are not known here, and not told."""
    checked(call)
    for name in _UNKNOWN_TRAITS:
        if call.parameters.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    day = call.time.date()
    alive = (one for one in foundation_models() if state_of(one, day) != "end_of_life")
    return {"modelSummaries": [_row(call, one) for one in alive]}


@SERVICE.operation("GetFoundationModel")
def get_foundation_model(call: Call) -> Result:
    """Tells of one model."""
    named = parse(str(call.parameters["modelIdentifier"]))
    model = named.base if named.kind == "foundation_model" else None
    if model not in foundation_models() or state_of(str(model), call.time.date()) == "end_of_life":
        raise ServiceError("ResourceNotFoundException", "The specified model could not be found.")
    return {"modelDetails": _row(call, str(model))}


def _row(call: Call, model: str) -> dict[str, Any]:
    state = state_of(model, call.time.date())
    lifecycle: dict[str, Any] = {"status": "LEGACY" if state == "legacy" else "ACTIVE"}
    told = model_lifecycles().get(model)
    if told is not None and state == "legacy":
        days = {
            "endOfLifeTime": told.end_of_life,
            "legacyTime": told.legacy_from,
            "publicExtendedAccessTime": told.extended_access_from,
        }
        midnight = dt.time()
        lifecycle |= {name: dt.datetime.combine(day, midnight) for name, day in days.items() if day}
    return {
        "modelArn": f"arn:aws:bedrock:{call.region}::foundation-model/{model}",
        "modelId": model,
        "modelLifecycle": lifecycle,
    }
