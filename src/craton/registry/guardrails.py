"""The guardrail tiers of the package and of the user's overlay folders, with what each extends put in."""

from __future__ import annotations

import csv
import functools
import hashlib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
import re2
from msgspec import Struct

from craton.codec.guardrail_file import (
    ContentPolicy,
    GroundingPolicy,
    GuardrailFile,
    Sample,
    SensitivePolicy,
    TopicPolicy,
    Wording,
    WordPolicy,
    parse_guardrail_file,
)
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.errors import UserError
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.registry.content import PACKAGE, SHOWN
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

FOLDER: Final = "guardrails"
_DIGITS: Final = 12
_EXAMPLES: Final = 5
_CLASSIC_DEFINITION: Final = 200
_T = TypeVar("_T")


class GuardrailTier(Struct, frozen=True, kw_only=True):
    """A tier with everything that it takes from those it extends. `samples` are those of all of them."""

    id: str
    title: str
    file: GuardrailFile
    wording: Wording
    samples: tuple[Sample, ...]

    @property
    def is_standard(self) -> bool:
        """Whether AWS's newer models look at texts, which are routed across Regions."""
        tiers = (self.wording.content_policy_config.tier_config, self.wording.topic_policy_config.tier_config)
        return any(one is not None and one.tier_name == "STANDARD" for one in tiers)

    def content_hash(self, *further: Any) -> str:
        """What tells one wording from another, in few digits."""
        told = msgspec.json.encode((self.wording, further), order="sorted")
        return hashlib.sha256(told).hexdigest()[:_DIGITS]


class Guardrails(Struct, frozen=True):
    """Guardrail tiers by id, in the order of their ids."""

    tiers: Mapping[str, GuardrailTier]

    @classmethod
    def load(cls, overlays: Sequence[Path] = ()) -> Guardrails:
        """The package's tiers with those of the overlay folders.

        Raises: UserError telling everything that is wrong with an overlay.
        """
        return _loaded(tuple(overlays), _state(overlays)) if overlays else _package()

    @classmethod
    def check(
        cls, overlays: Sequence[Path] = (), *, packaged: bool = True
    ) -> tuple[Guardrails, tuple[Diagnostic, ...]]:
        """What can be read, and everything wrong with the overlays and, if `packaged`, with the package."""
        problems: list[Diagnostic] = []
        files: dict[str, GuardrailFile] = {}
        for file, wrong in (*_package_files(), *_read(overlays)):
            problems += wrong
            if file is None:
                continue
            if file.id in files:
                problems.append(_taken(file, files[file.id]))
            else:
                files[file.id] = file
        own = {file.file for file, _ in _package_files() if file is not None}
        tiers = {
            name: tier for name in sorted(files) if (tier := _resolved(name, files, problems)) is not None
        }
        for tier in tiers.values():
            problems += _beyond_limits(tier)
        told = problems if packaged else [one for one in problems if one.place.file not in own]
        return cls(MappingProxyType(tiers)), in_order(told)


@functools.cache
def _package() -> Guardrails:
    return Guardrails.check()[0]


@functools.lru_cache(maxsize=8)
def _loaded(overlays: tuple[Path, ...], state: tuple[object, ...]) -> Guardrails:  # noqa: ARG001 - a key
    """What `Guardrails.load` gives, as long as the files stay as they are."""
    found, problems = Guardrails.check(overlays, packaged=False)
    wrong = [one for one in problems if one.severity == "error"]
    if wrong:
        raise UserError("\n".join(str(one) for one in wrong))
    return found


def _state(overlays: Sequence[Path]) -> tuple[object, ...]:
    """What changes where a file of the overlays does."""
    files = [path for folder in overlays for path in _files_in(folder)]
    return tuple((path, (told := path.stat()).st_mtime_ns, told.st_size) for path in files)


def _files_in(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.yaml"))


@functools.cache
def _package_files() -> tuple[tuple[GuardrailFile | None, tuple[Diagnostic, ...]], ...]:
    return tuple(_parsed(path, SHOWN) for path in _files_in(PACKAGE))


def _read(overlays: Sequence[Path]) -> Iterator[tuple[GuardrailFile | None, tuple[Diagnostic, ...]]]:
    for folder in overlays:
        for path in _files_in(folder):
            yield _parsed(path, str(folder))


def _parsed(path: Path, shown: str) -> tuple[GuardrailFile | None, tuple[Diagnostic, ...]]:
    """What can be read of a file, and what is wrong with it."""
    file, wrong = parse_guardrail_file(path.read_bytes(), id=path.stem, file=f"{shown}/{FOLDER}/{path.name}")
    return file, tuple(wrong)


def _taken(file: GuardrailFile, other: GuardrailFile) -> Diagnostic:
    return Diagnostic(
        rule="duplicate_id",
        message=f"the id `{file.id}` is taken by {other.file}",
        place=Place(file.file),
        hint="content extends what is there and never replaces it: choose another name",
    )


def _resolved(
    name: str, files: Mapping[str, GuardrailFile], problems: list[Diagnostic]
) -> GuardrailTier | None:
    """The tier with all that it extends put in, or None where that cannot be."""
    file = files[name]
    chain, seen = [file], {name}
    while (parent := chain[-1].header.extends) is not None:
        place = chain[-1].place("extends")
        if parent not in files:
            hint = did_you_mean(parent, files)
            message = f"there is no guardrail {ticked(parent)}"
            problems.append(Diagnostic(rule="guardrail_unknown", message=message, place=place, hint=hint))
            return None
        if parent in seen:
            message = f"{ticked(name)} extends itself, by way of {ticked(chain[-1].id)}"
            problems.append(Diagnostic(rule="extends_itself", message=message, place=place))
            return None
        seen.add(parent)
        chain.append(files[parent])
    wording = chain[-1].header.guardrail
    for one in reversed(chain[:-1]):
        wording = _extended(wording, one.header.guardrail)
    samples = tuple(dict.fromkeys(sample for one in reversed(chain) for sample in one.header.samples))
    return GuardrailTier(id=name, title=file.header.title, file=file, wording=wording, samples=samples)


def _extended(under: Wording, over: Wording) -> Wording:
    """What the one says with what the other says instead or further, each part told by its type or name."""
    content, more = under.content_policy_config, over.content_policy_config
    topics, further = under.topic_policy_config, over.topic_policy_config
    words, other = under.word_policy_config, over.word_policy_config
    data, also = under.sensitive_information_policy_config, over.sensitive_information_policy_config
    grounds, yet = under.contextual_grounding_policy_config, over.contextual_grounding_policy_config
    return Wording(
        blocked_input_messaging=over.blocked_input_messaging or under.blocked_input_messaging,
        blocked_outputs_messaging=over.blocked_outputs_messaging or under.blocked_outputs_messaging,
        content_policy_config=ContentPolicy(
            filters_config=_joined(content.filters_config, more.filters_config, lambda one: one.type),
            tier_config=more.tier_config or content.tier_config,
        ),
        topic_policy_config=TopicPolicy(
            topics_config=_joined(topics.topics_config, further.topics_config, lambda one: one.name),
            tier_config=further.tier_config or topics.tier_config,
        ),
        word_policy_config=WordPolicy(
            words_config=_joined(words.words_config, other.words_config, lambda one: one.text.lower()),
            managed_word_lists_config=_joined(
                words.managed_word_lists_config, other.managed_word_lists_config, lambda one: one.type
            ),
        ),
        sensitive_information_policy_config=SensitivePolicy(
            pii_entities_config=_joined(
                data.pii_entities_config, also.pii_entities_config, lambda one: one.type
            ),
            regexes_config=_joined(data.regexes_config, also.regexes_config, lambda one: one.name),
        ),
        contextual_grounding_policy_config=GroundingPolicy(
            filters_config=_joined(grounds.filters_config, yet.filters_config, lambda one: one.type)
        ),
    )


def _joined(under: tuple[_T, ...], over: tuple[_T, ...], key: Callable[[_T], str]) -> tuple[_T, ...]:
    found = {key(one): one for one in under}
    found.update({key(one): one for one in over})
    return tuple(found.values())


def _beyond_limits(tier: GuardrailTier) -> Iterator[Diagnostic]:
    """What AWS would refuse, with the limits of `content/reference/quotas.csv`."""
    wording, place = tier.wording, tier.file.place("guardrail")

    def beyond(message: str, hint: str | None = None) -> Diagnostic:
        return Diagnostic(rule="beyond_limit", message=message, place=place, hint=hint)

    for what, name, count in (
        ("topics", "guardrail_topics", len(wording.topic_policy_config.topics_config)),
        ("words", "guardrail_words", len(wording.word_policy_config.words_config)),
        (
            "regular expressions",
            "guardrail_regexes",
            len(wording.sensitive_information_policy_config.regexes_config),
        ),
    ):
        if quota(name).standing(count) == "over":
            yield beyond(f"{ticked(tier.id)} has {count:,} {what}, and {quota(name).limit:,} are the most")
    if wording.blocked_input_messaging is None or wording.blocked_outputs_messaging is None:
        yield beyond(f"{ticked(tier.id)} does not say what is told to whom it stops", "write both messages")
    yield from _of_entries(tier, beyond)


def _of_entries(tier: GuardrailTier, beyond: Callable[..., Diagnostic]) -> Iterator[Diagnostic]:
    wording = tier.wording
    for one in wording.content_policy_config.filters_config:
        if one.type == "PROMPT_ATTACK" and one.output_strength != "NONE":
            yield beyond("PROMPT_ATTACK is looked for in prompts alone", "write `outputStrength: NONE`")
    for topic in wording.topic_policy_config.topics_config:
        if len(topic.examples) > _EXAMPLES:
            yield beyond(f"the topic {ticked(topic.name)} has more than {_EXAMPLES} examples")
        if not tier.is_standard and len(topic.definition) > _CLASSIC_DEFINITION:
            message = f"the definition of {ticked(topic.name)} has more than {_CLASSIC_DEFINITION} characters"
            yield beyond(message, "shorten it, or take the tier STANDARD")
    for regex in wording.sensitive_information_policy_config.regexes_config:
        try:
            re2.compile(regex.pattern)
        except re2.error as error:
            yield beyond(f"the pattern of {ticked(regex.name)} cannot be used: {error}")


@functools.cache
def guardrail_profiles() -> Mapping[str, str]:
    """The guardrail profile that can be used in each Region, by Region; of others none is known."""
    file = resources.files("craton") / "content" / "reference" / "guardrail_profiles.csv"
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return MappingProxyType({row["source_region"]: row["profile"] for row in rows})
