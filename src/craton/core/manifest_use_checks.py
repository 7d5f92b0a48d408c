"""What a manifest's models and prices must say of its environments, accounts and dates."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import combinations
from typing import TYPE_CHECKING, Final

from craton.core.manifest_environment_checks import has_its_form, may_be_a_key
from craton.core.manifest_origin import Path, fault, may_be_among, repeated, unknown_accounts, unread, warning
from craton.core.manifest_owner_checks import ends_before_it_begins
from craton.core.model_reference import parse
from craton.core.owners import Period
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import ApplicationInferenceProfile, Manifest, NegotiatedPrice
    from craton.core.manifest_origin import Check, Origin

APPROVED: Final = ("models", "approved")
PROFILES: Final = ("models", "application_inference_profiles")


def environments_say_what_is_approved(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Where any environment approves models, each says which."""
    approved, environments = manifest.models.approved, manifest.environments
    for name in environments if approved else ():
        if name not in approved and has_its_form(name) and not may_be_a_key(origin, APPROVED, name):
            message = f"no model is approved in the environment {ticked(name)}"
            hint = f"list some under `models.approved.{name}`; `[]` there says that none is meant"
            yield warning("nothing_approved", message, origin.key_place(("environments", name)), hint)


def profiles_are_listed_once(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """No ARN stands twice."""
    arns = [((*PROFILES, index, "arn"), profile.arn) for index, profile in _profiles(manifest)]
    for _, place, line in repeated(origin, arns):
        hint = f"the first stands on line {line}; remove one of them"
        yield fault("profile_twice", "this application inference profile is listed twice", place, hint)


def profiles_stand_in_the_organization(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each profile is in an account and a Region of the organization."""
    for index, profile in _profiles(manifest):
        path = (*PROFILES, index, "arn")
        if not origin.whole(path):
            continue
        _, _, _, region, account, _ = profile.arn.split(":", 5)
        yield from unknown_accounts(manifest, origin, [(path, account)])
        yield from _region_unlisted(manifest, origin, path, region)


def profiles_name_a_model(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each profile stands for a model that can be told, and that is approved where the profile is."""
    for index, profile in _profiles(manifest):
        path = (*PROFILES, index, "model")
        if not origin.whole(path):
            continue
        reference = parse(profile.model)
        if reference.base is None or reference.kind not in ("foundation_model", "inference_profile"):
            message = f"{ticked(profile.model)} is neither a foundation model nor a system-defined profile"
            hint = "write what the profile was made from, such as `us.anthropic.claude-sonnet-4-6`"
            yield fault("profile_model_unknown", message, origin.place(path), hint)
        elif origin.whole((*PROFILES, index, "arn")):
            yield from _unapproved(manifest, origin, path, profile, reference.base)


def _unapproved(
    manifest: Manifest, origin: Origin, path: Path, profile: ApplicationInferenceProfile, base: str
) -> Iterator[Diagnostic]:
    account = manifest.accounts_by_id().get(profile.arn.split(":")[4])
    environment = manifest.environment_of(account.id, account.ou) if account else None
    approved = manifest.models.approved.get(environment or "")
    if approved is None or any(fnmatchcase(base, glob) for glob in approved):
        return
    if not origin.whole((*APPROVED, environment or "")):
        return
    message = f"{ticked(base)} is not approved in {ticked(environment or '')}, where this profile is"
    hint = f"add it under `models.approved.{environment}`, or retire the profile"
    yield warning("profile_model_unapproved", message, origin.place(path), hint)


def prices_are_discounts_or_rates(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each negotiated price is one of the two, and holds for some day."""
    for path, price in _prices(manifest):
        ways = ((*path, "discount_percent"), (*path, "usd_per_million_tokens"))
        if price.discount_percent is not None and price.usd_per_million_tokens is not None:
            place = origin.key_place((*path, "usd_per_million_tokens"))
            hint = "make two items of it, or remove one of the two"
            yield fault("price_two_ways", "this price has both a discount and own rates", place, hint)
        elif _is_empty(price) and origin.complete(path) and origin.whole(*ways):
            hint = "give `discount_percent`, or rates under `usd_per_million_tokens`"
            yield fault(
                "price_empty", "this price has neither a discount nor a rate", origin.place(path), hint
            )
        if _period(price).is_empty and origin.whole((*path, "from"), (*path, "until")):
            yield ends_before_it_begins(origin, path)
        if price.region is not None:
            yield from _region_unlisted(manifest, origin, (*path, "region"), price.region)


def _is_empty(price: NegotiatedPrice) -> bool:
    return price.discount_percent is None and not price.rates


def prices_do_not_overlap(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """On any day, one price holds for the same models, scope, Region and tier."""
    keys = ("model", "geo_scope", "region", "tier", "from", "until")
    sound = [
        (path, price)
        for path, price in _prices(manifest)
        if origin.complete(path) and origin.whole(*((*path, key) for key in keys))
    ]
    for (first, one), (path, other) in combinations(sound, 2):
        if _scope(one) == _scope(other) and _period(one).overlaps(_period(other)):
            line = origin.place((*first, "model")).line
            hint = f"the other stands on line {line}; part them by `until` and `from`"
            if one.until is None and one.since < other.since:
                hint = f"end the one on line {line} with `until: {other.since}`"
            message = f"two prices hold for {ticked(other.model)} at the same time"
            yield fault("prices_overlap", message, origin.place((*path, "model")), hint)


def _scope(price: NegotiatedPrice) -> tuple[str | None, ...]:
    return price.model, price.geo_scope, price.region, price.tier


def _period(price: NegotiatedPrice) -> Period:
    return Period(price.since, price.until)


def _region_unlisted(manifest: Manifest, origin: Origin, path: Path, region: str) -> Iterator[Diagnostic]:
    flawed = unread(origin, ("regions",), manifest.regions)
    if region not in manifest.regions and origin.whole(path) and not may_be_among(region, flawed):
        message = f"the Region {ticked(region)} is not among the manifest's"
        yield warning("region_unlisted", message, origin.place(path), "add it under `regions`")


def _profiles(manifest: Manifest) -> Iterator[tuple[int, ApplicationInferenceProfile]]:
    yield from enumerate(manifest.models.application_inference_profiles)


def _prices(manifest: Manifest) -> Iterator[tuple[Path, NegotiatedPrice]]:
    for index, price in enumerate(manifest.prices):
        yield ("prices", index), price


USE_CHECKS: Final[tuple[Check, ...]] = (
    environments_say_what_is_approved,
    profiles_are_listed_once,
    profiles_stand_in_the_organization,
    profiles_name_a_model,
    prices_are_discounts_or_rates,
    prices_do_not_overlap,
)
