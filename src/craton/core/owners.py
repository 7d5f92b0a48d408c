"""Who pays for and answers for calls: business units, cost centers, teams and projects, with their dates."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from craton.core.manifest_section import Section
from craton.core.manifest_text import AccountId, MetadataKey, MetadataValue, Name, NameGlob, TagKey, TagValue

Level = Literal["business_unit", "cost_center", "team", "project"]


class Period(Struct, frozen=True):
    """Days from `since` up to but without `until`; None is open."""

    since: date | None = None
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    @property
    def is_empty(self) -> bool:
        """Whether it holds no day."""
        return self.since is not None and self.until is not None and self.until <= self.since

    def within(self, other: "Period") -> "Period":
        """The days that both hold."""
        starts = [day for day in (self.since, other.since) if day is not None]
        ends = [day for day in (self.until, other.until) if day is not None]
        return Period(max(starts, default=None), min(ends, default=None))

    def overlaps(self, other: "Period") -> bool:
        """Whether there is a day that both hold."""
        return not self.within(other).is_empty and not self.is_empty and not other.is_empty


class PrincipalMatch(Section, frozen=True, kw_only=True):
    """Which callers are meant: all that is given must hold."""

    role: Annotated[
        NameGlob | None, Meta(description="name of the assumed role, without its path", examples=["search-*"])
    ] = None
    permission_set: Annotated[
        NameGlob | None,
        Meta(
            description="permission set of IAM Identity Center, whose role is `AWSReservedSSO_<set>_<hex>`",
            examples=["SearchDeveloper"],
        ),
    ] = None
    user: Annotated[NameGlob | None, Meta(description="name of the IAM user", examples=["search-ci"])] = None
    session: Annotated[
        NameGlob | None, Meta(description="name of the role's session", examples=["*@example.com"])
    ] = None
    accounts: Annotated[
        tuple[AccountId, ...], Meta(description="only calls in these accounts; none listed means any account")
    ] = ()


class Match(Section, frozen=True, kw_only=True):
    """Which calls belong to an owner.

    Each kind stands for itself; where several owners match a call, the kinds decide in this order: request
    metadata, profile tags, principals, accounts.
    """

    request_metadata: Annotated[
        dict[MetadataKey, Annotated[tuple[MetadataValue, ...], Meta(min_length=1)]],
        Meta(
            description="labels that the caller sent: all keys must be there, each with one of its values",
            examples=[{"team": ["search"]}],
        ),
    ] = field(default_factory=dict)
    profile_tags: Annotated[
        dict[TagKey, Annotated[tuple[TagValue, ...], Meta(min_length=1)]],
        Meta(
            description="tags of the application inference profile that was called, matched in the same way",
            examples=[{"team": ["search"]}],
        ),
    ] = field(default_factory=dict)
    principals: Annotated[
        tuple[PrincipalMatch, ...], Meta(description="callers; one of them must match")
    ] = ()
    accounts: Annotated[
        tuple[AccountId, ...],
        Meta(description="accounts whose calls belong here when nothing closer matches"),
    ] = ()


Since = Annotated[date | None, Meta(description="first day on which this holds", examples=["2026-09-01"])]
Until = Annotated[
    date | None,
    Meta(
        description="first day on which this holds no more; its successor may start that day",
        examples=["2026-09-01"],
    ),
]
Matched = Annotated[Match, Meta(description="which calls belong here when no owner below claims them")]


class Project(Section, frozen=True, kw_only=True):
    """The lowest level."""

    name: Annotated[Name, Meta(description="the project's name, once in its team", examples=["ranking"])]
    since: Since = field(name="from", default=None)
    until: Until = None
    match: Matched = field(default_factory=Match)


class Team(Section, frozen=True, kw_only=True):
    """The third level. A team that moves is listed where it was with `until`, and where it is with `from`."""

    name: Annotated[
        Name, Meta(description="the team's name; one team bears it at a time", examples=["search"])
    ]
    since: Since = field(name="from", default=None)
    until: Until = None
    match: Matched = field(default_factory=Match)
    projects: Annotated[tuple[Project, ...], Meta(description="what the team works on")] = ()


class CostCenter(Section, frozen=True, kw_only=True):
    """The second level."""

    name: Annotated[
        Name, Meta(description="its number or name; one cost center bears it at a time", examples=["CC-1001"])
    ]
    since: Since = field(name="from", default=None)
    until: Until = None
    match: Matched = field(default_factory=Match)
    teams: Annotated[tuple[Team, ...], Meta(description="the teams it pays for")] = ()


class BusinessUnit(Section, frozen=True, kw_only=True):
    """The first level."""

    name: Annotated[
        Name, Meta(description="its name; one business unit bears it at a time", examples=["Retail"])
    ]
    since: Since = field(name="from", default=None)
    until: Until = None
    match: Matched = field(default_factory=Match)
    cost_centers: Annotated[tuple[CostCenter, ...], Meta(description="its cost centers")] = ()


class Owners(Section, frozen=True, kw_only=True):
    """The tree of owners."""

    business_units: Annotated[tuple[BusinessUnit, ...], Meta(description="who pays, at the top")] = ()


AnyOwner: TypeAlias = BusinessUnit | CostCenter | Team | Project


class Position(Struct, frozen=True):
    """One owner in its tree.

    `names` are those from the business unit down to it, `period` the days on which all of them hold, `path`
    the keys and indexes that lead to it in the manifest.
    """

    level: Level
    names: tuple[str, ...]
    owner: AnyOwner
    period: Period
    path: tuple[str | int, ...]


_BELOW: dict[Level, tuple[str, Level]] = {
    "business_unit": ("cost_centers", "cost_center"),
    "cost_center": ("teams", "team"),
    "team": ("projects", "project"),
}


def positions(owners: Owners) -> Iterator[Position]:
    """Every owner, in the order of the manifest, those above before those below."""
    for index, unit in enumerate(owners.business_units):
        path = ("owners", "business_units", index)
        yield from _from(Position("business_unit", (unit.name,), unit, Period(unit.since, unit.until), path))


def _from(top: Position) -> Iterator[Position]:
    yield top
    if top.level == "project":
        return
    key, level = _BELOW[top.level]
    children: tuple[AnyOwner, ...] = getattr(top.owner, key)
    for index, child in enumerate(children):
        period = Period(child.since, child.until).within(top.period)
        yield from _from(Position(level, (*top.names, child.name), child, period, (*top.path, key, index)))
