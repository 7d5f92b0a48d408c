"""Environments side by side: who is in each, what is approved there, and how they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from craton.compiler.environment_table import Line, environment_table
from craton.compiler.organization_policies import organization_policies
from craton.compiler.statement_checks import statement_problems
from craton.core.diagnostic import Diagnostic
from craton.core.intent import intent_of
from craton.core.manifest import Mode, Tier
from craton.core.manifest_origin import WholeFile
from craton.engine.approved_models import current_models, first_model, is_pattern
from craton.engine.lakes import overlays_of
from craton.kinds.application_inference_profile import geographic_profile
from craton.registry.inference import inference_profiles
from craton.registry.lifecycle import ModelLifecycle, model_lifecycles
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest import Manifest


class Approval(Struct, frozen=True, kw_only=True):
    """An id or a pattern of models, and the known models that it stands for and that have not ended.

    `ends` is what is known of the end of the one model, if it is one.
    """

    approved: str
    models: tuple[str, ...]
    ends: ModelLifecycle | None


class FirstCall(Struct, frozen=True, kw_only=True):
    """What to begin with: a model that answers in text, and what a call in a Region names for it."""

    model: str
    region: str
    through: str


class NamedAccount(Struct, frozen=True):
    """An account of an environment."""

    id: str
    name: str


class EnvironmentSheet(Struct, frozen=True, kw_only=True):
    """One environment. `begin_with` is None where no approved model is known to answer in text."""

    name: str
    tier: Tier
    mode: Mode
    organizational_units: tuple[str, ...]
    accounts: tuple[NamedAccount, ...]
    approvals: tuple[Approval, ...]
    begin_with: FirstCall | None


class Environments(Struct, frozen=True, kw_only=True):
    """Every environment of a manifest, and the table of how they differ.

    `problems` keep policies from being made; the lines of policies are then not whole.
    """

    regions: tuple[str, ...]
    environments: tuple[EnvironmentSheet, ...]
    lines: tuple[Line, ...]
    problems: tuple[Diagnostic, ...]

    def differing(self) -> tuple[Line, ...]:
        """The lines in which environments differ."""
        return tuple(one for one in self.lines if one.differs)

    def alike(self) -> tuple[Line, ...]:
        """The lines in which all are the same."""
        return tuple(one for one in self.lines if not one.differs)


def environments(manifest: Manifest, path: Path, *, today: date) -> Environments:
    """The environments of a sound manifest as it wants them, on a day; `path` is its file.

    Raises: UserError where a policy file of its content cannot be read.
    """
    content = overlays_of(manifest, path)
    intent, policies = intent_of(manifest, content), Policies.load(content)
    origin = WholeFile(str(path))
    governing = organization_policies(intent, policies, origin=origin, today=today)
    found = (*statement_problems(intent, policies, origin, today), *governing.diagnostics)
    return Environments(
        regions=intent.regions,
        environments=tuple(_sheet(one, intent, today) for one in intent.environments),
        lines=environment_table(intent, governing) if intent.environments else (),
        problems=tuple(one for one in found if one.severity == "error"),
    )


def _sheet(environment: EnvironmentIntent, intent: Intent, today: date) -> EnvironmentSheet:
    return EnvironmentSheet(
        name=environment.name,
        tier=environment.tier,
        mode=environment.mode,
        organizational_units=environment.organizational_units,
        accounts=tuple(NamedAccount(one.id, one.name) for one in environment.accounts),
        approvals=tuple(_approval(one, today) for one in environment.approved_models),
        begin_with=_first_call(environment, intent, today),
    )


def _approval(approved: str, today: date) -> Approval:
    return Approval(
        approved=approved,
        models=current_models((approved,), today) if is_pattern(approved) else (approved,),
        ends=model_lifecycles().get(approved),
    )


def _first_call(environment: EnvironmentIntent, intent: Intent, today: date) -> FirstCall | None:
    region, approved = intent.home_region, environment.approved_models
    through = {model: _profile(model, region) for model in current_models(approved, today)}
    routed = {model: profile is not None for model, profile in through.items()}
    model = first_model(approved, routed, region, today)
    return FirstCall(model=model, region=region, through=through[model] or model) if model else None


def _profile(model: str, region: str) -> str | None:
    """The profile that is called for the model from the Region: a geographic one before the global one."""
    everywhere = inference_profiles().get(f"global.{model}")
    anywhere = everywhere.id if everywhere is not None and region in everywhere.routes else None
    return geographic_profile(model, region) or anywhere
