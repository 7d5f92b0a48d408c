"""Inference profiles: those of AWS, and those that an account made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from craton.core.model_reference import parse
from craton.registry.inference import UNSPECIFIED, inference_profiles

if TYPE_CHECKING:
    import datetime as dt

    from craton.emulator.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationProfile:
    """An application inference profile, and the ARN that it was copied from."""

    id: str
    arn: str
    name: str
    description: str | None
    copied_from: str
    created: dt.datetime


def application_profiles(world: World, account: str, region: str) -> dict[str, ApplicationProfile]:
    """The application inference profiles of an account and Region by id."""
    return world.shelf(account, region, "bedrock application inference profiles")


def profile_arn(account: str, region: str, identifier: str) -> str:
    """The ARN of an inference profile that is named by id or ARN; ids of AWS's own hold a dot."""
    if identifier.startswith("arn:"):
        return identifier
    kind = "inference-profile" if "." in identifier else "application-inference-profile"
    return f"arn:aws:bedrock:{region}:{account}:{kind}/{identifier}"


def system_profiles(region: str) -> tuple[str, ...]:
    """The ids of AWS's profiles that can be called from a Region."""
    return tuple(sorted(name for name, one in inference_profiles().items() if region in one.routes))


def models_behind(source: str, region: str) -> tuple[str, ...]:
    """The ARNs of the models to which calls of a model or profile of AWS may go from a Region.

    None where the profile cannot be called from there, or its routes are not known.
    """
    named = parse(source)
    if named.kind == "foundation_model":
        return (f"arn:aws:bedrock:{region}::foundation-model/{named.base}",)
    profile = inference_profiles().get(str(named.profile_id))
    if profile is None or region not in profile.routes:
        return ()
    places = ["" if one == UNSPECIFIED else one for one in profile.routes[region]]
    if profile.is_global:
        places.append(region)
    return tuple(f"arn:aws:bedrock:{place}::foundation-model/{profile.model}" for place in places)
