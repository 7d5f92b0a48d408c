"""The hour that goes through the emulated Bedrock is always the same, and is told by what became of it."""

from __future__ import annotations

import datetime as dt

from craton.aws.model_callers import Became, Keys
from craton.engine.demo.calls import CONVERSATIONS
from craton.engine.demo.days import Demonstration
from craton.engine.demo.generation import SEED, example_manifest
from craton.engine.demo.last_hour import calls_of_hour, send
from craton.engine.demo.rehearsal import HOUR
from craton.engine.manifests import load
from craton.registry.prices import model_ends

AS_OF = dt.date(2026, 11, 24)
MANIFEST = load(example_manifest())
ACCOUNTS = frozenset(one.id for one in MANIFEST.organization.accounts)


def hour() -> list[tuple[str, str]]:
    demonstration = Demonstration(MANIFEST, as_of=AS_OF, seed=SEED, ends=model_ends())
    return [(one.request_id, one.model_id) for one in calls_of_hour(demonstration, HOUR)]


class Listening:
    """Callers whose conversations are denied in one account, and answered in all others."""

    def __init__(self) -> None:
        self.sessions: list[str] = []

    def role(self, arn: str, session: str) -> Keys:
        self.sessions.append(f"{arn}/{session}")
        return Keys(arn.split(":")[4], "secret")

    def user(self, arn: str) -> Keys:
        return self.role(arn, "")

    def profiles(self, *_: str) -> dict[str, str]:
        return {}

    def converse(self, keys: Keys, _: str, model: str, body: dict[str, object], *, streams: bool) -> Became:
        assert "guardrailConfig" not in body
        assert "application-inference-profile" not in model
        assert isinstance(streams, bool)
        return Became("", "AccessDeniedException") if keys.access_key_id == DENIED else Became("answered")

    def invoke(self, *_: object, **__: object) -> Became:
        return Became("", "NotEmulated")


DENIED = "555555555555"


def test_the_hour_is_always_the_same() -> None:
    assert hour() == hour()
    assert len(hour()) > 40


def test_every_call_is_counted_by_what_became_of_it() -> None:
    demonstration = Demonstration(MANIFEST, as_of=AS_OF, seed=SEED, ends=model_ends())
    calls = calls_of_hour(demonstration, HOUR)
    callers = Listening()
    sent = send(calls, callers, ACCOUNTS)  # type: ignore[arg-type]
    conversations = [
        one for one in calls if one.operation in CONVERSATIONS and one.caller.account_id in ACCOUNTS
    ]
    denied = [one for one in conversations if one.caller.account_id == DENIED]
    assert sent.denied == len(denied) > 0
    assert len(sent.answered) == len(conversations) - len(denied) > 0
    assert sum(count for _, count in sent.others) == len(calls) - len(conversations)
    assert "of models that are not emulated" in dict(sent.others)
    assert len(callers.sessions) == len(set(callers.sessions)), "each caller is made once"
