"""One hour of the organization's traffic, sent through an emulated Bedrock by those who would call it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.engine.demo.bodies import request_body
from craton.engine.demo.calls import CONVERSATIONS, STREAMS
from craton.engine.demo.dice import Dice
from craton.engine.demo.rhythm import Day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.aws.model_callers import Became, Keys, ModelCallers
    from craton.engine.demo.calls import Call, Caller
    from craton.engine.demo.days import Demonstration

_HOUR_MS: Final = 3_600_000
_OUTSIDE: Final = "of an account outside the organization"
_REASONS: Final = {"NotEmulated": "of models that are not emulated"}


class Sent(Struct, frozen=True):
    """What became of the calls of an hour. `answered` are their request ids; `others` counts by reason."""

    answered: tuple[str, ...]
    denied: int
    others: tuple[tuple[str, int], ...]


def calls_of_hour(demonstration: Demonstration, hour: int) -> list[Call]:
    """The calls of that hour of the day after the demonstration's last one, in their order."""
    dice = Dice("craton", demonstration.seed, demonstration.as_of, "last hour")
    day = Day(demonstration.as_of, 0)
    begin = day.begin + hour * _HOUR_MS
    found = [one for one in demonstration.calls(dice, day) if begin <= one.at < begin + _HOUR_MS]
    return sorted(found, key=lambda one: (one.at, one.request_id))


def send(calls: Iterable[Call], callers: ModelCallers, accounts: frozenset[str]) -> Sent:
    """The calls are made, each by its own caller; those of accounts that are not there are counted.

    Raises: CloudError where a caller cannot be made.
    """
    sending = _Sending(callers)
    answered: list[str] = []
    others: Counter[str] = Counter()
    denied = 0
    for call in calls:
        if call.caller.account_id not in accounts:
            others[_OUTSIDE] += 1
            continue
        became = sending.made(call, Dice("last hour", call.request_id))
        if became.code is None:
            answered.append(became.request_id)
        elif became.is_denied:
            denied += 1
        else:
            others[_REASONS.get(became.code, became.code)] += 1
    return Sent(tuple(answered), denied, tuple(sorted(others.items())))


class _Sending:
    def __init__(self, callers: ModelCallers) -> None:
        self._callers = callers
        self._keys: dict[str, Keys] = {}
        self._profiles: dict[tuple[str, str], dict[str, str]] = {}

    def made(self, call: Call, dice: Dice) -> Became:
        keys, model = self._keys_of(call.caller), self._model(call)
        body = request_body(dice, call)
        streams = call.operation in STREAMS
        if call.operation in CONVERSATIONS:
            return self._callers.converse(keys, call.region, model, _plain(body), streams=streams)
        return self._callers.invoke(keys, call.region, model, body, streams=streams)

    def _keys_of(self, caller: Caller) -> Keys:
        if caller.arn not in self._keys:
            session = caller.arn.rpartition("/")[2]
            self._keys[caller.arn] = (
                self._callers.role(caller.role_arn, session)
                if caller.role_arn is not None
                else self._callers.user(caller.arn)
            )
        return self._keys[caller.arn]

    def _model(self, call: Call) -> str:
        """What the call names: of an application's profile, the one that was deployed for it, if any was."""
        if ":application-inference-profile/" not in call.model_id:
            return call.model_id
        place = (call.caller.account_id, call.region)
        if place not in self._profiles:
            self._profiles[place] = self._callers.profiles(*place)
        of_model = [arn for arn, model in self._profiles[place].items() if model == call.model.id]
        return min(of_model, default=call.model.id)


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    """The conversation without what lies in a bucket of its own, and the guardrail of another deployment."""
    content = [one for one in body["messages"][0]["content"] if "text" in one]
    settings = {key: value for key, value in body["inferenceConfig"].items() if value is not None}
    left = {key: value for key, value in body.items() if key != "guardrailConfig"}
    return left | {"messages": [{"role": "user", "content": content}], "inferenceConfig": settings}
