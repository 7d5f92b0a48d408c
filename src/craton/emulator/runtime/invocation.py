"""One call of a model, from what is asked to what the caller gets, and what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct, structs

from craton.emulator.errors import ServiceError
from craton.emulator.runtime import guarding
from craton.emulator.runtime.answer import ModelAnswer, answer_to
from craton.emulator.runtime.guarding import Guarding, Passage
from craton.emulator.runtime.legs import authorise, authorise_guardrails
from craton.emulator.runtime.prompt import Prompt
from craton.emulator.runtime.target import Target, refuse_ended, refuse_textless, target_of

if TYPE_CHECKING:
    from craton.emulator.call import Call

StopReason = Literal["end_turn", "max_tokens", "stop_sequence", "guardrail_intervened"]
_REASONS: Final = {"BLOCKED": "Guardrail blocked.", "MASKED": "Guardrail masked."}


class Asked(Struct, frozen=True, kw_only=True):
    """What a call asks. `guardrail` is an identifier and a version, None where the call names none.

    A call that `embeds` wants vectors, which no guardrail sees on their way out.
    """

    model: str
    prompt: Prompt
    guardrail: tuple[str, str] | None = None
    tier: str | None = None
    embeds: bool = False


class Outcome(Struct, frozen=True, kw_only=True):
    """What the caller gets. `said` is what the model said, None where its prompt was blocked.

    `region` is where the model ran, `read` what a model of vectors read. `before` and `after` are what
    guardrails made of prompt and answer.
    """

    target: Target
    region: str
    text: str
    stop: StopReason
    said: ModelAnswer | None
    guards: tuple[Guarding, ...]
    before: Passage
    after: Passage | None
    read: Prompt | None = None

    @property
    def input_tokens(self) -> int:
        """Tokens that the model read: none where the prompt was blocked."""
        return self.said.input_tokens if self.said else 0

    @property
    def output_tokens(self) -> int:
        """Tokens that the model said."""
        return self.said.output_tokens if self.said else 0

    @property
    def latency_ms(self) -> int:
        """How long it took. Units: milliseconds."""
        own = self.said.latency_ms if self.said else 0
        passed = [one for one in (self.before, self.after) if one is not None]
        spent = [
            assessment.told["invocationMetrics"]["guardrailProcessingLatency"]
            for one in passed
            for _, assessment in one.assessments
        ]
        return own + max(spent, default=0)

    @property
    def first_ms(self) -> int:
        """How long the first word took. Units: milliseconds."""
        return self.said.first_ms if self.said else self.latency_ms

    @property
    def intervened(self) -> bool:
        """Whether a guardrail let something not go on as it was."""
        return self.before.intervened or bool(self.after and self.after.intervened)

    def trace(self, model_output: str | None = None) -> dict[str, Any]:
        """The trace of the guardrails, by the names of the API."""
        told: dict[str, Any] = {"inputAssessment": self.before.told()}
        if self.after is not None:
            told["outputAssessments"] = {name: [one] for name, one in self.after.told().items()}
            if model_output is not None:
                told["modelOutput"] = [model_output]
        passed = [one for one in (self.before, self.after) if one is not None]
        actions = {assessment.action for one in passed for _, assessment in one.assessments}
        reason = next((_REASONS[one] for one in ("BLOCKED", "MASKED") if one in actions), None)
        return {**told, "actionReason": reason} if reason else told


def carry_out(call: Call, asked: Asked) -> Outcome:
    """Authorises a call leg by leg and answers it. Raises: ServiceError, NotEmulatedError."""
    target = target_of(call, asked.model)
    arn = None
    if asked.guardrail is not None:
        arn = _named_arn(call, *asked.guardrail)
    authorise(call, target, guardrail=arn, tier=asked.tier)
    refuse_ended(call, target)
    if not asked.embeds:
        refuse_textless(target)
    own = () if asked.guardrail is None else (guarding.named(call, *asked.guardrail),)
    forced = guarding.enforced(call, target.model)
    authorise_guardrails(call, [one.arn for one in forced])
    guards = tuple({(one.arn, one.version): one for one in (*own, *forced)}.values())
    seed = f"{call.account}/{target.named}/{asked.prompt.question}"
    before = guarding.pass_prompt(guards, asked.prompt, seed)
    region = target.runs_in(call.region, call.request_id)
    if before.blocked:
        return Outcome(
            target=target,
            region=region,
            text=before.texts[0],
            stop="guardrail_intervened",
            said=None,
            guards=guards,
            before=before,
            after=None,
        )
    read = asked.prompt.with_texts(before.texts)
    said = answer_to(read, seed)
    if asked.embeds:
        return Outcome(
            target=target,
            region=region,
            text="",
            stop="end_turn",
            said=structs.replace(said, text="", output_tokens=0),
            guards=guards,
            before=before,
            after=None,
            read=read,
        )
    after = guarding.pass_answer(guards, said.text, seed)
    intervened = before.intervened or after.intervened
    return Outcome(
        target=target,
        region=region,
        text=after.texts[0],
        stop="guardrail_intervened" if intervened else said.stop,
        said=said,
        guards=guards,
        before=before,
        after=after,
    )


def _named_arn(call: Call, identifier: str, version: str) -> str:
    """The ARN that policies compare. Raises: ServiceError where only one of the two is told."""
    if not identifier or not version:
        raise ServiceError(
            "ValidationException", "Both the guardrail identifier and the guardrail version must be provided."
        )
    arn = guarding.arn_of(call, identifier)
    return arn if version == "DRAFT" else f"{arn}:{version}"
