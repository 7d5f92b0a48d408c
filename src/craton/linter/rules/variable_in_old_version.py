from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from craton.core.policy import WITH_VARIABLES
from craton.core.quoting import ticked
from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Statement, Text
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject

_VARIABLE: Final = re.compile(r"\$\{[A-Za-z][\w.-]*:(?!:)[^}]+\}")
"""A policy variable; `${Account}` and `${AWS::AccountId}` are those of templates."""


def _old_variables(subject: Subject, _: Facts) -> Iterator[Fault]:
    if subject.policy.version == WITH_VARIABLES:
        return
    for statement in subject.policy.statements:
        for text in _texts(statement):
            found = _VARIABLE.search(text.text)
            if found:
                message = f"{ticked(found[0])} is no variable in this version of the language, but a text"
                yield Fault(message, text.place, f'write "Version": "{WITH_VARIABLES}" into the policy')


def _texts(statement: Statement) -> Iterator[Text]:
    yield from statement.resources.patterns if statement.resources else ()
    for condition in statement.conditions:
        yield from condition.values


RULE = Rule(
    title="a policy variable stands in a policy of the old version",
    severity="error",
    why="""Variables came with the version 2012-10-17. In a policy of the version before, or without a
    version, which means the same, `${aws:username}` is a text that no request holds.""",
    source='"IAM JSON policy elements: Version", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_elements_version.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2008-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": »"arn:aws:s3:::search-documents/${aws:username}/*"
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::search-documents/${aws:username}/*"
  }]
}
"""),
    of_policy=_old_variables,
)
