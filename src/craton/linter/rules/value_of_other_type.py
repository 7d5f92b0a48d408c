from __future__ import annotations

import datetime as dt
import ipaddress
from typing import TYPE_CHECKING, Final

from craton.core.quoting import ticked
from craton.linter.operators import operator_of
from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _other_values(subject: Subject, _: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            operator = operator_of(condition.operator.text)
            if operator is None:
                continue
            kind = "Bool" if operator.name == "Null" else operator.compares or "String"
            is_sound, form = _FORMS.get(kind, (_is_text, ""))
            for value in condition.values:
                if not is_sound(value.text) and "${" not in value.text and not _is_placeholder(value.text):
                    message = f"{ticked(value.text)} is no value that {ticked(operator.name)} can compare"
                    yield Fault(message, value.place, f"write {form}")


def _is_placeholder(text: str) -> bool:
    """Whether the text waits to be filled in, as published examples have it."""
    return (text[:1], text[-1:]) in {("<", ">"), ("[", "]"), ("{", "}")}


def _is_text(_: str) -> bool:
    return True


def _is_truth(text: str) -> bool:
    return text.lower() in ("true", "false")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    """ISO 8601 in its usual forms, or seconds since 1970."""
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return text.isdecimal()
    return True


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


_FORMS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "Bool": (_is_truth, '`"true"` or `"false"`'),
    "Numeric": (_is_number, 'a number, such as `"30"`'),
    "Date": (_is_date, 'a time, such as `"2027-01-31T00:00:00Z"`'),
    "IPAddress": (_is_network, 'a range of addresses, such as `"203.0.113.0/24"`'),
}

RULE = Rule(
    title="the value is not of the type that the operator compares",
    severity="error",
    why="""A value that the operator cannot read equals nothing: the condition never holds, or with a
    negated operator always.""",
    source='"IAM JSON policy elements: Condition operators", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_elements_condition_operators.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "kms:ScheduleKeyDeletion",
    "Resource": "*",
    "Condition": {"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": »"a month"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "kms:ScheduleKeyDeletion",
    "Resource": "*",
    "Condition": {"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "30"}}
  }]
}
"""),
    of_policy=_other_values,
)
