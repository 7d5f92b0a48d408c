"""Application inference profiles, whose tags tell who pays for a call.

One profile serves one model in one Region. It is made from the narrowest profile of AWS that routes within
the Region's geography, or where there is none from the model itself.

Source: docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-create.html, and
docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-bedrock-applicationinferenceprofile.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

import hashlib
import re
from fnmatch import fnmatchcase
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Meta, Struct, field

from craton.core.kind import Kind, Row
from craton.core.manifest_origin import fault, warning
from craton.core.manifest_owner_checks import owners_are_read
from craton.core.manifest_section import Section
from craton.core.manifest_text import BaseModelGlob, EnvironmentName, Name
from craton.core.owners import Team, positions
from craton.core.quoting import listed, ticked
from craton.core.resource import ACCOUNT, ByRegion, Resource
from craton.core.spelling import did_you_mean
from craton.registry.inference import inference_profiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from craton.core.diagnostic import Diagnostic
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest import Manifest
    from craton.core.manifest_origin import Origin
    from craton.core.owners import Owners, Position

LONGEST_NAME: Final = 64
_DIGITS_OF_DIGEST: Final = 6


class Application(Section, frozen=True, kw_only=True):
    """One application: who pays for it, and what it calls."""

    team: Annotated[Name, Meta(description="the team that pays; its accounts have the profiles")]
    project: Annotated[Name, Meta(description="the team's project", examples=["ranking"])]
    models: Annotated[
        tuple[BaseModelGlob, ...],
        Meta(
            description="ids of the models that it calls; left out, each that is approved by its id",
            examples=[["anthropic.claude-sonnet-4-6"]],
        ),
    ] = ()
    environments: Annotated[
        tuple[EnvironmentName, ...],
        Meta(description="where it runs; left out, wherever its models are approved", examples=[["prod"]]),
    ] = ()


class ApplicationProfiles(Section, frozen=True, kw_only=True):
    """Which applications have inference profiles of their own, so that tags tell what they cost."""

    applications: Annotated[tuple[Application, ...], Meta(description="the applications")] = field(
        default_factory=tuple
    )


class WantedProfile(Struct, frozen=True, kw_only=True):
    """A profile that is wanted: for which application and model, and where.

    `accounts` are those of the team, None where it has none of its own: then every account has the profile.
    """

    application: Application
    model: str
    environments: frozenset[str]
    accounts: frozenset[str] | None

    @property
    def name(self) -> str:
        """Its name, which also tells the model as people call it."""
        told = f"{self.application.team}-{self.application.project}-{_short(self.model)}"
        name = re.sub(r"[^A-Za-z0-9]+", "-", told).strip("-")
        if len(name) <= LONGEST_NAME:
            return name
        digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGITS_OF_DIGEST]
        return f"{name[: LONGEST_NAME - _DIGITS_OF_DIGEST - 1].rstrip('-')}-{digest}"


def _resources(intent: Intent) -> Iterator[Resource]:
    cost_centers = _cost_centers(intent)
    for wanted in profiles(intent):
        team = wanted.application.team
        tags = {
            "cost-center": cost_centers.get(team),
            "environment": intent.by_environment(lambda one: one.name),
            "project": wanted.application.project,
            "team": team,
        }
        yield Resource(
            template="member",
            id="Profile" + "".join(part[:1].upper() + part[1:] for part in wanted.name.split("-")),
            type="AWS::Bedrock::ApplicationInferenceProfile",
            environments=wanted.environments,
            accounts=wanted.accounts,
            properties={
                "InferenceProfileName": wanted.name,
                "ModelSource": {"CopyFrom": copied_from(wanted.model, intent.regions)},
                "Tags": [{"Key": key, "Value": value} for key, value in tags.items() if value is not None],
            },
        )


def copied_from(model: str, regions: Sequence[str]) -> dict[str, Any]:
    """The ARN of what a profile for the model is made from in each Region."""
    sources = {region: geographic_profile(model, region) for region in regions}
    place = "arn:${AWS::Partition}:bedrock:${AWS::Region}:"
    if all(sources.values()):
        text = f"{place}${{AWS::AccountId}}:inference-profile/${{Profile}}"
        return {"Fn::Sub": [text, {"Profile": ByRegion(sources)}]}
    if not any(sources.values()):
        return {"Fn::Sub": f"{place}:foundation-model/{model}"}
    kinds = {
        region: f"inference-profile/{profile}" if profile else f"foundation-model/{model}"
        for region, profile in sources.items()
    }
    owners = ByRegion({region: int(profile is not None) for region, profile in sources.items()})
    owner = {"Fn::Select": [owners, ["", ACCOUNT]]}
    return {"Fn::Sub": [f"{place}${{Owner}}:${{Source}}", {"Owner": owner, "Source": ByRegion(kinds)}]}


def geographic_profile(model: str, region: str) -> str | None:
    """The id of AWS's narrowest profile for the model that is called from the Region and is not global."""
    fitting = [
        one
        for one in inference_profiles().values()
        if one.model == model and region in one.routes and not one.is_global
    ]
    narrowest = min(fitting, key=lambda one: (len(one.routes[region]), one.id), default=None)
    return narrowest.id if narrowest else None


def profiles(intent: Intent) -> Iterator[WantedProfile]:
    """Every profile that the manifest wants, by application and model."""
    accounts = _accounts(intent)
    for application in intent.section("inference_profiles", ApplicationProfiles).applications:
        named = [one for one in intent.environments if one.name in (application.environments or (one.name,))]
        approved = {model: None for one in named for model in one.approved_models if "*" not in model}
        for model in application.models or approved:
            where = frozenset(one.name for one in named if _approves(one, model))
            if where:
                yield WantedProfile(
                    application=application,
                    model=model,
                    environments=where,
                    accounts=accounts.get(application.team),
                )


def _approves(environment: EnvironmentIntent, model: str) -> bool:
    return any(fnmatchcase(model, pattern) for pattern in environment.approved_models)


def _teams(owners: Owners) -> dict[str, Position]:
    """Each team where it stands, or will stand at last."""
    found: dict[str, Position] = {}
    for one in positions(owners):
        if one.level == "team":
            last = found.setdefault(one.names[2], one)
            if last.period.until is not None and _later(one.period.until, last.period.until):
                found[one.names[2]] = one
    return found


def _later(until: date | None, other: date) -> bool:
    return until is None or until > other


def _accounts(intent: Intent) -> dict[str, frozenset[str]]:
    """The accounts of each team that has any."""
    teams = _teams(intent.manifest.owners)
    return {name: frozenset(own) for name, one in teams.items() if (own := one.owner.match.accounts)}


def _cost_centers(intent: Intent) -> dict[str, str]:
    """The cost center that pays for each team."""
    return {name: one.names[1] for name, one in _teams(intent.manifest.owners).items()}


def _short(model: str) -> str:
    """The model without its provider, date and version."""
    return re.sub(r"(-\d{8})?(-v\d+)?(:\d+)?$", "", model.partition(".")[2])


def _told(intent: Intent, environment: EnvironmentIntent) -> str:
    names = [one.name for one in profiles(intent) if environment.name in one.environments]
    return f"{listed(names)}, with the tag `environment: {environment.name}`" if names else "none"


def _applications_have_owners(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each application is of a team that pays, and of a project that the team has, if it names any."""
    teams = _teams(manifest.owners)
    for at, application in enumerate(_applications(manifest)):
        path = ("inference_profiles", "applications", at)
        team = teams.get(application.team)
        if not origin.whole((*path, "team")):
            continue
        if team is None:
            if not owners_are_read(manifest, origin):
                continue
            message = f"no team is called {ticked(application.team)}"
            hint = did_you_mean(application.team, teams) or "add it under `owners`: they tell who pays"
            yield fault("team_unknown", message, origin.place((*path, "team")), hint)
            continue
        projects = [one.name for one in team.owner.projects] if isinstance(team.owner, Team) else []
        is_missing = projects and application.project not in projects and origin.whole((*path, "project"))
        if is_missing and owners_are_read(manifest, origin):
            message = f"the team {ticked(application.team)} has no project {ticked(application.project)}"
            hint = did_you_mean(application.project, projects) or "add it to the team's `projects`"
            yield warning("project_unknown", message, origin.place((*path, "project")), hint)


def _applications_call_approved_models(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each model that an application names is one model, and approved somewhere where it runs."""
    for at, application in enumerate(_applications(manifest)):
        path = ("inference_profiles", "applications", at)
        told = origin.complete(path) and origin.whole((*path, "environments"), ("models",))
        for number, model in enumerate(application.models):
            place = origin.place((*path, "models", number))
            if not origin.whole((*path, "models", number)):
                continue
            approved = {
                name: patterns
                for name, patterns in manifest.models.approved.items()
                if name in (application.environments or (name,))
            }
            if "*" in model or "?" in model:
                message = f"{ticked(model)} stands for several models, and a profile is of one"
                yield fault("profile_of_pattern", message, place, "name each model by its id")
            elif told and not any(fnmatchcase(model, one) for one in chain(*approved.values())):
                message = (
                    f"{ticked(model)} is approved nowhere where this application runs: it gets no profile"
                )
                patterns = sorted({one for patterns in approved.values() for one in patterns})
                hint = did_you_mean(model, patterns) or "approve it under `models.approved`, or leave it out"
                yield warning("profile_idle", message, place, hint)


def _applications(manifest: Manifest) -> tuple[Application, ...]:
    section = getattr(manifest, "inference_profiles", None) or ApplicationProfiles()
    return tuple(section.applications)


KIND: Final = Kind(
    name="application_inference_profile",
    title="Profiles of applications",
    section=("inference_profiles", ApplicationProfiles),
    resources=_resources,
    checks=(_applications_have_owners, _applications_call_approved_models),
    rows=(
        Row(
            title="Profiles by which calls are charged", value=_told, properties=("Profile*", "Profile*.Tags")
        ),
    ),
)
