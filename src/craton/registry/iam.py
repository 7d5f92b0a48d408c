"""Every action, resource type and condition key of IAM, as `content/reference/iam` holds them.

A service is read when it is first asked for: a linter that meets two services reads two files.
Source: docs.aws.amazon.com/service-authorization/latest/reference/reference.html, through
scripts/build_iam_reference.py; release and day stand at the head of every file.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import msgspec
from msgspec import Struct

from craton.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from importlib.resources.abc import Traversable

ConditionType = Literal["String", "ARN", "Bool", "Numeric", "Date", "IPAddress", "Binary"]
KeyCategory = Literal["principal", "session", "network", "resource", "request"]

_Fact = TypeVar("_Fact")
_ARRAY: Final = "ArrayOf"
_ABSENT: Final = ("", "", "")
_FIELDS: Final = 4
_USE: Final = re.compile(r"(?P<type>[^ !(]+)(?P<required>!?)(?:\((?P<keys>[^)]*)\))?")
_HOLE: Final = re.compile(r"\$\{[^}]*\}|<[^>]*>|(?<=/)tag-key$|(?<=Tag/)$", re.IGNORECASE)
"""What stands for any text in the name of a key: `${TagKey}`, `<key>`, `tag-key`, or nothing after `Tag/`."""
_WILD: Final = ("*", "?")


class ResourceUse(Struct, frozen=True):
    """A type of resource that an action is authorised on, and the keys that it brings for this action alone.

    `required` is AWS's mark; where several types bear it, a request names one of them.
    """

    type: str
    required: bool
    condition_keys: tuple[str, ...] = ()


class Action(Struct, frozen=True):
    """One action. `name` is spelled as AWS does, with its prefix: `bedrock:InvokeModel`."""

    name: str
    access_level: str
    resource_types: tuple[ResourceUse, ...]
    condition_keys: tuple[str, ...]

    @property
    def is_wildcard_only(self) -> bool:
        """Whether the action knows no resources, so that a policy can only name it with `*`."""
        return not self.resource_types


class ResourceType(Struct, frozen=True):
    """One type of resource; `arn` is its form, with holes such as `${Region}`."""

    name: str
    arn: str
    condition_keys: tuple[str, ...]


class ConditionKey(Struct, frozen=True):
    """One condition key. `category` is None for the keys of one service, which only some requests carry."""

    name: str
    type: ConditionType
    is_multivalued: bool
    category: KeyCategory | None


class Service(Struct, frozen=True):
    """One prefix of actions, with all it knows; the keys of every mapping are lower-case names."""

    prefix: str
    name: str
    reached_by_rcps: bool
    actions: Mapping[str, Action]
    resource_types: Mapping[str, ResourceType]
    condition_keys: Mapping[str, ConditionKey]


class IamReference:
    """What IAM knows. Names are compared without regard to case, as IAM does."""

    @functools.cached_property
    def prefixes(self) -> frozenset[str]:
        """The prefix of every service."""
        return frozenset(
            file.name.removesuffix(".tsv")
            for file in (_folder() / "services").iterdir()
            if file.name.endswith(".tsv")
        )

    def service(self, prefix: str) -> Service | None:
        """All that one service knows; None where there is no such prefix.

        Raises: DataError where its file is damaged.
        """
        return _service(prefix.lower()) if prefix.lower() in self.prefixes else None

    def action(self, name: str) -> Action | None:
        """The action of that name, None where AWS has none."""
        prefix, _, own = name.partition(":")
        service = self.service(prefix)
        return None if service is None else service.actions.get(own.lower())

    def actions_matching(self, pattern: str) -> tuple[Action, ...]:
        """Every action that a pattern of a policy covers, such as `bedrock:Invoke*`, `bedrock*:*` or `*`."""
        prefix, colon, own = pattern.partition(":")
        if not colon:
            prefix, own = ("*", "*") if pattern == "*" else (pattern, "")
        services, names = _glob(prefix), _glob(own)
        return tuple(
            action
            for found in sorted(one for one in self.prefixes if services.fullmatch(one))
            for name, action in _service(found).actions.items()
            if names.fullmatch(name)
        )

    def condition_key(self, name: str) -> ConditionKey | None:
        """The key of that name, `aws:PrincipalTag/team` included; None where AWS has none."""
        return _known_key(name.lower())

    def condition_keys(self, prefix: str) -> tuple[ConditionKey, ...]:
        """Every key of a prefix: those of a service, or of `aws`, or of an identity provider."""
        service = self.service(prefix)
        own = service.condition_keys if service else _global_keys()
        return tuple(key for name, key in own.items() if name.partition(":")[0] == prefix.lower())

    def supports(self, action: Action, key: str) -> bool:
        """Whether a request for the action may carry the key.

        That is a global key about who calls, from where and how, or a key of the action or its resources.
        """
        known = self.condition_key(key)
        if known is None:
            return False
        if known.category is not None and known.name not in _OF_SOME_REQUESTS:
            return True
        return _lists(action, key.lower())

    def keys_of(self, action: Action) -> tuple[str, ...]:
        """The keys that AWS lists for the action, for its resources, and for these in this action."""
        return _keys_of(action)

    def resource_types(self, prefix: str) -> tuple[ResourceType, ...]:
        """Every type of resource of a service; empty where there is no such prefix."""
        service = self.service(prefix)
        return tuple(service.resource_types.values()) if service else ()


_OF_SOME_REQUESTS: Final = frozenset({"aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}", "aws:TagKeys"})
"""Global keys that are in the request only where the action's own page lists them.

Source: "AWS global condition context keys", docs.aws.amazon.com/IAM/latest/UserGuide/
reference_policies_condition-keys.html, retrieved 2026-11-26.
"""


@functools.cache
def iam_reference() -> IamReference:
    """The one reference; it reads its files when it is asked."""
    return IamReference()


def _folder() -> Traversable:
    return resources.files("craton") / "content" / "reference" / "iam"


@functools.cache
def _service(prefix: str) -> Service:
    name = f"{prefix}.tsv"
    facts = _facts(_folder() / "services" / name)
    _, _, title, rcp = facts[0][:_FIELDS]
    try:
        return Service(
            prefix=prefix,
            name=title,
            reached_by_rcps=rcp == "rcp",
            actions=_by_name(facts, "action", lambda fact: _action(prefix, fact)),
            resource_types=_by_name(facts, "resource", lambda fact: _resource_type(prefix, fact)),
            condition_keys=_by_name(facts, "key", _condition_key),
        )
    except ValueError as error:
        raise DataError(f"`{name}` is no reference of a service: {error}") from error


@functools.cache
def _global_keys() -> Mapping[str, ConditionKey]:
    return _by_name(_facts(_folder() / "global_keys.tsv"), "key", _condition_key)


def _facts(file: Traversable) -> list[list[str]]:
    """The lines of a file, each with at least so many fields that a last one may be left out."""
    lines = file.read_text("utf-8").splitlines()
    return [[*line.split("\t"), *_ABSENT] for line in lines if not line.startswith("#")]


def _by_name(
    facts: Iterable[list[str]], kind: str, read: Callable[[list[str]], _Fact]
) -> Mapping[str, _Fact]:
    return MappingProxyType({fact[1].lower(): read(fact) for fact in facts if fact[0] == kind})


def _action(prefix: str, fact: list[str]) -> Action:
    _, name, level, uses, keys = fact[:5]
    return Action(f"{prefix}:{name}", level, tuple(_uses(prefix, uses)), _keys(prefix, keys.split()))


def _uses(prefix: str, text: str) -> Iterator[ResourceUse]:
    for found in _USE.finditer(text):
        keys = found["keys"].split(",") if found["keys"] else ()
        yield ResourceUse(found["type"], required=bool(found["required"]), condition_keys=_keys(prefix, keys))


def _resource_type(prefix: str, fact: list[str]) -> ResourceType:
    _, name, arn, keys = fact[:4]
    return ResourceType(name, arn, _keys(prefix, keys.split()))


def _keys(prefix: str, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{prefix}{key}" if key.startswith(":") else key for key in keys)


def _condition_key(fact: list[str]) -> ConditionKey:
    _, name, kind, category = fact[:4]
    single = kind.removeprefix(_ARRAY)
    return ConditionKey(
        name,
        type=msgspec.convert(single, ConditionType),
        is_multivalued=single != kind,
        category=msgspec.convert(category or None, KeyCategory | None),
    )


@functools.lru_cache(maxsize=4096)
def _known_key(name: str) -> ConditionKey | None:
    """A key by its name in lower case; looking through all forms takes long, and policies repeat keys."""
    service = iam_reference().service(name.partition(":")[0])
    for keys in (_global_keys(), service.condition_keys if service else {}):
        found = keys.get(name) or _by_form(keys, name)
        if found is not None:
            return found
    return None


def _by_form(keys: Mapping[str, ConditionKey], name: str) -> ConditionKey | None:
    """The key with a hole in its name that the name fills."""
    written = name.lower()
    return next(
        (key for one, key in keys.items() if _HOLE.search(one) and _form(one).fullmatch(written)), None
    )


@functools.lru_cache(maxsize=4096)
def _lists(action: Action, key: str) -> bool:
    """Whether AWS lists the key, in lower case, for the action. Many calls ask for the same few."""
    return any(_form(one).fullmatch(key) for one in _keys_of(action))


@functools.cache
def _keys_of(action: Action) -> tuple[str, ...]:
    service = _service(action.name.partition(":")[0])
    found = set(action.condition_keys)
    for use in action.resource_types:
        known = service.resource_types.get(use.type.lower())
        found.update(use.condition_keys, known.condition_keys if known else ())
    return tuple(sorted(found))


@functools.cache
def _form(key: str) -> re.Pattern[str]:
    """What the names of a key look like, in lower case."""
    parts = _HOLE.split(key.lower())
    return re.compile(".+".join(re.escape(part) for part in parts))


@functools.cache
def _glob(pattern: str) -> re.Pattern[str]:
    """The names that a pattern of a policy covers, in lower case.

    Wildcards that stand together become one: `*?*?*?` would be tried in more ways than there is time for.
    """
    parts = re.split(r"([*?]+)", pattern.lower())
    return re.compile("".join(_wild(part) if part[:1] in _WILD else re.escape(part) for part in parts))


def _wild(run: str) -> str:
    return "." * run.count("?") + (".*" if "*" in run else "")
