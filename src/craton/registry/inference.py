"""How models can be called, and where a call is routed: `content/reference/inference_*`."""

from __future__ import annotations

import csv
import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from importlib import resources
from types import MappingProxyType
from typing import Final, Literal

import msgspec
from msgspec import Struct

from craton.codec.plain_yaml import plain
from craton.core.errors import DataError
from craton.core.model_reference import parse

Endpoint = Literal["bedrock-runtime", "bedrock-mantle", "bedrock-agent-runtime", "bedrock"]
Target = Literal["model", "batch", "project", "guardrail", "service"]

UNSPECIFIED: Final = "unspecified"
"""What `aws:RequestedRegion` is where a global profile is authorised to go anywhere.

Source: docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html, retrieved 2026-11-26.
"""


class InferenceSurface(Struct, frozen=True, forbid_unknown_fields=True):
    """One API that runs models, and what is authorised for it.

    `twin` is the API that does the same as a stream. `keys` are the condition keys that a call can bring
    besides the global ones. `bearer` is the action that an API key needs besides, None where keys cannot be
    used. Of a surface that is not `documented`, AWS does not say which action it is.
    """

    api: str
    endpoint: Endpoint
    action: str
    target: Target
    streams: bool
    twin: str | None
    keys: tuple[str, ...]
    bearer: str | None
    documented: bool
    source: str


class InferenceProfile(Struct, frozen=True, kw_only=True):
    """A system-defined inference profile: its model, and where calls may go from each Region they come from.

    The one destination of a global profile is `unspecified`.
    """

    id: str
    model: str
    routes: Mapping[str, tuple[str, ...]]
    source: str
    retrieved: dt.date

    @property
    def is_global(self) -> bool:
        """Whether calls may be routed anywhere."""
        return self.id.startswith("global.")

    @property
    def destinations(self) -> tuple[str, ...]:
        """Every Region that the profile may route to, whichever it is called from."""
        return tuple(sorted({region for regions in self.routes.values() for region in regions}))


class _Surfaces(Struct, frozen=True, forbid_unknown_fields=True):
    retrieved: dt.date
    surfaces: tuple[InferenceSurface, ...]


@functools.cache
def inference_surfaces() -> tuple[InferenceSurface, ...]:
    """Every way to run a model.

    Raises: DataError where the file is damaged.
    """
    file = resources.files("craton") / "content" / "reference" / "inference_surfaces.yaml"
    try:
        return msgspec.convert(plain(file.read_text("utf-8")), _Surfaces).surfaces
    except msgspec.ValidationError as error:
        raise DataError(f"`{file.name}` is no list of surfaces: {error}") from error


def inference_surface(api: str) -> InferenceSurface | None:
    """The surface of that API, None where none is known."""
    return next((one for one in inference_surfaces() if one.api.lower() == api.lower()), None)


@functools.cache
def inference_profiles() -> Mapping[str, InferenceProfile]:
    """Every system-defined inference profile whose routes AWS states, by id; others may exist.

    Raises: DataError where the file is damaged.
    """
    file = resources.files("craton") / "content" / "reference" / "inference_profiles.csv"
    routes: dict[str, dict[str, tuple[str, ...]]] = {}
    origins: dict[str, tuple[str, dt.date]] = {}
    try:
        for row in csv.DictReader(file.read_text("utf-8").splitlines()):
            destinations = tuple(row["destination_regions"].split())
            for region in row["source_regions"].split():
                routes.setdefault(row["profile"], {})[region] = destinations
            origins[row["profile"]] = row["source"], dt.date.fromisoformat(row["retrieved"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"`{file.name}` is no table of inference profiles: {error}") from error
    return MappingProxyType({name: _profile(name, found, *origins[name]) for name, found in routes.items()})


def _profile(
    name: str, routes: Mapping[str, tuple[str, ...]], source: str, retrieved: dt.date
) -> InferenceProfile:
    model = parse(name).base
    if model is None:
        raise DataError(f"`inference_profiles.csv` has `{name}`, which is no id of an inference profile")
    return InferenceProfile(
        id=name, model=model, routes=MappingProxyType(dict(routes)), source=source, retrieved=retrieved
    )


def destinations(regions: Sequence[str]) -> tuple[str, ...]:
    """Where geographic profiles that are called from these Regions send calls, beside the Regions."""
    return _destinations(tuple(regions))


@functools.lru_cache(maxsize=64)
def _destinations(regions: tuple[str, ...]) -> tuple[str, ...]:
    found = {
        destination
        for profile in inference_profiles().values()
        if not profile.is_global
        for region in regions
        for destination in profile.routes.get(region, ())
    }
    return tuple(sorted(found - set(regions)))
