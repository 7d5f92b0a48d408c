"""Decides which rate holds where, from what the sources state. In words: docs/concepts/prices.md."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace
from scripts.price_sources import (
    GOVCLOUD,
    PROFILE_PREFIXES,
    Card,
    Key,
    Noise,
    Place,
    Rate,
    Release,
    agree,
    current,
    genai_card,
    genai_model,
    litellm_card,
    names_prefix,
    place_of,
    seen_since,
)

from craton.core.model_reference import GEOGRAPHIES
from craton.core.price_place import regional_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Cell = tuple[str, str]
"""Scope and place."""


class Row(Struct, frozen=True):
    """One line of the price table."""

    model: str
    geo_scope: str
    region: str
    key: Key
    rate: Rate

    @property
    def order(self) -> tuple[str, str, str, Key, date]:
        """Where the line stands."""
        return (self.model, self.geo_scope, self.region, self.key, self.rate.valid_from or date.min)


class Comparison(Struct, frozen=True):
    """One id that both sources price: what each says per million, input and output, and of which model."""

    id: str
    litellm: tuple[str, str]
    genai: tuple[str, str]
    genai_id: str
    place: Place | None

    @property
    def agrees(self) -> bool:
        """Whether they say the same."""
        return self.litellm == self.genai


class Merged(Struct, frozen=True):
    """The table, and what a reader should know of how it came about."""

    rows: tuple[Row, ...]
    compared: tuple[Comparison, ...]
    left_out: tuple[tuple[str, str], ...]
    noise: tuple[Noise, ...]
    us_only: tuple[str, ...]
    unresolved: tuple[str, ...]


class Sources(Struct, frozen=True):
    """All releases that were read, the newest first."""

    litellm: tuple[Release, ...]
    genai: tuple[Release, ...]


def merge(sources: Sources) -> Merged:
    """The price table of all models that either source prices."""
    stated, left_out, noise = _stated_by_litellm(sources.litellm)
    models = sorted({place.model for place in stated} | _models_of_genai_alone(sources.genai[0], stated))
    rows: list[Row] = []
    us_only, unresolved = [], []
    for model in models:
        runtime = {(p.geo_scope, p.region): c for p, c in stated.items() if p.model == model and not p.mantle}
        mantle = {(p.geo_scope, p.region): c for p, c in stated.items() if p.model == model and p.mantle}
        doubled = [cell for cell in mantle if _is_sold_there(runtime, cell)]
        for _, region in doubled:
            left_out["/".join(filter(None, ("bedrock_mantle", region, model)))] = _ALSO_RUNTIME
        cells = {cell: card for cell, card in mantle.items() if cell not in doubled} | runtime
        genai = {prefix: _stated_by_genai(sources.genai, prefix, model) for prefix in PROFILE_PREFIXES}
        merged, doubts = _with_genai(cells, {prefix: card for prefix, card in genai.items() if card})
        unresolved += [f"{model}: {doubt}" for doubt in doubts]
        placed = _placed(merged)
        if {_geography(place) for scope, place in placed if scope != "global"} - {GOVCLOUD} == {"us"}:
            us_only.append(model)
        rows += _rows(model, placed)
    return Merged(
        rows=tuple(sorted(rows, key=lambda row: row.order)),
        compared=tuple(sorted(_compared(sources), key=lambda comparison: comparison.id)),
        left_out=tuple(sorted(left_out.items())),
        noise=tuple(sorted(set(noise))),
        us_only=tuple(us_only),
        unresolved=tuple(unresolved),
    )


_ALSO_RUNTIME: Final = "the price of the same model at bedrock-runtime is taken"


def _is_sold_there(cells: Mapping[Cell, Card], mantle: Cell) -> bool:
    gov = [cell for cell in cells if cell[1].startswith(GOVCLOUD)]
    return bool(gov) if mantle[1].startswith(GOVCLOUD) else len(gov) < len(cells)


def _stated_by_litellm(releases: Iterable[Release]) -> tuple[dict[Place, Card], dict[str, str], list[Noise]]:
    """The newest card of each place; a model that the newest release dropped keeps its last prices."""
    releases = tuple(releases)
    newest = releases[0]
    by_place: dict[Place, list[tuple[Release, Card]]] = defaultdict(list)
    left_out: dict[str, str] = {}
    noise: list[Noise] = []
    for release in releases:
        # `bedrock/<id>` says the same as `<id>`; the plain key is read last and stays.
        cards: dict[Place, Card] = {}
        for key in sorted(release.entries, key=lambda key: -key.count("/")):
            place = place_of(key)
            if isinstance(place, str):
                if release is newest:
                    left_out[key] = place
                continue
            cards[place], blurred = litellm_card(
                key, release.entries[key], place.model, release.day, strict=release is newest
            )
            noise += blurred if release is newest else []
        for place, card in cards.items():
            by_place[place].append((release, card))
    stated = {}
    for place, history in by_place.items():
        (last, card), *_ = history
        if last is not newest and any(
            p.model == place.model and h[0][0] is newest for p, h in by_place.items()
        ):
            continue
        older = {release.day: card for release, card in history}
        before = [release.day for release in releases if release.day < last.day]
        stated[place] = seen_since(card, [(day, older.get(day)) for day in before])
    return {place: card for place, card in stated.items() if card}, left_out, noise


def _stated_by_genai(releases: Iterable[Release], prefix: str, model: str) -> Card:
    model_id = f"{prefix}.{model}" if prefix else model
    newest, *earlier = releases
    found = genai_model(newest, model_id)
    # Its regional entries match GovCloud profiles, without the 20 % that AWS adds there.
    if found is None or prefix == GOVCLOUD or not names_prefix(found, prefix):
        return {}
    history = [(release.day, _older(release, model_id)) for release in earlier]
    return seen_since(genai_card(found, newest.day), history)


def _older(release: Release, model_id: str) -> Card | None:
    found = genai_model(release, model_id)
    return None if found is None else genai_card(found, release.day)


def _models_of_genai_alone(release: Release, stated: Iterable[Place]) -> set[str]:
    """Base ids of models that only genai-prices has, where its entry spells the id out."""
    known = {place.model for place in stated}
    covered = {
        found["id"]
        for model in known
        for prefix in PROFILE_PREFIXES
        if (found := genai_model(release, f"{prefix}.{model}" if prefix else model))
    }
    alone = (model_id for model_id in release.entries if model_id not in covered)
    return {model_id.removeprefix("global.").removeprefix("regional.") for model_id in alone}


# ---- the two sources side by side -----------------------------------------------------------------------


def _with_genai(cells: Mapping[Cell, Card], genai: Mapping[str, Card]) -> tuple[dict[Cell, Card], list[str]]:
    """The cells of both sources together, and where neither rule nor agreement decides."""
    merged: dict[Cell, Card] = {}
    doubts = []
    for cell, card in cells.items():
        scope, place = cell
        if cell == ("in_region", ""):
            continue
        prefix = "global" if scope == "global" else place
        other = genai.get(prefix, {}) if scope != "in_region" else {}
        if scope == "global" and not agree(card, other):
            doubts.append("the sources disagree on its global rate")
        merged[cell] = _together(card, other, rule="finer_key")
    for prefix, card in genai.items():
        cell = ("global", "*") if prefix == "global" else ("geo", prefix)
        if prefix and cell not in merged:
            merged[cell] = card
    regional, doubt = _regional(cells.get(("in_region", ""), {}), merged, genai.get("", {}))
    if doubt:
        doubts.append(doubt)
    if regional:
        merged["in_region", ""] = regional
    return merged, doubts


def _regional(bare: Card, merged: Mapping[Cell, Card], genai: Card) -> tuple[Card, str | None]:
    """The rates of the id without geography, that is in the called Region.

    AWS bills in-Region calls as it bills geographic ones, global ones 10 % less; litellm's bare ids carry the
    global rate of many models. So the `us.` rate goes before the bare one, and where there is none, the
    regional rate of genai-prices before a bare rate that is the global one.
    """
    geographic, worldwide = merged.get(("geo", "us"), {}), merged.get(("global", "*"), {})
    if not bare:
        return genai, None
    if geographic:
        if agree(bare, geographic):
            return _together(_together(bare, geographic, rule="agree"), genai, rule="finer_key"), None
        return _ruled(geographic, "regional_rate"), None
    if agree(bare, genai):
        return _together(bare, genai, rule="agree"), None
    if worldwide and agree(bare, worldwide):
        return _ruled(genai, "regional_rate"), None
    return bare, "the sources disagree on its in-Region rate"


def _together(card: Card, other: Card, *, rule: str) -> Card:
    """One card of two. Where both agree, the dates of the one that has some; else the first, by `rule`."""
    together: dict[Key, tuple[Rate, ...]] = dict(other)
    for key, rates in card.items():
        if key not in other:
            together[key] = rates
        elif current(card, key) == current(other, key):
            dated = max(rates, other[key], key=len)
            both = sorted({source for rate in (*rates, *other[key]) for source in rate.source.split("+")})
            seen = min(rates[-1].seen_from, other[key][-1].seen_from)
            last = replace(
                dated[-1], source="+".join(both), rule="agree" if len(both) > 1 else dated[-1].rule
            )
            together[key] = (*dated[:-1], replace(last, seen_from=seen))
        else:
            together[key] = tuple(replace(rate, rule=rule) for rate in rates)
    return together


def _ruled(card: Card, rule: str) -> Card:
    return {key: tuple(replace(rate, rule=rule) for rate in rates) for key, rates in card.items()}


# ---- places ---------------------------------------------------------------------------------------------


def _placed(cells: Mapping[Cell, Card]) -> dict[Cell, Card]:
    """The cells with a place each: everywhere where a model's rate is the same in all Regions stated.

    A rate without a Region is the one of us-east-1, where both sources look; it holds everywhere only where
    at least two geographies are known to have it and no Region is known to differ.
    """
    worldwide = {cell: card for cell, card in cells.items() if cell[0] == "global"}
    gov = {cell: card for cell, card in cells.items() if cell[1].startswith(GOVCLOUD)}
    commercial = {
        (scope, place or "us"): card
        for (scope, place), card in cells.items()
        if (scope, place) not in worldwide and (scope, place) not in gov
    }
    if len({place for _, place in gov}) > 1 and _uniform(gov.values()):
        gov = _as_one(gov, GOVCLOUD)
    if len({_geography(place) for _, place in commercial}) > 1 and _uniform(commercial.values()):
        commercial = _as_one(commercial, "*")
    else:
        home = commercial.get(("in_region", "us"), {})
        commercial = {
            cell: card for cell, card in commercial.items() if not _says_nothing_new(cell, card, home)
        }
    return commercial | worldwide | gov


def _as_one(cells: Mapping[Cell, Card], place: str) -> dict[Cell, Card]:
    """Cells that agree as one place, for each scope named; what one scope lacks is as in the other."""
    by_scope: dict[str, Card] = {}
    for (scope, _), card in sorted(cells.items()):
        by_scope[scope] = _together(by_scope.get(scope, {}), card, rule="one_source")
    whole = {key: rates for card in by_scope.values() for key, rates in card.items()}
    return {(scope, place): {**whole, **card} for scope, card in by_scope.items()}


def _geography(place: str) -> str:
    """The widest geography of a place, short of everywhere."""
    if place in GEOGRAPHIES:
        return place
    return next((wider for wider in reversed(regional_places(place)) if wider != "*"), place)


def _uniform(cards: Iterable[Card]) -> bool:
    known: dict[Key, set[str]] = defaultdict(set)
    for card in cards:
        for key in card:
            known[key].add(str(current(card, key)))
    return all(len(rates) == 1 for rates in known.values())


def _says_nothing_new(cell: Cell, card: Card, home: Card) -> bool:
    scope, place = cell
    return scope == "in_region" and place.startswith("us-") and set(card) <= set(home) and agree(card, home)


def _rows(model: str, placed: Mapping[Cell, Card]) -> Iterator[Row]:
    for (scope, place), card in placed.items():
        for key, rates in card.items():
            for rate in rates:
                yield Row(model, scope, place, key, rate)


# ---- the comparison that the report shows ---------------------------------------------------------------


def _compared(sources: Sources) -> Iterator[Comparison]:
    """Every chat id of the newest litellm that genai-prices matches too, endpoints and Regions aside."""
    newest, genai = sources.litellm[0], sources.genai[0]
    for key, entry in newest.entries.items():
        found = genai_model(genai, key)
        if entry["mode"] != "chat" or "/" in key or found is None:
            continue
        place = place_of(key)
        card, _ = litellm_card(key, entry, key, newest.day)
        said = [
            tuple(str(current(side, Key("standard", meter))) for meter in ("input", "output"))
            for side in (card, genai_card(found, genai.day))
        ]
        yield Comparison(
            id=key,
            litellm=(said[0][0], said[0][1]),
            genai=(said[1][0], said[1][1]),
            genai_id=found["id"],
            place=None if isinstance(place, str) else place,
        )
