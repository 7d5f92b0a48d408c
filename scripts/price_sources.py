"""Reads what two open price maps state about Bedrock, out of their wheels and without running their code.

litellm (MIT) keeps one JSON entry an id, in USD per token, without dates. genai-prices (MIT) keeps Python
literals, in USD per million, some with a start; they are read as a syntax tree. Earlier releases are read
too: a rate that stood in one of them unchanged is known to have been in force since then.
"""

from __future__ import annotations

import ast
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from craton.core.model_reference import GEOGRAPHIES, parse

if TYPE_CHECKING:
    from pathlib import Path

MILLION: Final = Decimal(10**6)
GOVCLOUD: Final = "us-gov"


class Key(Struct, frozen=True, order=True):
    """What a rate is for, within one place."""

    tier: str
    meter: str
    over_input_tokens: int = 0


class Rate(Struct, frozen=True):
    """One rate in USD per million, as `source` states it."""

    usd: Decimal
    source: str
    seen_from: date
    checked: date
    rule: str = "one_source"
    valid_from: date | None = None
    valid_to: date | None = None


Card = Mapping[Key, tuple[Rate, ...]]
"""All rates of one id: for each key those of one or more spans of time, the current one last."""


class Release(Struct, frozen=True):
    """What one release of a source contains, known to be public on `day`."""

    version: str
    day: date
    entries: Mapping[str, Any]


class Noise(Struct, frozen=True, order=True):
    """A number that floating point had blurred, and what it stands for."""

    id: str
    field: str
    written: str
    meant: str


def current(card: Card, key: Key) -> Decimal | None:
    """The rate that holds now; None where the card has none."""
    return card[key][-1].usd if key in card else None


def agree(one: Card, other: Card, *, tier: str | None = None) -> bool:
    """Whether two cards state the same current rates wherever both state one."""
    keys = [key for key in one if key in other and tier in (None, key.tier)]
    return all(current(one, key) == current(other, key) for key in keys)


def litellm_release(wheel: Path, version: str, day: date) -> Release:
    """The Bedrock entries of a litellm wheel, its numbers as written."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("litellm/model_prices_and_context_window_backup.json")
    everything = json.loads(text, parse_float=Decimal)
    bedrock = {
        key: entry
        for key, entry in everything.items()
        if str(entry.get("litellm_provider", "")).startswith("bedrock")
    }
    return Release(version, day, bedrock)


# ---- litellm: from a key to a place ---------------------------------------------------------------------


class Place(Struct, frozen=True, order=True):
    """Where a litellm key holds: `region` is a Region, a geography, `*`, or empty where it names none."""

    model: str
    geo_scope: str
    region: str
    mantle: bool = False


_LEFT_OUT: Final = (
    (re.compile(r"[0-9a-z]+-x-[0-9a-z]+/.*"), "an image price by size and steps, which no log tells"),
    (re.compile(r".*/[0-9]-month-commitment/.*"), "Provisioned Throughput is paid by the hour"),
    (re.compile(r"bedrock/claude_platform/.*"), "Claude Platform on AWS is another service"),
    (re.compile(r"bedrock/guardrails"), "guardrails are no models"),
    (re.compile(r"bedrock_mantle/anthropic\.claude-haiku-4-5"), "the global rate under an in-Region id"),
)
_KEY: Final = re.compile(
    r"(?:(?P<endpoint>bedrock|bedrock_mantle)/)?(?:(?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9])/)?(?P<id>[^/]+)"
)


def place_of(key: str) -> Place | str:
    """Where a litellm key holds, or why it is no price of a model that Bedrock runs on demand."""
    for form, why in _LEFT_OUT:
        if form.fullmatch(key):
            return why
    found = _KEY.fullmatch(key)
    reference = parse(found["id"]) if found else None
    if found is None or reference is None or reference.base is None:
        return "an alias of litellm's, no id of AWS's"
    scope, geography = str(reference.geo_scope), found["id"].partition(".")[0]
    region = {"in_region": found["region"] or "", "global": "*"}.get(scope, geography)
    return Place(reference.base, scope, region, mantle=found["endpoint"] == "bedrock_mantle")


# ---- litellm: from a field to a rate --------------------------------------------------------------------

_TOKENS: Final = re.compile(
    r"(?P<what>input|output|cache_read_input|cache_creation_input)_(?:cost_per_token|token_cost)"
    r"(?P<hour>_above_1hr)?(?:_above_(?P<over>[0-9]+)k_tokens)?(?P<tier>_[a-z]+)?"
)
_TOKEN_METERS: Final = {
    ("input", False): "input",
    ("output", False): "output",
    ("cache_read_input", False): "cache_read",
    ("cache_creation_input", False): "cache_write_5m",
    ("cache_creation_input", True): "cache_write_1h",
}
_TIERS: Final = {
    None: "standard",
    "_batches": "batch",
    "_flex": "flex",
    "_priority": "priority",
    "_ultrafast": "ultrafast",
}
_OTHER_METERS: Final = {
    "output_cost_per_image": "image",
    "input_cost_per_image": "input_image",
    "input_cost_per_query": "query",
    "input_cost_per_video_per_second": "input_video_second",
    "input_cost_per_audio_per_second": "input_audio_second",
    "input_cost_per_audio_token": "input_audio",
    "output_cost_per_audio_token": "output_audio",
}
_NO_RATES_OF_A_CALL: Final = {
    "input_cost_per_second",  # Provisioned Throughput
    "cost_per_second",
    "search_context_cost_per_query",  # web search, which Bedrock bills apart from the model
    "input_cost_per_image_token",  # the rate of other input tokens, in every entry
}

# AWS prices these by size and quality of the image; the newest litellm has one rate only. Source: the keys of
# litellm 1.85.1 (`output_cost_per_image_premium_image`) and 1.109.1 (`1024-x-1024/50-steps/…nova-canvas…`).
_IMAGES_PRICED_BY_SIZE: Final = ("amazon.nova-canvas-", "amazon.titan-image-generator-")


def _key_of(field: str, model: str, *, strict: bool) -> Key | None:
    """What a field of a litellm entry prices; None where nothing that a call is billed for.

    Raises: ValueError where `strict`, for a money field of no known form: better no table than one with gaps.
    """
    if "cost" not in field or field in _NO_RATES_OF_A_CALL:
        return None
    if field in _OTHER_METERS:
        by_size = field == "output_cost_per_image" and model.startswith(_IMAGES_PRICED_BY_SIZE)
        return None if by_size else Key("standard", _OTHER_METERS[field])
    found = _TOKENS.fullmatch(field)
    if found is None or found["tier"] not in _TIERS:
        if strict:
            raise ValueError(f"litellm has a new money field `{field}`: say in this script what it prices")
        return None
    meter = _TOKEN_METERS[found["what"], found["hour"] is not None]
    return Key(_TIERS[found["tier"]], meter, int(found["over"] or 0) * 1000)


_MOST_DIGITS: Final = 9  # no published rate has more significant digits


def per_million(written: Decimal | int) -> tuple[Decimal, bool]:
    """USD per million of a number in USD per unit, and whether floating-point noise was taken off it.

    Raises: ValueError where the number has more digits than a price can have, and is no noise either.
    """
    exact = Decimal(written)
    if len(exact.normalize().as_tuple().digits) <= _MOST_DIGITS:
        return plain(exact * MILLION), False
    meant = Decimal(f"{exact:.{_MOST_DIGITS - 1}e}")
    if abs(meant - exact) > exact * Decimal("1e-12"):
        raise ValueError(f"`{written}` is no price: too many digits")
    return plain(meant * MILLION), True


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    short = number.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def litellm_card(
    key: str, entry: Mapping[str, Any], model: str, day: date, *, strict: bool = True
) -> tuple[Card, list[Noise]]:
    """The rates of one entry. A rate of zero is none: embeddings and reranking have no such meter."""
    card: dict[Key, tuple[Rate, ...]] = {}
    noise = []
    for field, written in entry.items():
        what = _key_of(field, model, strict=strict)
        if what is None or not written:
            continue
        usd, blurred = per_million(written)
        if blurred:
            noise.append(Noise(key, field, str(written), str(plain(usd / MILLION))))
        card[what] = (Rate(usd, "litellm", day, day),)
    audio = Key("standard", "input_audio")
    if current(card, audio) == current(card, Key("standard", "input")):
        card.pop(audio, None)
    return card, noise


# ---- genai-prices ---------------------------------------------------------------------------------------


def genai_release(wheel: Path, version: str, day: date) -> Release:
    """The models of the `aws` provider of a genai-prices wheel, by id, in the order in which they match."""
    with zipfile.ZipFile(wheel) as archive:
        tree = ast.parse(archive.read("genai_prices/data.py"))
    providers = next(
        statement.value
        for statement in tree.body
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == "providers"
    )
    assert isinstance(providers, ast.List)  # noqa: S101 - annotated so in every release
    aws = next(
        provider
        for provider in providers.elts
        if isinstance(provider, ast.Call)
        and any(k.arg == "id" and ast.literal_eval(k.value) == "aws" for k in provider.keywords)
    )
    return Release(version, day, {model["id"]: model for model in _literal(aws)["models"]})


def _literal(node: ast.expr) -> Any:
    """The value of a literal; a call becomes the mapping of its keywords, with its name under `is`."""
    match node:
        case ast.Call(func=ast.Name(id="Decimal"), args=[text]):
            return Decimal(ast.literal_eval(text))
        case ast.Call(func=ast.Attribute(attr="date"), args=parts):
            return date(*map(ast.literal_eval, parts))
        case ast.Call(func=ast.Name(id=name), keywords=keywords):
            return {"is": name} | {str(keyword.arg): _literal(keyword.value) for keyword in keywords}
        case ast.List(elts=items):
            return [_literal(item) for item in items]
        case _:
            return ast.literal_eval(node)


_CLAUSES: Final[Mapping[str, Callable[[Any, str], bool]]] = {
    "ClauseOr": lambda clause, text: any(matches(part, text) for part in clause["or_"]),
    "ClauseAnd": lambda clause, text: all(matches(part, text) for part in clause["and_"]),
    "ClauseContains": lambda clause, text: clause["contains"] in text,
    "ClauseStartsWith": lambda clause, text: text.startswith(clause["starts_with"]),
    "ClauseEndsWith": lambda clause, text: text.endswith(clause["ends_with"]),
    "ClauseEquals": lambda clause, text: text == clause["equals"],
    "ClauseRegex": lambda clause, text: re.search(clause["regex"], text) is not None,
}


def matches(clause: Any, text: str) -> bool:
    """Whether a genai-prices clause matches an id."""
    return _CLAUSES[clause["is"]](clause, text)


def genai_model(release: Release, model_id: str) -> Any:
    """The first model that matches an id; None where none does."""
    return next((m for m in release.entries.values() if matches(m["match"], model_id)), None)


def names_prefix(model: Any, prefix: str) -> bool:
    """Whether a model means ids with that geography, and not just happens to match them."""
    if prefix in ("", "global"):
        return bool(model["id"].startswith("global.")) == (prefix == "global")
    return f"'{prefix}." in repr(model["match"])


_GENAI_METERS: Final = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write_5m",
    "cache_write_1h_mtok": "cache_write_1h",
    "input_audio_mtok": "input_audio",
    "output_audio_mtok": "output_audio",
}


def genai_card(model: Any, day: date) -> Card:
    """The rates of one model, those of earlier times first."""
    spans = model["prices"] if isinstance(model["prices"], list) else [{"prices": model["prices"]}]
    starts = [span.get("constraint", {}).get("start_date") for span in spans]
    ends = [*starts[1:], None]
    card: dict[Key, tuple[Rate, ...]] = {}
    for span, start, end in zip(spans, starts, ends, strict=True):
        # A superseded rate is known to have held on the day before the next one began.
        seen = day if end is None else end - timedelta(days=1)
        for field, meter in _GENAI_METERS.items():
            for over, usd in _bands(span["prices"].get(field)):
                key = Key("standard", meter, over)
                rate = Rate(plain(usd), "genai-prices", seen, day, valid_from=start, valid_to=end)
                card[key] = (*card.get(key, ()), rate)
    return card


def _bands(price: Any) -> list[tuple[int, Decimal]]:
    if price is None:
        return []
    if isinstance(price, Decimal):
        return [(0, price)]
    return [(0, price["base"]), *((tier["start"], tier["price"]) for tier in price["tiers"])]


# ---- since when -----------------------------------------------------------------------------------------


def seen_since(card: Card, earlier: Iterable[tuple[date, Card | None]]) -> Card:
    """The card with each rate seen from the earliest release on since which its tier is unchanged.

    `earlier` goes back in time. A tier is unchanged where the older card has its input rate (or another,
    where there is none) and differs in nothing that both state; what the older card leaves out says nothing.
    """
    seen: dict[str, date] = {}
    open_tiers = {key.tier for key in card}
    for day, older in earlier:
        for tier in sorted(open_tiers):
            if older is not None and _unchanged(card, older, tier):
                seen[tier] = day
            else:
                open_tiers.discard(tier)
    return {
        key: (
            *rates[:-1],
            replace(rates[-1], seen_from=min(rates[-1].seen_from, seen.get(key.tier, date.max))),
        )
        for key, rates in card.items()
    }


def _unchanged(card: Card, older: Card, tier: str) -> bool:
    main = Key(tier, "input")
    shared = [key for key in card if key.tier == tier and key in older]
    return bool(shared) and (main in older or main not in card) and agree(card, older, tier=tier)


PROFILE_PREFIXES: Final = ("", *sorted(GEOGRAPHIES))
"""What may stand before a base id: nothing, or a geography."""
