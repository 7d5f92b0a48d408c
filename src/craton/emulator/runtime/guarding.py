"""The guardrails of one call: the one that it names, and those that are enforced on it, all of them at once.

Source: "Apply cross-account safeguards with Amazon Bedrock Guardrails enforcements",
docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.emulator.errors import ServiceError
from craton.emulator.runtime.assessment import Assessment, Block, assess
from craton.emulator.runtime.enforced import enforced_on
from craton.emulator.runtime.guardrail import DRAFT, Wording, guardrail_arn, guardrail_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.emulator.call import Call
    from craton.emulator.runtime.assessment import Side
    from craton.emulator.runtime.enforced import Enforced
    from craton.emulator.runtime.prompt import Prompt

_ALL: Final = "COMPREHENSIVE"
_NOT_THERE: Final = "The guardrail identifier or version provided in the request does not exist."


class Guarding(Struct, frozen=True, kw_only=True):
    """A version of a guardrail that a call passes. `everything` and `system` widen what it sees."""

    id: str
    arn: str
    version: str
    wording: Wording
    everything: bool = False
    system: bool = False


class Passage(Struct, frozen=True, kw_only=True):
    """What became of texts at all guardrails. `texts` go on, or are a guardrail's message if one blocks."""

    texts: tuple[str, ...]
    blocked: bool
    intervened: bool
    assessments: tuple[tuple[str, Assessment], ...]

    def told(self) -> dict[str, dict[str, Any]]:
        """Each assessment by the id of its guardrail."""
        return {guardrail: one.told for guardrail, one in self.assessments}


def named(call: Call, identifier: str, version: str) -> Guarding:
    """The guardrail that a call names. Raises: ServiceError where it or its version is not there."""
    found = guardrail_of(call.world, call.account, call.region, identifier)
    wording = found.wording(version) if found else None
    if found is None or wording is None:
        raise ServiceError("ValidationException", _NOT_THERE)
    return Guarding(id=found.id, arn=found.arn, version=version, wording=wording)


def arn_of(call: Call, identifier: str) -> str:
    """The ARN of a guardrail that a call names by id or ARN."""
    return guardrail_arn(call.account, call.region, identifier)


def enforced(call: Call, model: str) -> tuple[Guarding, ...]:
    """The guardrails that are enforced on calls of a model.

    Raises: ServiceError where one of them is not there: nothing can be called then.
    """
    return tuple(_enforced(call, one) for one in enforced_on(call.world, call.account, call.region, model))


def _enforced(call: Call, one: Enforced) -> Guarding:
    found = guardrail_of(call.world, call.account, call.region, one.guardrail_arn)
    wording = found.wording(one.version) if found and one.version != DRAFT else None
    if found is None or wording is None:
        told = f"{one.guardrail_arn}:{one.version}"
        raise ServiceError("ValidationException", f"The enforced guardrail {told} does not exist.")
    return Guarding(
        id=found.id,
        arn=found.arn,
        version=one.version,
        wording=wording,
        everything=one.guarding.get("messages", _ALL) == _ALL,
        system=one.guarding.get("system", _ALL) == _ALL,
    )


def pass_prompt(guards: Sequence[Guarding], prompt: Prompt, seed: str) -> Passage:
    """What becomes of a prompt."""
    seen = [prompt.blocks(system=one.system, everything=one.everything) for one in guards]
    return _passed(guards, "INPUT", seen, tuple(piece.text for piece in prompt.pieces), seed)


def pass_answer(guards: Sequence[Guarding], text: str, seed: str) -> Passage:
    """What becomes of an answer."""
    return _passed(guards, "OUTPUT", [(Block(text),)] * len(guards), (text,), seed)


def _passed(
    guards: Sequence[Guarding], side: Side, seen: Sequence[Sequence[Block]], texts: tuple[str, ...], seed: str
) -> Passage:
    """Each guardrail sees the texts as they came; what masks, masks what the others left."""
    found = tuple(
        (one.id, assess(one.wording, side, blocks, f"{seed}/{one.id}"))
        for one, blocks in zip(guards, seen, strict=True)
    )
    blocking = next((one for _, one in found if one.action == "BLOCKED"), None)
    if blocking is not None:
        return Passage(texts=blocking.outputs, blocked=True, intervened=True, assessments=found)
    kept = texts
    for one, blocks in zip(guards, seen, strict=True):
        left = [block._replace(text=text) for block, text in zip(blocks, kept, strict=True)]
        kept = assess(one.wording, side, left, seed).outputs
    intervened = any(one.intervened for _, one in found)
    return Passage(texts=kept, blocked=False, intervened=intervened, assessments=found)
