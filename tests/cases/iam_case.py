"""Cases of IAM's evaluation as files tell them, and as lines that `craton simulate --cases` reads.

A file of `tests/cases/iam` holds `cases`, and `truths`: tables of an operator over one key, of which every
cell is a case. What a case leaves out is taken from its file. Policies and pages may be named; what
`shared.yaml` names, every file knows. A statement stands for the policy of version 2012-10-17 that holds it,
and so does a list of statements; `identity` may also be a list of policies, where one of them is named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml  # type: ignore[import-untyped]  # PyYAML tells no types
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = Path(__file__).parent / "iam"
SHARED: Final = "shared.yaml"
SHARED_DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
"""Policies that nobody of this project wrote; they live beside the repository where there are any."""

VERSION: Final = "2012-10-17"
ALLOW_ALL: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ASSUMED: Final = "assumed"

LISTS: Final = {
    "boundaries": "permission_boundaries",
    "sessions": "session_policies",
    "endpoints": "endpoint_policies",
}
"""The parts of a case that hold a list of policies, and what the contract calls them."""

FLAGS: Final = ("resource_account", "management_account", "service_linked_role")
REQUEST: Final = ("principal", "action", "resource")
KNOWN: Final = frozenset(
    {"id", "source", "why", "decision", "blocked_by", "request", "context", "unknown_keys", "settled_by"}
    | {"account", "identity", "allow_if", "deny_if", "resource", "scps", "rcps", *LISTS, *FLAGS}
)


class Source(Struct, frozen=True):
    """Where AWS says it."""

    page: str
    heading: str


class IamCase(Struct, frozen=True, kw_only=True):
    """One case. `line` is what a program is asked; `source` is None where the decision is assumed, for `why`.

    `settled_by`: the keys that would settle an unknown decision; where a case does not say, all unknown ones.
    `needs` names the files beside the repository that hold policies of the case and are absent.
    """

    id: str
    file: str
    line: Mapping[str, Any]
    decision: str
    blocked_by: tuple[str, ...] | None
    settled_by: frozenset[str]
    source: Source | None
    why: str | None
    needs: tuple[str, ...]

    @property
    def question(self) -> str:
        """Policies and request as canonical text: equal for two cases that ask the same."""
        asked = {key: value for key, value in self.line.items() if key != "id"}
        return json.dumps(asked, sort_keys=True)


def read_cases() -> tuple[IamCase, ...]:
    """Every case of every file, in the order of the files and of their lines."""
    shared = _loaded(FOLDER / SHARED)
    return tuple(
        case
        for file in sorted(FOLDER.glob("*.yaml"))
        if file.name != SHARED
        for case in _File(file.name, _loaded(file), shared).cases()
    )


def _loaded(file: Path) -> dict[str, Any]:
    held: dict[str, Any] = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
    return held


class _File:
    def __init__(self, name: str, held: dict[str, Any], shared: dict[str, Any]) -> None:
        self._name = name
        self._held = held
        self._pages: dict[str, str] = shared["pages"]
        self._sources: dict[str, dict[str, str]] = held.get("sources", {})
        self._policies: dict[str, Any] = shared["policies"] | held.get("policies", {})

    def cases(self) -> Iterator[IamCase]:
        for table in self._held.get("truths", ()):
            for row in _rows(table):
                yield self._case(row)
        for row in self._held.get("cases", ()):
            yield self._case(row)

    def _case(self, row: dict[str, Any]) -> IamCase:
        if strange := row.keys() - KNOWN:
            raise ValueError(f"{self._name}: the case {row['id']} has {sorted(strange)}")
        needs: list[str] = []
        return IamCase(
            id=row["id"],
            file=self._name,
            line=self._line(row, needs),
            decision=row["decision"],
            blocked_by=tuple(row["blocked_by"]) if "blocked_by" in row else None,
            settled_by=frozenset(_settling(row)),
            source=self._source(row["source"]),
            why=row.get("why"),
            needs=tuple(needs),
        )

    def _source(self, source: str | dict[str, str]) -> Source | None:
        if source == ASSUMED:
            return None
        said = self._sources[source] if isinstance(source, str) else source
        return Source(page=self._pages[said["page"]], heading=said["heading"])

    def _line(self, row: dict[str, Any], needs: list[str]) -> dict[str, Any]:
        """The case as the contract writes it."""
        asked = {**self._held.get("request", {}), **row.get("request", {})}
        context = row.get("context", asked.pop("context", {}))
        request = {key: asked[key] for key in REQUEST} | {"context": _texts(context)}
        if "unknown_keys" in row:
            request["unknown_keys"] = row["unknown_keys"]
        scps = row.get("scps", self._held.get("scps", []))
        line = {
            "id": row["id"],
            "request": request,
            "account": row.get("account", self._held.get("account", "111111111111")),
            "identity_policies": self._identity(row, request["action"], needs),
            "scps": [self._level(level, needs) for level in scps],
        }
        line |= {key: row[key] for key in FLAGS if key in row}
        line |= {LISTS[key]: self._level(row[key], needs) for key in LISTS if key in row}
        if "rcps" in row:
            line["rcps"] = [self._level(level, needs) for level in row["rcps"]]
        if "resource" in row:
            line["resource_policy"] = self._policy(row["resource"], needs)
        return line

    def _identity(self, row: dict[str, Any], action: str, needs: list[str]) -> list[Any]:
        if "allow_if" in row:
            statement = {**ALLOW_ALL, "Action": action, "Condition": row["allow_if"]}
            return [self._policy(statement, needs)]
        if "deny_if" in row:
            statement = {"Effect": "Deny", "Action": action, "Resource": "*", "Condition": row["deny_if"]}
            return [self._policy([ALLOW_ALL, statement], needs)]
        held = row.get("identity", self._held.get("identity", "full"))
        if isinstance(held, list) and any(isinstance(one, str) for one in held):
            return self._level(held, needs)
        return [self._policy(held, needs)] if held else []

    def _level(self, held: str | dict[str, Any] | list[Any], needs: list[str]) -> list[Any]:
        """The policies of one level, or of one kind."""
        return [self._policy(one, needs) for one in (held if isinstance(held, list) else [held])]

    def _policy(self, held: str | dict[str, Any] | list[Any], needs: list[str]) -> dict[str, Any]:
        if isinstance(held, str):
            return self._policy(self._policies[held], needs)
        if isinstance(held, list):
            return {"Version": VERSION, "Statement": held}
        if "shared" in held:
            return _beside(held, needs)
        return held if "Statement" in held else {"Version": VERSION, "Statement": held}


def _rows(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The cases of a table: the condition allows, or denies, where it holds."""
    denies = table.get("effect") == "Deny"
    condition = {table["operator"]: {table["key"]: table["values"]}}
    name = "-".join([table["operator"].replace(":", "-"), *([table["name"]] if "name" in table else [])])
    outcomes = ("explicit_deny", "allowed") if denies else ("allowed", "implicit_deny")
    for verdict, outcome in zip(("holds", "fails"), outcomes, strict=True):
        for label, value in table[verdict].items():
            yield {
                "id": f"{name}{'-denies' if denies else ''}-{label}",
                "source": table["source"],
                **({"why": table["why"]} if "why" in table else {}),
                "context": {} if value is None else {table["key"]: value},
                "deny_if" if denies else "allow_if": condition,
                "decision": outcome,
            }


def _settling(row: dict[str, Any]) -> list[str]:
    keys: list[str] = row.get("settled_by", row.get("unknown_keys", []))
    return keys if row["decision"] == "unknown" else []


def _texts(context: dict[str, Any]) -> dict[str, Any]:
    return {
        key: [str(one) for one in value] if isinstance(value, list) else str(value)
        for key, value in context.items()
    }


def _beside(held: dict[str, Any], needs: list[str]) -> dict[str, Any]:
    """A policy beside the repository, its placeholders replaced; where it is absent, what is said of it."""
    file = SHARED_DATA / held["shared"]
    if not file.is_file():
        needs.append(held["shared"])
        return held
    text = file.read_text("utf-8")
    for placeholder, value in held.get("replace", {}).items():
        text = text.replace(placeholder, value)
    policy: dict[str, Any] = json.loads(text)
    return policy
