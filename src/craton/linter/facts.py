"""What rules know about AWS on one day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from msgspec import Struct

from craton.registry.iam import IamReference
from craton.registry.inference import (
    InferenceProfile,
    InferenceSurface,
    inference_profiles,
    inference_surfaces,
)
from craton.registry.lifecycle import ModelLifecycle, model_lifecycles
from craton.registry.prices import price_table
from craton.registry.quotas import Quota, quota

if TYPE_CHECKING:
    from collections.abc import Mapping


class Facts(Struct, frozen=True, kw_only=True):
    """The day, and the reference data; what no rule asks for is not read."""

    today: dt.date
    iam: IamReference

    @property
    def surfaces(self) -> tuple[InferenceSurface, ...]:
        """Every way to run a model."""
        return inference_surfaces()

    @property
    def profiles(self) -> Mapping[str, InferenceProfile]:
        """Every system-defined inference profile, by id."""
        return inference_profiles()

    @property
    def lifecycles(self) -> Mapping[str, ModelLifecycle]:
        """The lifecycle of every model whose end is known, by base id."""
        return model_lifecycles()

    @property
    def models(self) -> frozenset[str]:
        """The base id of every model that is known."""
        routed = {profile.model for profile in self.profiles.values()}
        return frozenset({*price_table().models, *self.lifecycles, *routed})

    def quota(self, name: str) -> Quota:
        """The limit of that name."""
        return quota(name)
