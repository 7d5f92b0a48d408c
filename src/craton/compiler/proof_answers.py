"""What was asked to prove the policies of an environment, and what became of it, as a file beside them.

Each line of the file is one record: what was asked of the same principal in the same way with the same end is
told together, and names every model, Region or resource that it was asked of. So the file is short, a change
of it shows what a change of the manifest does to whom, and nothing that was asked is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from craton.simulator.decision import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


Claim = Literal[
    "policy_files",
    "approved_models",
    "closed_surfaces",
    "demands",
    "unapproved_models",
    "other_regions",
    "protected_actions",
    "observed_only",
]
"""What is claimed of an environment."""

Record: TypeAlias = "Mapping[str, tuple[str, ...]]"

Verdict = Literal["held", "failed", "silent"]
"""How a proof ended; `silent` where it says nothing about the compiled values, or AWS tells too little."""


class Answered(Struct, frozen=True, kw_only=True):
    """One thing that was asked, or a proof of which nothing can be asked.

    `policy` is the policy file that it is about, and `proof` the name of the file's own proof. `asked` is an
    action, or an API with those `alike`, which IAM authorises by the same action; `of` is the model, profile
    or resource. `without` is what is demanded and was left out. `by` are the statements that deny.
    """

    environments: tuple[str, ...]
    claim: Claim
    verdict: Verdict
    policy: str | None = None
    proof: str | None = None
    asked: str | None = None
    alike: tuple[str, ...] = ()
    of: str | None = None
    expected: str | None = None
    answer: Outcome | None = None
    principal: str | None = None
    region: str | None = None
    by: tuple[str, ...] = ()
    without: str | None = None


def proofs_document(answers: Iterable[Answered]) -> bytes:
    """The file: a list in JSON with one record a line, in the order in which the first of each was asked."""
    records: Iterable[Record] = (_record(one) for one in answers)
    for several in ("of", "region", "asked"):
        records = _together(records, several)
    lines = [msgspec.json.encode(_told(one)).decode() for one in records]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _record(answered: Answered) -> Record:
    """Each of its fields with the values that it has."""
    return {
        key: value if isinstance(value, tuple) else () if value is None else (value,)
        for key, value in msgspec.structs.asdict(answered).items()
    }


def _together(records: Iterable[Record], several: str) -> Iterable[Record]:
    """Records that differ in one field alone, each such set as one record."""
    found: dict[tuple[object, ...], tuple[Record, dict[str, None]]] = {}
    for one in records:
        key = tuple(value for name, value in one.items() if name != several)
        found.setdefault(key, (one, {}))[1].update(dict.fromkeys(one[several]))
    return [{**one, several: tuple(values)} for one, values in found.values()]


def _told(record: Record) -> dict[str, object]:
    """What is said: lists of what there may be several of, single values of the rest."""
    return {key: value if key in _LISTS else value[0] for key, value in record.items() if value}


_LISTS: Final = frozenset({"environments", "asked", "alike", "of", "region", "by"})
