"""What a form about a call offers: accounts, APIs, models, profiles, Regions, and calls to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.model_reference import GEOGRAPHIES
from craton.engine.candidates import places
from craton.engine.pages import accounts
from craton.engine.policy_catalog import policy_catalog
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.registry.prices import price_table
from craton.registry.regions import known_regions

if TYPE_CHECKING:
    from craton.core.manifest import Manifest
    from craton.core.organization import Account
    from craton.engine.board import Present

TIERS: Final = ("default", "flex", "priority", "reserved")
"""Source: botocore 1.44.5, bedrock-runtime, the enum ServiceTierType, retrieved 2026-11-26."""


class Offered(Struct, frozen=True):
    """A value to choose, and the words for it where they are others."""

    value: str
    words: str


class Example(Struct, frozen=True):
    """A call to begin with: what it shows, and the fields that describe it."""

    title: str
    fields: tuple[tuple[str, str], ...]


class Choices(Struct, frozen=True, kw_only=True):
    """Everything that is offered. `places` is empty without a manifest."""

    accounts: tuple[Offered, ...]
    apis: tuple[Offered, ...]
    models: tuple[str, ...]
    profiles: tuple[Offered, ...]
    regions: tuple[str, ...]
    tiers: tuple[str, ...]
    policies: tuple[Offered, ...]
    places: tuple[Offered, ...]
    examples: tuple[Example, ...]


def trying_choices(present: Present) -> Choices:
    """What is offered, found once for each state of the lake."""
    return present.once(_choices)


def _choices(present: Present) -> Choices:
    manifest = present.manifest
    profiles = inference_profiles()
    routed = sorted(GEOGRAPHIES, key=lambda one: (one == "global", one))
    own = manifest.profiles_by_arn() if manifest else {}
    first = manifest.regions if manifest else ()
    return Choices(
        accounts=tuple(Offered(one.id, one.name or one.id) for one in accounts(present)),
        apis=tuple(Offered(one.api, f"{one.api} ({one.endpoint})") for one in inference_surfaces()),
        models=tuple(sorted({*price_table().models, *(one.model for one in profiles.values())})),
        profiles=(
            *(Offered(one, f"the {one} profile of the model") for one in routed),
            *(Offered(arn, f"made of {one.model}") for arn, one in own.items()),
        ),
        regions=(*first, *sorted(known_regions() - set(first))),
        tiers=TIERS,
        policies=tuple(
            Offered(one.key, one.title) for one in policy_catalog(present).shipped if one.kind == "scp"
        ),
        places=tuple(Offered(at, words) for at, words in places(manifest)) if manifest else (),
        examples=tuple(_examples(manifest)) if manifest else (),
    )


def _examples(manifest: Manifest) -> list[Example]:
    """Calls of the organization that show what a policy does, as far as it has what they need."""
    account = _caller(manifest)
    if account is None:
        return []
    environment = manifest.environment_of(account.id, account.ou) or ""
    region = manifest.regions[0]
    routed = [one for one in inference_profiles().values() if region in one.routes]
    approved = manifest.models.approved.get(environment, ())
    ways = {name: {one.id for one in routed if one.model == name} for name in approved}
    model = max(ways, key=lambda name: len(ways[name]), default=None)
    if model is None or not ways[model]:
        return []
    ids = ways[model]
    geography = next((one.partition(".")[0] for one in sorted(ids) if not one.startswith("global.")), None)
    who = (("account_id", account.id), ("role", "app-role"), ("api", "Converse"), ("model_id", model))
    here = (*who, ("region", region), ("endpoint", "public"))
    found = []
    if geography:
        across = (*here, ("profile", geography))
        found.append(Example(f"Cross-Region, through the {geography} profile", across))
        candidate = (("policy", "guardrail_required"), ("target", account.ou))
        found.append(Example("The same, if a guardrail were required", (*across, *candidate)))
    if f"global.{model}" in ids:
        found.append(Example("Anywhere, through the global profile", (*here, ("profile", "global"))))
        stream = (
            ("profile", "global"),
            ("stream", "on"),
            ("policy", "approved_regions"),
            ("target", account.ou),
        )
        found.append(Example("Anywhere, if Regions were held to the examples", (*here, *stream)))
    user = (("principal", f"arn:aws:iam::{account.id}:user/ci"), ("bearer", "LONG_TERM"))
    found.append(Example("With a long-term API key", (*here[2:], *user)))
    return found


def _caller(manifest: Manifest) -> Account | None:
    """An account where rules are enforced, and else any but the management account."""
    members = [
        one
        for one in manifest.organization.accounts
        if one.id not in (manifest.organization.management_account, manifest.organization.hub_account)
    ]
    for account in members:
        environment = manifest.environment_of(account.id, account.ou)
        if environment is not None and manifest.environments[environment].mode == "enforce":
            return account
    return members[0] if members else None
