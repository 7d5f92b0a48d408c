from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import listed, ticked
from craton.linter.resources import acts_on, certainty, is_of_no_type
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import named_actions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _on_other_resources(subject: Subject, facts: Facts) -> Iterator[Fault]:
    if subject.kind in ("resource", "rcp"):
        return
    for statement in subject.policy.statements:
        resources = statement.resources
        if resources is None or resources.negated or _is_open(statement):
            continue
        patterns = [one.text for one in resources.patterns]
        if any(is_of_no_type(pattern, facts.iam) for pattern in patterns):
            continue
        for named, actions in named_actions(statement, facts.iam):
            if not any(acts_on(facts.iam, action, pattern) for action in actions for pattern in patterns):
                effect = "is never denied" if statement.effect == "Deny" else "is never allowed"
                types = sorted({use.type for action in actions for use in action.resource_types})
                if types:
                    message = (
                        f"{ticked(named.text)} {effect}: it acts on {listed(types)}, of which none is named"
                    )
                    hint = "name such a resource, or move the action to a statement of its own"
                else:
                    message = f"{ticked(named.text)} {effect}: it knows no resources, and is only met by `*`"
                    hint = 'move the action to a statement of its own with "Resource": "*"'
                yield Fault(message, named.place, hint, severity=certainty(named.text))


def _is_open(statement: Statement) -> bool:
    """Whether the statement is about resources that nobody can tell yet, or about all."""
    patterns = statement.resources.patterns if statement.resources else ()
    return any(one.text.startswith(("*", "${")) or not one.text.startswith("arn:") for one in patterns)


RULE = Rule(
    title="an action stands with resources that it does not act on",
    severity="error",
    why="""A statement meets a request where both the action and the resource match. An action that is
    authorised on other types of resources, or on none, never matches the resources of the
    statement: it is neither denied nor allowed by it.""",
    source='"Actions, resources, and condition keys for AWS services", docs.aws.amazon.com/'
    "service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html, "
    "retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": ["bedrock:DeleteGuardrail", »"bedrock:DeleteModelInvocationLoggingConfiguration"],
    "Resource": "arn:aws:bedrock:*:*:guardrail/*"
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Deny",
      "Action": "bedrock:DeleteGuardrail",
      "Resource": "arn:aws:bedrock:*:*:guardrail/*"
    },
    {
      "Effect": "Deny",
      "Action": "bedrock:DeleteModelInvocationLoggingConfiguration",
      "Resource": "*"
    }
  ]
}
"""),
    of_policy=_on_other_resources,
)
