"""How environments differ: a line for each row of every kind, and one for each policy file that holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.compiler.statement_filling import is_for_all
from craton.core.quoting import listed, ticked
from craton.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.compiler.organization_policies import OrganizationPolicies
    from craton.compiler.statement_filling import FilledStatement
    from craton.core.intent import EnvironmentIntent, Intent

POLICIES: Final = "Organization policies"
ABSENT: Final = "does not hold"
REPLAYED: Final = "only replayed"
ATTACHED: Final = "attached"


class Line(Struct, frozen=True, kw_only=True):
    """One line of the table.

    `about` is the title of the kind, or that of organization policies. `places` are what differs for this
    reason: those of the member template as `LogicalId.Property`, in which `*` stands for any letters and
    digits, or the Sids of a policy file. `cells` are told by environment. `for_callers` says that whoever
    calls models wants to know it.
    """

    about: str
    title: str
    places: tuple[str, ...]
    cells: Mapping[str, str]
    for_callers: bool = False

    @property
    def differs(self) -> bool:
        """Whether any environment differs from another in it."""
        return len(set(self.cells.values())) > 1


def environment_table(intent: Intent, governing: OrganizationPolicies) -> tuple[Line, ...]:
    """Every line, those of policies last. `governing` are the policies of the same intent."""
    return (*_of_kinds(intent), *_of_policies(intent, governing))


def _of_kinds(intent: Intent) -> Iterator[Line]:
    for kind in kinds():
        for row in kind.rows:
            yield Line(
                about=kind.title,
                title=row.title,
                places=row.properties,
                cells={one.name: row.value(intent, one) for one in intent.environments},
                for_callers=row.for_callers,
            )


def _of_policies(intent: Intent, governing: OrganizationPolicies) -> Iterator[Line]:
    files = {one.template.id: one.template for held in governing.filled.values() for one in held}
    for name in sorted(files):
        held = {
            environment.name: _of_file(governing.filled[environment.name], name)
            for environment in intent.environments
        }
        varying = _varying([one.values for one in held.values() if one is not None])
        yield Line(
            about=POLICIES,
            title=files[name].header.title,
            places=tuple(files[name].sids()),
            cells={one.name: _standing(held[one.name], one, varying) for one in intent.environments},
        )


def _of_file(held: Sequence[FilledStatement], name: str) -> FilledStatement | None:
    return next((one for one in held if one.template.id == name), None)


def _varying(values: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The parameters that are not the same wherever the file holds."""
    return tuple(sorted(name for name in values[0] if any(one[name] != values[0][name] for one in values)))


def _standing(held: FilledStatement | None, environment: EnvironmentIntent, varying: Sequence[str]) -> str:
    """Whether the file is attached, with what it is given here alone, and for whom it does not hold yet."""
    if held is None:
        return ABSENT
    parts = [ATTACHED if environment.enforces or is_for_all(held.template) else REPLAYED]
    for name in varying:
        value = held.values[name]
        told = ticked(value) if isinstance(value, str) else listed(tuple(value))
        parts.append(f"{name}: {told or 'none'}")
    parts += [f"not for {listed(one.principals)} until {one.until}" for one in held.exceptions]
    return "; ".join(parts)
