"""What a manifest must say of the world outside it. Facts age, so all that is found are warnings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.manifest_origin import warning
from craton.core.model_reference import parse
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import Manifest
    from craton.core.manifest_origin import Origin, Path

NOTICE: Final = timedelta(days=90)
"""How long before a model's end it is told of."""


class Facts(Struct, frozen=True):
    """What is known of AWS on the day `today`: Regions, base ids of models, and the days when models end."""

    today: date
    regions: frozenset[str]
    models: frozenset[str]
    model_ends: Mapping[str, date]


def contradictions(manifest: Manifest, origin: Origin, facts: Facts) -> Iterator[Diagnostic]:
    """Everything in the manifest that the facts do not bear out."""
    yield from _regions(manifest, origin, facts)
    yield from _approved_models(manifest, origin, facts)
    yield from _profiles(manifest, origin, facts)


def _regions(manifest: Manifest, origin: Origin, facts: Facts) -> Iterator[Diagnostic]:
    for index, region in enumerate(manifest.regions):
        path = ("regions", index)
        if region not in facts.regions and origin.whole(path):
            hint = did_you_mean(region, facts.regions) or "nothing is wrong if AWS has opened it lately"
            yield warning(
                "region_unknown", f"{ticked(region)} is no Region that is known", origin.place(path), hint
            )


def _approved_models(manifest: Manifest, origin: Origin, facts: Facts) -> Iterator[Diagnostic]:
    for name, globs in manifest.models.approved.items():
        for index, glob in enumerate(globs):
            path: Path = ("models", "approved", name, index)
            if origin.whole(path):
                yield from _pattern(glob, origin, path, facts)


def _pattern(glob: str, origin: Origin, path: Path, facts: Facts) -> Iterator[Diagnostic]:
    known = facts.models | facts.model_ends.keys()
    models = [model for model in known if fnmatchcase(model, glob)]
    if not models:
        is_pattern = bool(set(glob) & set("*?"))
        hint = (
            not is_pattern and did_you_mean(glob, known)
        ) or "nothing is wrong if AWS offers it only lately"
        message = f"{ticked(glob)} {'fits' if is_pattern else 'is'} no model that is known"
        yield warning("model_unknown", message, origin.place(path), hint)
    elif all(model in facts.model_ends for model in models):
        yield from _ending(models, origin, path, facts)


def _ending(models: list[str], origin: Origin, path: Path, facts: Facts) -> Iterator[Diagnostic]:
    """A warning where the last of the models has ended or is about to."""
    last = max(models, key=lambda model: (facts.model_ends[model], model))
    end = facts.model_ends[last]
    if end - facts.today > NOTICE:
        return
    verb = "ended" if end <= facts.today else "ends"
    message = f"{ticked(last)} {verb} on {end}"
    if len(models) > 1:
        message = f"all models that this fits have ended or end soon, {ticked(last)} as the last on {end}"
    hint = "calls to it fail from then on; approve its successor"
    yield warning("model_ends", message, origin.place(path), hint)


def _profiles(manifest: Manifest, origin: Origin, facts: Facts) -> Iterator[Diagnostic]:
    for index, profile in enumerate(manifest.models.application_inference_profiles):
        path: Path = ("models", "application_inference_profiles", index, "model")
        base = parse(profile.model).base
        if base is not None and base in facts.model_ends and origin.whole(path):
            yield from _ending([base], origin, path, facts)
