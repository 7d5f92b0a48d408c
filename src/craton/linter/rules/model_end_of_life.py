from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from craton.core.quoting import listed, ticked
from craton.linter.operators import operator_of
from craton.linter.rule import Example, Fault, Rule
from craton.linter.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Severity
    from craton.core.policy import Condition, Statement, Text
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject

_NEAR: Final = dt.timedelta(days=90)
"""So long before its end a model is told of: time to move what uses it."""

_MODEL_KEYS: Final = ("bedrock-mantle:model", "bedrock:modelid")
_IN_ARN: Final = re.compile(r"(?:foundation-model/|inference-profile/(?:[a-z-]+|\*)\.)(?P<model>[^/]+)$")
_WORDS: Final = re.compile(r"[a-z]{2,}")
_MOST_NAMED: Final = 3


def _ending(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for approved, pattern in _approvals(statement):
            models = sorted(one for one in facts.models if covers(pattern, one)) if pattern.strip("*") else []
            ends = [facts.lifecycles[one].end_of_life for one in models if one in facts.lifecycles]
            if not models or len(ends) < len(models) or max(ends) - facts.today > _NEAR:
                continue
            last = max(ends)
            is_over = last <= facts.today
            what = listed(models[:_MOST_NAMED]) + (" and others" if len(models) > _MOST_NAMED else "")
            message = f"{ticked(pattern)} approves {what}, which {'ended' if is_over else 'ends'} on {last}"
            if len(models) > 1:
                message = (
                    f"{ticked(pattern)} approves {what}; the last {'ended' if is_over else 'ends'} on {last}"
                )
            severity: Severity = "error" if is_over else "warning"
            yield Fault(message, approved.place, _hint(models[0], facts), severity=severity)


def _approvals(statement: Statement) -> Iterator[tuple[Text, str]]:
    """The models that a statement approves: what an Allow names, and what a Deny spares."""
    resources = statement.resources
    spares = statement.effect == "Deny"
    if resources is not None and resources.negated == spares:
        for text in resources.patterns:
            found = _IN_ARN.search(text.text)
            if found is not None:
                yield text, found["model"]
    for condition in statement.conditions:
        if condition.key.text.lower() in _MODEL_KEYS and _is_negated(condition) == spares:
            for value in condition.values:
                yield value, value.text


def _is_negated(condition: Condition) -> bool:
    operator = operator_of(condition.operator.text)
    return operator is not None and operator.negated


def _hint(model: str, facts: Facts) -> str | None:
    """Models of the same family whose end is not near."""
    family = set(_WORDS.findall(model))
    alive = sorted(
        one
        for one in facts.models
        if set(_WORDS.findall(one)) == family
        and (one not in facts.lifecycles or facts.lifecycles[one].end_of_life - facts.today > _NEAR)
    )
    return f"of the same family and with no end in sight: {listed(alive[-_MOST_NAMED:])}" if alive else None


RULE = Rule(
    title="an approved model has ended, or ends soon",
    severity="warning",
    why="""A model that has ended answers nobody, and one that is about to end stops what still uses it. A
    list of approved models must be changed before that day. Told from ninety days before the end.""",
    source='"Model lifecycle", docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html and '
    "model-lifecycle-legacy.html, retrieved 2026-11-26; each end with its own source in the reference data",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    "Resource": »"arn:aws:bedrock:*::foundation-model/anthropic.claude-3-haiku-*"
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    "Resource": "arn:aws:bedrock:*::foundation-model/anthropic.claude-haiku-4-5-*"
  }]
}
"""),
    of_policy=_ending,
)
