from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.linter.replacements import instead_of
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import holds_without, is_unknown_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _unknown_keys(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            key = condition.key.text
            if not is_unknown_key(facts.iam, key):
                continue
            always = "always" if holds_without(condition) else "never"
            message = f"there is no condition key {ticked(key)}: the condition {always} holds"
            known = {one.name for one in facts.iam.condition_keys(key.partition(":")[0])}
            hint = instead_of(condition, statement) or did_you_mean(key, known)
            yield Fault(message, condition.key.place, hint)


RULE = Rule(
    title="there is no such condition key",
    severity="error",
    why="""A key that no service has is accepted, and no request carries it: a positive operator never
    holds, a negated one and `ForAllValues` always do. `bedrock:ModelId` and
    `bedrock:ModelInvocationLoggingEnabled` are often seen and do not exist.""",
    source='"Actions, resources, and condition keys for Amazon Bedrock", docs.aws.amazon.com/'
    "service-authorization/latest/reference/list_amazonbedrock.html, retrieved 2026-11-23",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "bedrock:InvokeModel",
    "Resource": "*",
    "Condition": {"StringNotEquals": {»"bedrock:ModelId": "amazon.nova-pro-v1:0"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "bedrock:InvokeModel",
    "Resource": "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0"
  }]
}
"""),
    of_policy=_unknown_keys,
)
