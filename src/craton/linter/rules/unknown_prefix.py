from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import weight
from craton.linter.wildcards import covers, is_wild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Subject
    from craton.registry.iam import IamReference


def _unknown_prefixes(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for pattern in statement.actions.patterns:
            prefix, colon, own = pattern.text.partition(":")
            if pattern.text == "*" or "${" in pattern.text or _is_known(prefix.lower(), facts.iam):
                continue
            effect = "exempts" if statement.actions.negated else "covers"
            message = f"no service has the prefix {ticked(prefix)}: {ticked(pattern.text)} {effect} nothing"
            if not colon:
                message = f"{ticked(pattern.text)} names no service"
            hint = _hint(prefix.lower(), own, facts.iam)
            yield Fault(message, pattern.place, hint, severity=weight(statement))


def _is_known(prefix: str, iam: IamReference) -> bool:
    if is_wild(prefix):
        return any(covers(prefix, one) for one in iam.prefixes)
    return prefix in iam.prefixes


def _hint(prefix: str, own: str, iam: IamReference) -> str | None:
    """The prefix that has the action, of those that the wrong one begins with; else one that looks alike."""
    if not own:
        return "an action is `prefix:Name`, such as `bedrock:InvokeModel`"
    for known in sorted((one for one in iam.prefixes if prefix.startswith(one)), reverse=True):
        if own != "*" and iam.actions_matching(f"{known}:{own}"):
            return f"write {ticked(f'{known}:{own}')}"
    return did_you_mean(prefix, iam.prefixes)


RULE = Rule(
    title="no service has this prefix",
    severity="error",
    why="""An action with a prefix that no service has is accepted and covers nothing: a Deny on it
    refuses nothing. The name of an endpoint or of an SDK client is often no prefix: calls to
    `bedrock-runtime` and `bedrock-agent-runtime` are authorised as `bedrock:`.""",
    source='"Actions, resources, and condition keys for AWS services", docs.aws.amazon.com/'
    "service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html, "
    "retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Deny", "Action": »"bedrock-agent-runtime:InvokeAgent", "Resource": "*"}]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Deny", "Action": "bedrock:InvokeAgent", "Resource": "*"}]
}
"""),
    of_policy=_unknown_prefixes,
)
