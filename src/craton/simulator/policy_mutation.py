"""Mutants of a policy file: small wrong versions of its statements, which its proofs must tell apart.

They are made of the statements as they stand in the file, with the places of parameters, so that each proof
meets a mutant with its own parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from msgspec import Struct

from craton.codec.policy_filling import EACH, REFERENCE
from craton.codec.policy_template import sid_of
from craton.codec.yaml_nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from craton.core.errors import DataError
from craton.core.proof import MutationReport, Proven, problems, result
from craton.simulator.proofs import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.codec.policy_template import PolicyTemplate

Statements: TypeAlias = tuple[Node, ...]

NOTHING: Final = "nothing"
_OPPOSITE: Final = {"Deny": "Allow", "Allow": "Deny", "true": "false", "false": "true"}
_LISTS: Final = ("Action", "NotAction", "Resource", "NotResource")
_EVERY_ARN: Final = "arn:*:*:*:*:*"
_NEVER: Final = "-never"
"""What makes a pattern match nothing that there is."""


class PolicyMutant(Struct, frozen=True):
    """A wrong version of the statements. `text` says which: operator, what stood there, what stands there."""

    text: str
    statements: Statements


class _Edit(Struct, frozen=True):
    """A changed node, or None where it is taken away."""

    operator: str
    before: str
    after: str
    node: Node | None


def policy_mutants(template: PolicyTemplate) -> tuple[PolicyMutant, ...]:
    """All mutants of a policy's statements, in their order."""
    items = template.statements.items
    found: list[PolicyMutant] = []
    for index, node in enumerate(items):
        name = sid_of(node) or f"statement {index + 1}"
        for edit in _of_statement(node, alone=len(items) == 1):
            changed = () if edit.node is None else (edit.node,)
            before = f" {edit.before}" if edit.before else ""
            text = f"{edit.operator}: {name}{before} -> {edit.after}"
            found.append(PolicyMutant(text, (*items[:index], *changed, *items[index + 1 :])))
    return tuple(found)


def mutate_policy(template: PolicyTemplate) -> MutationReport:
    """What the proofs of a file make of its mutants.

    Raises: DataError where the file's own proofs fail, for then no mutant can be judged.
    """
    judge = Judge(template)
    for index, proof in enumerate(template.header.proofs):
        failure = judge.failure(proof)
        if failure is not None:
            place = template.place("proofs", index, "name")
            raise DataError(f"{place}: the case `{proof.name}` fails: {failure}")
    reasons = {survivor.mutant: survivor.reason for survivor in template.header.survivors}
    results = []
    for mutant in policy_mutants(template):
        changed = Judge(template, mutant.statements)
        runs = changed.compiles()
        killer = _killer(changed) if runs else None
        results.append(result(mutant.text, runs=runs, killer=killer, reasons=reasons))
    return MutationReport(
        file=template.file,
        id=template.id,
        mutants=tuple(results),
        problems=tuple(problems(results, _proven(template))),
    )


def _killer(changed: Judge) -> str | None:
    return next((proof.name for proof in changed.proofs() if changed.failure(proof) is not None), None)


def _proven(template: PolicyTemplate) -> Proven:
    return Proven(
        place=template.source.key_place(("statements",)),
        what="the policy",
        header="",
        survivors={
            survivor.mutant: template.place("survivors", index)
            for index, survivor in enumerate(template.header.survivors)
        },
        says_why_few=template.header.few_mutants is not None,
    )


def _of_statement(node: Node, *, alone: bool) -> Iterator[_Edit]:
    if not isinstance(node, MappingNode):
        return
    if not alone:
        yield _Edit("drop_statement", "", NOTHING, None)
    for index, entry in enumerate(node.entries):
        for edit in _of_element(entry):
            yield _replaced(node, index, edit)


def _of_element(entry: Entry) -> Iterator[_Edit]:
    key = entry.key.text
    if key == "Effect" and isinstance(entry.value, ScalarNode):
        effect = entry.value.text
        yield _Edit("flip_effect", effect, _OPPOSITE[effect], _with_text(entry.value, _OPPOSITE[effect]))
    elif key in _LISTS:
        yield from _of_list(entry.value, key, f"drop_{key.lower()}")
        if key in ("Resource", "NotResource") and not _is_all(entry.value):
            everything = _with_text(ScalarNode("", plain=False, place=entry.value.place), "*")
            yield _Edit("any_resource", key, "*", everything)
        if key == "Action":
            yield from _every_action(entry.value)
    elif key == "Condition" and isinstance(entry.value, MappingNode):
        yield from _of_conditions(entry.value)


def _every_action(node: Node) -> Iterator[_Edit]:
    """All actions of the services that the statement names, where it does not name all."""
    named = {item.text for item in _items(node) if isinstance(item, ScalarNode)}
    every = sorted({f"{text.partition(':')[0]}:*" for text in named})
    if named != set(every):
        items = tuple(ScalarNode(text, plain=False, place=node.place) for text in every)
        yield _Edit("any_action", "Action", " ".join(every), SequenceNode(items, node.place))


def _of_list(node: Node, key: str, operator: str) -> Iterator[_Edit]:
    """Each item taken away; the only one is exchanged for one that never fits."""
    items = _items(node)
    if len(items) == 1:
        only = items[0]
        if isinstance(only, ScalarNode) and only.text != "*":
            altered = _with_text(only, only.text.rstrip("*") + _NEVER)
            yield _Edit(operator.replace("drop", "alter"), f"{key} {_shown(only)}", altered.text, altered)
        return
    for index, item in enumerate(items):
        rest = SequenceNode((*items[:index], *items[index + 1 :]), node.place)
        yield _Edit(operator, f"{key} {_shown(item)}", NOTHING, rest)


def _of_conditions(node: MappingNode) -> Iterator[_Edit]:
    for index, operator in enumerate(node.entries):
        if not isinstance(operator.value, MappingNode):
            continue
        for at, entry in enumerate(operator.value.entries):
            inner = operator.value.entries
            without = MappingNode((*inner[:at], *inner[at + 1 :]), operator.value.place)
            named = f"{operator.key.text} {entry.key.text}"
            rest = (*node.entries[:index], *node.entries[index + 1 :])
            left = (Entry(operator.key, without),) if without.entries else ()
            yield _Edit("drop_condition", named, NOTHING, MappingNode((*rest, *left), node.place))
            for other in _other_operators(operator.key.text):
                moved = Entry(_with_text(operator.key, other), MappingNode((entry,), entry.value.place))
                yield _Edit("operator", named, other, _merged((*rest, *left), moved, node))
            for edit in _of_values(operator.key.text, entry):
                kept = MappingNode(
                    (*inner[:at], Entry(entry.key, edit.node or entry.value), *inner[at + 1 :]),
                    operator.value.place,
                )
                changed = (*node.entries[:index], Entry(operator.key, kept), *node.entries[index + 1 :])
                yield msgspec.structs.replace(edit, node=MappingNode(changed, node.place))


def _of_values(operator: str, entry: Entry) -> Iterator[_Edit]:
    value = entry.value
    if isinstance(value, ScalarNode) and value.text in ("true", "false"):
        other = _OPPOSITE[value.text]
        yield _Edit("flip_value", f"{entry.key.text} {value.text}", other, _with_text(value, other))
        return
    yield from _of_list(value, entry.key.text, "drop_value")
    if "Like" in operator or "Arn" in operator:
        everything = ScalarNode("*", plain=False, place=value.place)
        if "Arn" in operator:
            everything = _with_text(everything, _EVERY_ARN)
        yield _Edit("any_value", f"{operator} {entry.key.text}", everything.text, everything)


def _other_operators(operator: str) -> Iterator[str]:
    """Operators that mean something else. A negated one means the same with `IfExists`, and gets none."""
    quantifier, colon, plain = operator.rpartition(":")
    base = plain.removesuffix("IfExists")
    suffix = plain[len(base) :]
    if base in ("Bool", "Null"):
        if base == "Bool":
            yield quantifier + colon + base + ("" if suffix else "IfExists")
        return
    negated = "Not" in base
    family = next(
        (name for name in ("String", "Arn", "Numeric", "Date", "Binary", "Ip") if base.startswith(name)), ""
    )
    rest = base.removeprefix(family)
    if base == "NotIpAddress":
        yield "IpAddress" + suffix
    elif base == "IpAddress":
        yield "NotIpAddress" + suffix
    elif rest.startswith("Not"):
        yield f"{quantifier}{colon}{family}{rest.removeprefix('Not')}{suffix}"
    elif rest in ("Equals", "Like", "EqualsIgnoreCase"):
        yield f"{quantifier}{colon}{family}Not{rest}{suffix}"
    if not negated and not quantifier:
        yield f"{base}{'' if suffix else 'IfExists'}"
    if quantifier:
        yield f"{'ForAnyValue' if quantifier == 'ForAllValues' else 'ForAllValues'}:{plain}"


def _merged(entries: Sequence[Entry], moved: Entry, node: MappingNode) -> MappingNode:
    """The conditions with one line under another operator, beside what stands there already."""
    kept: list[Entry] = []
    for entry in entries:
        if entry.key.text != moved.key.text or not isinstance(entry.value, MappingNode):
            kept.append(entry)
        elif isinstance(moved.value, MappingNode):
            moved = Entry(
                entry.key, MappingNode((*entry.value.entries, *moved.value.entries), entry.value.place)
            )
    return MappingNode((*kept, moved), node.place)


def _replaced(node: MappingNode, index: int, edit: _Edit) -> _Edit:
    entry = node.entries[index]
    changed = () if edit.node is None else (Entry(_key(entry.key, edit), edit.node),)
    return msgspec.structs.replace(
        edit, node=MappingNode((*node.entries[:index], *changed, *node.entries[index + 1 :]), node.place)
    )


def _key(key: ScalarNode, edit: _Edit) -> ScalarNode:
    """The key under which the changed element stands: `Resource: *` takes the place of a `NotResource`."""
    return _with_text(key, "Resource") if edit.operator == "any_resource" else key


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, SequenceNode) else (node,)


def _is_all(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.text == "*"


def _shown(node: Node) -> str:
    match node:
        case ScalarNode(text=text):
            return text
        case MappingNode(entries=entries):
            parts = {
                entry.key.text: entry.value.text for entry in entries if isinstance(entry.value, ScalarNode)
            }
            return parts.get(EACH, "{}").replace("{}", "{" + parts.get(REFERENCE, "") + "}")
        case _:
            return "…"


def _with_text(node: ScalarNode, text: str) -> ScalarNode:
    return msgspec.structs.replace(node, text=text)
