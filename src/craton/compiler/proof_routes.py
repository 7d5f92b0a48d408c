"""The ways to models that proofs go: from each Region, by id, by AWS's profiles and those of applications."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from craton.core.arn import Arn
from craton.core.model_reference import parse
from craton.kinds.application_inference_profile import geographic_profile, profiles
from craton.registry.inference import destinations, inference_profiles
from craton.registry.regions import known_regions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.compiler.statement_filling import FilledStatement
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.registry.inference import InferenceProfile

REGIONS: Final = "approved_regions"
"""The policy file that tells Regions and profiles."""

_PROFILE: Final = "bedrock:InferenceProfileArn"


class Route(Struct, frozen=True, kw_only=True):
    """A way to a model: what a call names in a Region, and what an application's profile was copied from.

    `approved` says whether policies let it be gone, and `for_batches` whether a batch job may go it, too, of
    which no key tells the profile. `context` is what AWS does not tell for certain, and is tried either way.
    """

    model: str
    named: str
    region: str
    approved: bool
    for_batches: bool
    copied_from: str | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def through_profile(self) -> bool:
        """Whether the call names a profile in the place of the model."""
        return self.named != self.model


def routes(model: str, intent: Intent, held: Sequence[FilledStatement]) -> Iterator[Route]:
    """Every way to a model from the Regions of the manifest, by its id or by AWS's own profiles."""
    values = _of_regions(held)
    for region in intent.regions:
        there = values is None or region in values["regions"]
        yield Route(model=model, named=model, region=region, approved=there, for_batches=there)
        for profile in inference_profiles().values():
            if profile.model == model and region in profile.routes:
                yield Route(
                    model=model,
                    named=profile.id,
                    region=region,
                    approved=_lets_through(profile.id, region, values),
                    for_batches=_lets_batches_through(profile, region, intent, values),
                )


def application_routes(
    intent: Intent, environment: EnvironmentIntent, account: str, held: Sequence[FilledStatement]
) -> Iterator[Route]:
    """Every way through the profiles of applications that an account has, or gets from the manifest.

    AWS does not say whether the key that tells the profile on the way of a call holds the ARN of the
    application's profile or of the one that it was copied from: each is tried.
    """
    values = _of_regions(held)
    for model, named, source, region in _application_profiles(intent, environment, account):
        behind = parse(source)
        own = source.rpartition("/")[2]
        is_profile = behind.kind == "inference_profile"
        copied = f"arn:aws:bedrock:{region}:{account}:inference-profile/{own}"
        for told in (named, copied) if is_profile else (None,):
            through = values is None or told is None or covers(_profiles_let_through(values), told)
            yield Route(
                model=model,
                named=named,
                region=region,
                approved=through and (values is None or region in values["regions"]),
                for_batches=_lets_batches_through(inference_profiles().get(own), region, intent, values),
                copied_from=source,
                context={} if told is None else {_PROFILE: (told,)},
            )


def _application_profiles(
    intent: Intent, environment: EnvironmentIntent, account: str
) -> Iterator[tuple[str, str, str, str]]:
    """Of each profile its model, its ARN, what it was copied from, and its Region.

    AWS makes up the ids of those that the manifest's templates make.
    """
    for one in intent.manifest.models.application_inference_profiles:
        arn, model = Arn.parse(one.arn), parse(one.model).base
        if arn is None or arn.account != account or arn.region not in intent.regions:
            continue
        if model is not None and covers(environment.approved_models, model):
            yield model, one.arn, one.model, arn.region
    for wanted in profiles(intent):
        if environment.name in wanted.environments and account in (wanted.accounts or (account,)):
            for region in intent.regions:
                arn_of_it = f"arn:aws:bedrock:{region}:{account}:application-inference-profile/a1b2c3d4e5f6"
                source = geographic_profile(wanted.model, region) or wanted.model
                yield wanted.model, arn_of_it, source, region


def _of_regions(held: Sequence[FilledStatement]) -> Mapping[str, Sequence[str]] | None:
    """The values of the policy on Regions, where it is attached."""
    return next((one.values for one in held if one.template.id == REGIONS), None)


def _lets_through(profile: str, region: str, values: Mapping[str, Sequence[str]] | None) -> bool:
    if values is None:
        return True
    if profile.startswith("global."):
        arn = f"arn:aws:bedrock:{region}:000000000000:inference-profile/{profile}"
        return covers(values["global_profiles"], arn) and region in values["regions"]
    return profile.partition(".")[0] in values["geographies"] and region in values["regions"]


def _lets_batches_through(
    profile: InferenceProfile | None,
    region: str,
    intent: Intent,
    values: Mapping[str, Sequence[str]] | None,
) -> bool:
    """Whether a job may run wherever the profile sends it: no key of a job tells the profile.

    The boundary of roles lets jobs go where geographic profiles go, whatever is attached.
    """
    gone_to = profile.routes.get(region, ()) if profile is not None else ()
    boundary = {*intent.regions, *destinations(intent.regions)}
    known = boundary if values is None else boundary & {*values["regions"], *values["destinations"]}
    return known.issuperset((region, *gone_to))


def _profiles_let_through(values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Patterns of the ARNs of profiles that may send calls elsewhere."""
    geographies = (f"arn:aws:bedrock:*:*:inference-profile/{one}.*" for one in values["geographies"])
    return (*geographies, *values["profiles"], *values["global_profiles"])


def other_regions(intent: Intent) -> tuple[str, ...]:
    """Every Region that is known and not of the manifest."""
    return tuple(sorted(set(known_regions()) - set(intent.regions)))


def covers(patterns: Sequence[str], text: str) -> bool:
    """Whether one of the patterns covers a text."""
    return any(fnmatchcase(text, pattern) for pattern in patterns)
