"""A policy statement as content: one claim, the statements that make it true, and the requests that prove it.

The file is YAML. Its `statements` are IAM's own elements under their own names. Where a statement holds
`{parameter: NAME}`, a value is put in when the policy is compiled; `codec.policy_filling` does so on the tree
that was read, never on text, so that no value can change the form of the document.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from craton.codec.content_file import Survivor
from craton.codec.decoding import Decoded, decode
from craton.codec.policy_parameters import Parameter, Values, problems_of_value
from craton.codec.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, Source
from craton.codec.yaml_source import read
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.manifest import Tier
from craton.core.manifest_text import PrincipalPattern
from craton.core.policy import PolicyKind
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Expected = Literal["allowed", "explicit_deny", "implicit_deny"]

OneOrMore = str | tuple[str, ...]


class Citation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where AWS says what a policy relies on. `says` tells what is taken from there."""

    page: str
    says: str
    retrieved: date


class Exemption(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Principals for whom statements do not hold yet, who answers for it, and why.

    `until` is the first day (UTC) on which they hold for them too, without anybody doing anything.
    `statements` are Sids; left out, all that deny.
    """

    owner: str
    reason: str
    until: date
    principals: Annotated[tuple[PrincipalPattern, ...], Meta(min_length=1)]
    statements: tuple[str, ...] = ()


class ProofRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Requests: every action on every resource, by one principal.

    `context` is added to what AWS puts into every request; a key with the value null is taken out.
    """

    action: OneOrMore
    resource: OneOrMore = "*"
    principal: str | None = None
    context: dict[str, OneOrMore | None] = field(default_factory=dict)


class ProofCall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whole calls of Bedrock, with every authorisation that each of them takes, as `craton simulate` asks.

    `copied_from` is what an application inference profile was made of. `endpoint` is a VPC endpoint's id.
    """

    api: OneOrMore
    model: OneOrMore
    region: str = "us-east-1"
    copied_from: str | None = None
    guardrail: str | None = None
    endpoint: str = "public"
    bearer: Literal["SHORT_TERM", "LONG_TERM"] | None = None
    principal: str | None = None


class Proof(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Requests or calls, one of the two, and the decision that each of them must get.

    `by` is the Sid of the statement that must decide. `given` are parameters that differ from their examples,
    `at` is the time of the request.
    """

    name: str
    request: ProofRequest | None = None
    call: ProofCall | None = None
    expect: Expected
    by: str | None = None
    given: dict[str, OneOrMore] = field(default_factory=dict)
    at: str | None = None

    def time(self) -> datetime | None:
        """The time of the request, where the proof tells one. Raises: ValueError where it is no time."""
        return None if self.at is None else datetime.fromisoformat(self.at)


class Attachment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a policy holds unless a manifest says otherwise: in environments of these tiers.

    `also_in_observe` says why it holds too where an environment only observes; it must stop nobody's work.
    """

    tiers: Annotated[tuple[Tier, ...], Meta(min_length=1)]
    also_in_observe: str | None = None


class PolicyHeader(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a policy file says beside its statements."""

    title: str
    explains: str
    kind: PolicyKind
    sources: Annotated[tuple[Citation, ...], Meta(min_length=1)]
    parameters: dict[str, Parameter] = field(default_factory=dict)
    attach: Attachment | None = None
    exceptions: tuple[Exemption, ...] = ()
    proofs: tuple[Proof, ...]
    survivors: tuple[Survivor, ...] = ()
    few_mutants: str | None = None


class PolicyTemplate(Struct, frozen=True, kw_only=True):
    """A policy file as it was read: its header, and its statements with the places of parameters in them."""

    id: str
    file: str
    header: PolicyHeader
    source: Source
    statements: SequenceNode

    def examples(self) -> Values:
        """The parameters' own examples."""
        return {name: parameter.example for name, parameter in self.header.parameters.items()}

    def values(self, given: Mapping[str, OneOrMore]) -> Values:
        """The examples, with what is given instead."""
        return {**self.examples(), **given}

    def place(self, *path: str | int) -> Place:
        """Where a value of the file stands, or the nearest around it."""
        return self.source.place(path)

    def sids(self) -> tuple[str, ...]:
        """The Sids of the statements, in their order."""
        return tuple(sid for node in self.statements.items if (sid := sid_of(node)) is not None)


def parse_policy_template(
    data: bytes,
    *,
    id: str,  # noqa: A002 - the word of the domain
    file: str,
) -> tuple[PolicyTemplate | None, tuple[Diagnostic, ...]]:
    """The policy file in `data`, and everything wrong with its form; None where it cannot be used at all."""
    source = read(data, file)
    if not isinstance(source.root, MappingNode):
        if source.root is None:
            return None, source.diagnostics
        problem = _flaw(
            "not_a_policy_file", "the file is no mapping", source.root.place, "begin with `title:`"
        )
        return None, in_order([*source.diagnostics, problem])
    held = next((entry.value for entry in source.root.entries if entry.key.text == "statements"), None)
    rest = MappingNode(
        tuple(entry for entry in source.root.entries if entry.key.text != "statements"), source.root.place
    )
    decoded = decode(msgspec.structs.replace(source, root=rest), PolicyHeader)
    problems = [*decoded.diagnostics, *_statements_missing(held, source)]
    if decoded.value is None or not isinstance(held, SequenceNode):
        return None, in_order(problems)
    template = PolicyTemplate(id=id, file=file, header=decoded.value, source=source, statements=held)
    problems += _cross_checks(template, decoded)
    return template, in_order(problems)


def sid_of(statement: Node) -> str | None:
    """The Sid of a statement's node."""
    if not isinstance(statement, MappingNode):
        return None
    sid = next((entry.value for entry in statement.entries if entry.key.text == "Sid"), None)
    return sid.text if isinstance(sid, ScalarNode) else None


def _flaw(rule: str, message: str, place: Place, hint: str | None = None) -> Diagnostic:
    return Diagnostic(rule=rule, message=message, place=place, hint=hint)


def _statements_missing(held: Node | None, source: Source) -> Iterator[Diagnostic]:
    hint = "write them as IAM does: `- Sid: DenyThis`, `Effect: Deny`, `Action: …`, `Resource: …`"
    if held is None:
        yield _flaw("no_statements", "the key `statements` is missing", source.place(()), hint)
    elif not isinstance(held, SequenceNode) or not held.items:
        yield _flaw("no_statements", "`statements` must be a list of statements", held.place, hint)
    else:
        seen: set[str] = set()
        for node in held.items:
            sid = sid_of(node)
            if sid is None or not re.fullmatch(r"[A-Za-z0-9]+", sid):
                yield _flaw(
                    "no_sid",
                    "the statement has no Sid that can be named",
                    node.place,
                    "add `Sid: DenyThis`, in letters and digits",
                )
            elif sid in seen:
                yield _flaw("duplicate_sid", f"two statements have the Sid {ticked(sid)}", node.place)
            seen.add(sid or "")


def _cross_checks(template: PolicyTemplate, decoded: Decoded[PolicyHeader]) -> Iterator[Diagnostic]:
    header, place = template.header, decoded.place
    for name, parameter in header.parameters.items():
        path = ("parameters", name, "example")
        yield from problems_of_value(name, parameter, parameter.example, place(path))
    names: set[str] = set()
    for index, proof in enumerate(header.proofs):
        if proof.name in names:
            message = f"two proofs are named {ticked(proof.name)}"
            yield _flaw("duplicate_case", message, place(("proofs", index, "name")))
        names.add(proof.name)
        yield from _of_proof(template, proof, index, decoded)
    for index, exemption in enumerate(header.exceptions):
        for sid in exemption.statements:
            if sid not in template.sids():
                yield _unknown("statement", sid, template.sids(), place(("exceptions", index, "statements")))
    yield from _both_sides(template)


def _of_proof(
    template: PolicyTemplate, proof: Proof, index: int, decoded: Decoded[PolicyHeader]
) -> Iterator[Diagnostic]:
    parameters = template.header.parameters
    path = ("proofs", index)
    for name, value in proof.given.items():
        at = decoded.place((*path, "given", name))
        if name not in parameters:
            yield _unknown("parameter", name, parameters, at)
        else:
            yield from problems_of_value(name, parameters[name], value, at)
    if proof.by is not None and proof.by not in template.sids():
        yield _unknown("statement", proof.by, template.sids(), decoded.place((*path, "by")))
    if (proof.request is None) == (proof.call is None):
        hint = "`request` is of one action on one resource, `call` of all that one call of Bedrock takes"
        message = "a proof holds either a `request` or a `call`"
        yield _flaw("wrong_shape", message, decoded.place(path), hint)
    yield from _time(proof, decoded.place((*path, "at")))


def _time(proof: Proof, place: Place) -> Iterator[Diagnostic]:
    try:
        time = proof.time()
    except ValueError:
        time = None
    if proof.at is not None and (time is None or time.tzinfo is None):
        hint = "write it as `2026-12-31T23:59:59Z`"
        yield _flaw("wrong_value", f"{ticked(proof.at)} is no time with its offset", place, hint)


def _unknown(what: str, name: str, known: Any, place: Place) -> Diagnostic:
    names = sorted(known)
    hint = did_you_mean(name, names) or (f"known here: {listed(names)}" if names else None)
    return _flaw(f"{what}_unknown", f"there is no {what} {ticked(name)} in this file", place, hint)


def _both_sides(template: PolicyTemplate) -> Iterator[Diagnostic]:
    """A proof of what is denied says little without one of what is let through, and the other way round."""
    expected = {proof.expect == "allowed" for proof in template.header.proofs}
    for wanted, word in ((True, "let through"), (False, "denied")):
        if wanted not in expected:
            message = f"no proof shows a request that is {word}"
            yield _flaw("one_sided", message, template.place("proofs"), "add one: a policy has two sides")
