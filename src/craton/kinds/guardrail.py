"""The guardrail of each tier, in every account of the environments that are held to it.

Where an environment only observes, everything is looked for, and nothing is done to what is found. What a
guardrail says is encrypted with the key of its account.

Source: docs.aws.amazon.com/bedrock/latest/userguide/guardrails-harmful-content-handling-options.html, and
docs.aws.amazon.com/bedrock/latest/userguide/guardrails-resource-based-policies.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta, field

from craton.core.kind import Kind, Row
from craton.core.manifest_origin import fault
from craton.core.manifest_section import Section
from craton.core.manifest_text import EnvironmentName, ModelId, PolicyId
from craton.core.quoting import listed, ticked
from craton.core.resource import ByEnvironment, Resource, attribute
from craton.core.spelling import did_you_mean
from craton.core.statement import allow, document
from craton.kinds.encryption_key import KEY
from craton.kinds.parts.guardrail_properties import guardrail_properties
from craton.registry.guardrails import Guardrails as Tiers
from craton.registry.guardrails import GuardrailTier, guardrail_profiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest import Manifest, Tier
    from craton.core.manifest_origin import Origin
    from craton.kinds.parts.guardrail_properties import Observing

_NAME: Final = r"[0-9A-Za-z_-]+"
_LONGEST: Final = 50 - len("-")
_TIERS: Final[dict[Tier, str]] = {
    "sandbox": "basic",
    "dev": "basic",
    "test": "learning",
    "staging": "strict",
    "prod": "strict",
}


class Guardrails(Section, frozen=True, kw_only=True):
    """What texts are held to."""

    tiers: Annotated[
        dict[EnvironmentName, PolicyId],
        Meta(
            description="the guardrail file of each environment; left out, its tier decides",
            examples=[{"prod": "regulated"}],
        ),
    ] = field(default_factory=dict)
    enforced: Annotated[
        dict[EnvironmentName, bool],
        Meta(
            description="whether every call is held to it, named or not; left out, in test, and where an "
            "environment enforces",
            examples=[{"dev": True}],
        ),
    ] = field(default_factory=dict)
    organization: Annotated[
        PolicyId | None,
        Meta(
            description="the guardrail file that the organization holds environments to which enforce; "
            "`null` for none"
        ),
    ] = "basic"
    excluded_models: Annotated[
        tuple[ModelId, ...],
        Meta(
            description="models that no enforced guardrail looks at; left out, those that embed or rank",
            examples=[["amazon.titan-embed-text-v2:0"]],
        ),
    ] = ()


def section(intent: Intent) -> Guardrails:
    """The manifest's section."""
    return intent.section("guardrails", Guardrails)


def tier_of(intent: Intent, environment: EnvironmentIntent) -> str:
    """The id of the guardrail file that an environment is held to."""
    return section(intent).tiers.get(environment.name, _TIERS[environment.tier])


def held_tiers(intent: Intent) -> Iterator[tuple[GuardrailTier, frozenset[str]]]:
    """Each tier that an environment is held to, with the names of those environments.

    Raises: LookupError where there is no such file.
    """
    known = Tiers.load(intent.content).tiers
    for name in sorted({tier_of(intent, one) for one in intent.environments}):
        if name not in known:
            raise LookupError(f"there is no guardrail `{name}`")
        yield known[name], intent.where(lambda one, name=name: tier_of(intent, one) == name)  # type: ignore[misc]


def logical_id(tier: GuardrailTier) -> str:
    """The logical id of a tier's guardrail."""
    return "Guardrail" + "".join(part.capitalize() for part in tier.id.split("_"))


def observing(intent: Intent, environments: frozenset[str]) -> Observing:
    """What is done to what is found in these environments; None where all of them enforce."""
    if all(one.enforces for one in intent.environments if one.name in environments):
        return None
    return ByEnvironment({one.name: "BLOCK" if one.enforces else "NONE" for one in intent.environments})


def _resources(intent: Intent) -> Iterator[Resource]:
    for tier, environments in held_tiers(intent):
        name = logical_id(tier)
        yield Resource(
            template="member",
            id=name,
            type="AWS::Bedrock::Guardrail",
            environments=environments,
            properties=guardrail_properties(
                tier,
                intent,
                name=f"{intent.manifest.names.guardrail}-{tier.id.replace('_', '-')}",
                observing=observing(intent, environments),
                key=attribute(KEY, "Arn"),
            ),
        )


def for_the_organization(intent: Intent, guardrail: str) -> dict[str, object]:
    """The policy that lets everybody of the organization apply a guardrail and look at it."""
    return document(
        allow(
            ["bedrock:ApplyGuardrail", "bedrock:GetGuardrail"],
            attribute(guardrail, "GuardrailArn"),
            Principal="*",
            condition={"StringEquals": {"aws:PrincipalOrgID": intent.manifest.organization.id}},
        )
    )


def _known_tiers(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each guardrail file is there and sound, and can be deployed to the Regions of the manifest."""
    chosen = getattr(manifest, "guardrails", None) or Guardrails()
    if not origin.whole(("content",)):
        return
    found, flaws = Tiers.check(_content(manifest, origin), packaged=False)
    yield from flaws
    if any(one.severity == "error" for one in flaws):
        return
    known = found.tiers
    named: list[tuple[tuple[str, ...], str]] = []
    named += [(("guardrails", "tiers", name), tier) for name, tier in chosen.tiers.items()]
    if chosen.organization is not None:
        named.append((("guardrails", "organization"), chosen.organization))
    lacking = [
        one
        for at, one in enumerate(manifest.regions)
        if origin.whole(("regions", at)) and one not in guardrail_profiles()
    ]
    for path, tier in named:
        if not origin.whole(path):
            continue
        if tier not in known:
            hint = did_you_mean(tier, known) or f"there are {listed(sorted(known))}"
            yield fault(
                "guardrail_unknown", f"there is no guardrail {ticked(tier)}", origin.place(path), hint
            )
            continue
        if known[tier].is_standard and lacking:
            message = f"{ticked(tier)} is of the tier STANDARD, which has no known profile in {lacking[0]}"
            hint = "choose a file of the tier CLASSIC, such as `strict`"
            yield fault("guardrail_profile", message, origin.place(path), hint)


def _content(manifest: Manifest, origin: Origin) -> tuple[Path, ...]:
    return manifest.content_beside(Path(origin.place(("content",)).file))


def _named_as_aws_takes_it(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """The name with which guardrails begin leaves room for the tier, and has no other characters."""
    name = manifest.names.guardrail
    if not origin.whole(("names", "guardrail"), ("content",)):
        return
    known = Tiers.check(_content(manifest, origin), packaged=False)[0].tiers
    room = _LONGEST - max(len(one) for one in (*known, "organization"))
    if not re.fullmatch(_NAME, name) or len(name) > room:
        message = f"{ticked(name)} cannot begin the name of a guardrail"
        hint = f"take letters, digits, `-` and `_`, {room} at most, for the tier's name follows"
        yield fault("guardrail_name", message, origin.place(("names", "guardrail")), hint)


def _told(intent: Intent, environment: EnvironmentIntent) -> str:
    return f"{tier_of(intent, environment)}, {'blocks' if environment.enforces else 'only looks'}"


KIND: Final = Kind(
    name="guardrail",
    title="Guardrails",
    section=("guardrails", Guardrails),
    resources=_resources,
    checks=(_known_tiers, _named_as_aws_takes_it),
    rows=(Row(title="Texts are held to", value=_told, properties=("Guardrail*",), for_callers=True),),
)
