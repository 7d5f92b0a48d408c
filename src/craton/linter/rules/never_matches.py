from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.linter.operators import operator_of
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import holds_without, is_never_carried, is_unknown_key
from craton.linter.wildcards import is_wild, overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Severity
    from craton.core.policy import Condition, Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _never_matching(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        reason = _reason(statement, facts)
        if reason is not None:
            does = "denies nothing" if statement.effect == "Deny" else "allows nothing"
            message = f"{ticked(statement.label)} can never match, and {does}: {reason}"
            hint = "mend it, or remove the statement"
            yield Fault(message, statement.place, hint, severity=_certainty(statement, facts))


def _certainty(statement: Statement, facts: Facts) -> Severity:
    """How sure it is: which keys an action carries is told for Bedrock in full, for others not always."""
    is_of_bedrock = any(one.text.startswith("bedrock") for one in statement.actions.patterns)
    has_unknown = any(is_unknown_key(facts.iam, one.key.text) for one in statement.conditions)
    carried = not any(is_never_carried(one, statement, facts.iam) for one in statement.conditions)
    return "error" if is_of_bedrock or has_unknown or carried else "warning"


def _reason(statement: Statement, facts: Facts) -> str | None:
    """Why no request can satisfy the whole statement, where none can."""
    for name, element in (("NotAction", statement.actions), ("NotResource", statement.resources)):
        if element is not None and element.negated and any(one.text == "*" for one in element.patterns):
            return f"`{name}` leaves out everything"
    for condition in statement.conditions:
        if holds_without(condition) is False and is_never_carried(condition, statement, facts.iam):
            return f"no request carries {ticked(condition.key.text)}"
    for number, one in enumerate(statement.conditions):
        for other in statement.conditions[number + 1 :]:
            if one.key.text.lower() == other.key.text.lower() and _contradict(one, other):
                return f"its conditions on {ticked(one.key.text)} contradict each other"
    return None


def _contradict(one: Condition, other: Condition) -> bool:
    """Whether no single value satisfies both; only what compares texts without regard to anything else."""
    left, right = operator_of(one.operator.text), operator_of(other.operator.text)
    if left is None or right is None:
        return False
    if left.quantifier or right.quantifier or left.if_exists or right.if_exists:
        return False
    if "Null" in (left.name, right.name):
        return _absent_and_compared(one, other) or _absent_and_compared(other, one)
    if {left.compares, right.compares} - {"String", "ARN"}:
        return False
    mine, theirs = [value.text for value in one.values], [value.text for value in other.values]
    if left.negated == right.negated:
        return not left.negated and not any(overlap(a, b) for a in mine for b in theirs)
    wanted, refused = (theirs, mine) if left.negated else (mine, theirs)
    return all(value in refused for value in wanted) and not any(is_wild(value) for value in wanted)


def _absent_and_compared(null: Condition, compared: Condition) -> bool:
    """Whether one condition wants the key absent, and the other wants a value of it."""
    return (
        null.operator.text == "Null"
        and [value.text.lower() for value in null.values] == ["true"]
        and holds_without(compared) is False
    )


RULE = Rule(
    title="the statement can never match",
    severity="error",
    why="""A statement that no request can satisfy does nothing, be it that its conditions contradict each
    other, or that it is about all but `*`. A Deny of that kind looks
    like a safeguard and is none.""",
    source='"IAM JSON policy elements: Condition operators", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_elements_condition_operators.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [»{
    "Effect": "Deny",
    "Action": "organizations:LeaveOrganization",
    "Resource": "*",
    "Condition": {
      "StringEquals": {"aws:PrincipalAccount": "111111111111"},
      "StringNotEquals": {"aws:PrincipalAccount": ["111111111111", "222222222222"]}
    }
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "organizations:LeaveOrganization",
    "Resource": "*",
    "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ["111111111111", "222222222222"]}}
  }]
}
"""),
    of_policy=_never_matching,
)
