"""What a call names as its model, and where the call may run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.arn import Arn
from craton.core.model_reference import parse
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.catalog import foundation_models, state_of, writes_text
from craton.emulator.runtime.naming import fraction
from craton.emulator.runtime.profile import application_profiles
from craton.registry.inference import UNSPECIFIED, inference_profiles

if TYPE_CHECKING:
    from craton.core.model_reference import ModelReference
    from craton.emulator.call import Call

_STAYS_HOME: Final = 0.7
"""Of calls through a profile so many run where they were made. Where AWS runs them is nowhere documented."""


class Target(Struct, frozen=True, kw_only=True):
    """A foundation model as a call names it. `regions` are where it may run, None where nowhere else.

    `named` is what the call says; `copied_from` what an application inference profile was made of.
    """

    named: str
    model: str
    copied_from: str | None
    regions: tuple[str, ...] | None

    def runs_in(self, region: str, seed: str) -> str:
        """Where a call from a Region runs: always the same Region for the same seed."""
        if not self.regions or fraction(f"{seed}/home") < _STAYS_HOME:
            return region
        return self.regions[int(fraction(f"{seed}/away") * len(self.regions))]


def target_of(call: Call, named: str) -> Target:
    """The model of a call. Raises: ServiceError for what is no model there; NotEmulatedError."""
    reference = parse(named)
    match reference.kind:
        case "foundation_model":
            arn = Arn.parse(named)
            if arn is not None and arn.region != call.region:
                raise _invalid()
            return Target(named=named, model=_known(reference), copied_from=None, regions=None)
        case "inference_profile":
            regions = _routes(call, reference)
            return Target(named=named, model=_known(reference), copied_from=None, regions=regions)
        case "application_inference_profile":
            return _of_application(call, named)
        case "unknown":
            raise _invalid()
        case kind:
            raise NotEmulatedError(f"models of the kind {kind.replace('_', ' ')}")


def refuse_ended(call: Call, target: Target) -> None:
    """Raises: ServiceError where the model has reached its end."""
    if state_of(target.model, call.time.date()) == "end_of_life":
        raise ServiceError(
            "ResourceNotFoundException",
            "This model version has reached the end of its life. Please refer to the AWS documentation for"
            " more details.",
        )


def refuse_textless(target: Target) -> None:
    """Raises: ServiceError where the model cannot hold a conversation."""
    if not writes_text(target.model):
        raise ServiceError(
            "ValidationException",
            "This action doesn't support the model that you provided. Try again with a supported text or chat"
            " model.",
        )


def _of_application(call: Call, named: str) -> Target:
    arn = Arn.parse(named)
    held = application_profiles(call.world, call.account, call.region)
    found = held.get(named.rpartition("/")[2])
    if arn is None or found is None or found.arn != named:
        raise _invalid()
    behind = parse(found.copied_from)
    regions = _routes(call, behind) if behind.kind == "inference_profile" else None
    return Target(named=named, model=_known(behind), copied_from=found.copied_from, regions=regions)


def _known(reference: ModelReference) -> str:
    if reference.base not in foundation_models():
        raise _invalid()
    return str(reference.base)


def _routes(call: Call, reference: ModelReference) -> tuple[str, ...]:
    """Where a profile of AWS may send calls; for a global one, wherever it can be called from."""
    name = str(reference.profile_id).rpartition("/")[2]
    profile = inference_profiles().get(name)
    if profile is None and reference.base in foundation_models():
        raise NotEmulatedError(f"the inference profile {name}, whose routes AWS does not state")
    if profile is None or call.region not in profile.routes:
        raise _invalid()
    if UNSPECIFIED in profile.routes[call.region]:
        return tuple(sorted(profile.routes))
    return profile.routes[call.region]


def _invalid() -> ServiceError:
    return ServiceError("ValidationException", "The provided model identifier is invalid.")
