"""What is known of a row beyond its record: model, principal, owner, price, day."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_right
from collections.abc import Hashable, Mapping
from operator import attrgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from craton.core.attribution import Attribution
from craton.core.model_reference import ApplicationProfile, parse
from craton.core.price import PriceTable
from craton.core.principal import Principal
from craton.lake.distinct import Distinct
from craton.lake.pricing import priced
from craton.lake.schema import schema_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from craton.core.attribution import Owner
    from craton.logs.outcome import RecordKind

OWNED: Final = (
    "environment",
    "organizational_unit",
    "business_unit",
    "cost_center",
    "team",
    "project",
    "attributed_by",
)
"""The columns that attribution fills, where a table has them."""

_TEXT: Final = pa.string()
_MOST_LABELS: Final = 64
_MOST_REMEMBERED: Final = 100_000
T = TypeVar("T", bound=Hashable)


class Derivation(Struct, frozen=True):
    """What rows are derived with: who owns what, what it costs, and which model a profile stands for.

    `digest` tells it from others that may give other rows.
    """

    attribution: Attribution
    prices: PriceTable
    profiles: Mapping[str, ApplicationProfile] = {}
    digest: str = ""


class Deriver:
    """Adds what is known of rows to their columns as logged; remembers what it has worked out."""

    def __init__(self, derivation: Derivation) -> None:
        self._prices = derivation.prices
        self._attribution = derivation.attribution
        self._models = Memory(lambda model_id: parse(model_id, derivation.profiles))
        self._callers = Memory(self._caller)
        self._labels = Memory(labels_of)
        self._owners = Memory(self._owner)
        self._tagged = pa.array(sorted(derivation.attribution.tagged_profiles), _TEXT)
        self._alike: dict[tuple[int, ...], Principal] = {}
        self._deciding_callers = Numbered[Principal]()
        self._deciding_labels = Numbered[tuple[tuple[str, str], ...]]()

    def derived(self, kind: RecordKind, logged: pa.Table, source_file: pa.Array) -> pa.Table:
        """The table's rows, all its columns and `day`, from the columns as logged."""
        columns: dict[str, Any] = {name: logged[name].combine_chunks() for name in logged.column_names}
        nothing = pa.nulls(logged.num_rows, pa.string())
        columns["day"] = columns["event_time"].cast(pa.date32())
        columns["source_file"] = source_file
        columns.update(self._of_models(columns["model_id"]))
        columns.update(self._of_callers(columns.get("principal_arn", nothing)))
        columns.update(self._of_labels(columns.get("request_metadata", nothing)))
        columns.update(self._of_owners(columns))
        if kind == "invocation":
            columns.update(priced(pa.table(columns), self._prices))
            columns["transports"] = _lists(columns["transport"])
        schema = schema_of(kind).append(pa.field("day", pa.date32()))
        return pa.table([columns[name] for name in schema.names], schema=schema)

    def _of_models(self, model_id: pa.Array) -> dict[str, pa.Array]:
        models = Distinct([model_id])
        references = [self._models[name] or _NOTHING for (name,) in models.combinations]
        names = {
            "model_base": "base",
            "model_kind": "kind",
            "geo_scope": "geo_scope",
            "profile_id": "profile_id",
        }
        return models.spread(references, {name: (attrgetter(part), _TEXT) for name, part in names.items()})

    def _of_callers(self, arn: pa.Array) -> dict[str, pa.Array]:
        callers = Distinct([arn])
        known = [self._callers[name] or _NOTHING for (name,) in callers.combinations]
        return callers.spread(
            known,
            {
                "principal_kind": (attrgetter("kind"), _TEXT),
                "role": (attrgetter("role"), _TEXT),
                "person": (attrgetter("person"), _TEXT),
                "_caller": (attrgetter("number"), pa.int64()),
            },
        )

    def _caller(self, arn: str) -> _Caller:
        principal = Principal.parse(arn)
        alike = self._alike.setdefault(self._attribution.principal_rules(principal), principal)
        number = self._deciding_callers.number(alike)
        return _Caller(principal.kind, principal.role, principal.person, number)

    def _of_labels(self, text: pa.Array) -> dict[str, pa.Array]:
        texts = Distinct([text])
        labels = [self._labels[one] for (one,) in texts.combinations]
        kind = schema_of("invocation").field("request_metadata").type
        return texts.spread(
            labels,
            {
                "request_metadata": (lambda one: None if one is None else list(one.items()), kind),
                "_labels": (self._labels_number, pa.int64()),
            },
        )

    def _labels_number(self, labels: dict[str, str] | None) -> int | None:
        """The number of labels that, for attribution, are the same."""
        if labels is None:
            return None
        keys = self._attribution.label_keys
        return self._deciding_labels.number(tuple(pair for pair in labels.items() if pair[0] in keys))

    def _of_owners(self, columns: dict[str, Any]) -> dict[str, pa.Array]:
        """The owner of each row, worked out once for each combination of what decides."""
        profiles = columns["profile_id"]
        calls = Distinct(
            [
                columns["account_id"],
                columns["_caller"],
                pc.if_else(pc.is_in(profiles, self._tagged), profiles, None),
                columns["_labels"],
                self._eras(columns["day"]),
            ]
        )
        owners = [self._owners[combination] for combination in calls.combinations]
        return calls.spread(owners, {name: (attrgetter(name), _TEXT) for name in OWNED})

    def _owner(self, combination: tuple[str | None, int | None, str | None, int | None, dt.date]) -> Owner:
        account, caller, profile, labels, era = combination
        principal = None if caller is None else self._deciding_callers[caller]
        metadata = None if labels is None else dict(self._deciding_labels[labels])
        return self._attribution.of(account, principal, profile, metadata, era)

    def _eras(self, days: pa.Array) -> pa.Array:
        """For each day, the first one since which attribution has not changed."""
        turns = (dt.date.min, *self._attribution.turning_days)
        distinct = Distinct([days])
        firsts = [turns[bisect_right(turns, day) - 1] for (day,) in distinct.combinations]
        return distinct.spread(firsts, {"era": (lambda first: first, pa.date32())})["era"]


class _Caller(Struct, frozen=True, gc=False):
    """What rows tell of a caller, and the number of one who, for attribution, is the same."""

    kind: str
    role: str | None
    person: str | None
    number: int


_NOTHING: Final = SimpleNamespace(
    base=None, kind=None, geo_scope=None, profile_id=None, role=None, person=None, number=None
)
"""What is known of a model or a caller that a record does not name."""


class Memory(dict[Any, Any]):
    """What was worked out of values before; forgets all when that grows too much. Of None, nothing comes."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, value: Any) -> Any:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = None if value is None else self._work(value)
        self[value] = found
        return found


class Numbered(Generic[T]):
    """Values by number; equal values have one number."""

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}
        self._values: list[T] = []

    def number(self, value: T) -> int:
        """The value's number."""
        number = self._numbers.setdefault(value, len(self._values))
        if number == len(self._values):
            self._values.append(value)
        return number

    def __getitem__(self, number: int) -> T:
        return self._values[number]


def labels_of(text: bytes) -> dict[str, str] | None:
    """The labels of a call in the order of their names; None where the JSON text is no object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    named = sorted(value.items())[:_MOST_LABELS]
    return {name: label if isinstance(label, str) else json.dumps(label) for name, label in named}


def _lists(column: pa.Array) -> pa.Array:
    """Each value as a list of one."""
    ends = pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int32()), len(column)))
    return pa.ListArray.from_arrays(pa.concat_arrays([pa.array([0], pa.int32()), ends]), column)
