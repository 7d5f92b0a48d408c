from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.linter.replacements import written
from craton.linter.rule import Example, Fault, Rule
from craton.linter.wildcards import is_wild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _wild_principals(subject: Subject, _: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for one in statement.principals.principals if statement.principals else ():
            name = one.pattern.text
            if one.kind == "AWS" and name != "*" and is_wild(name):
                message = f"no principal is {ticked(name)}: wildcards match no part of a name here"
                asked = {"ArnLike": {"aws:PrincipalArn": name}}
                hint = f'write "Principal": {{"AWS": "*"}} with the condition {written(asked)}'
                if statement.principals is not None and statement.principals.negated:
                    hint = f'write "Principal": "*" with the condition {written(_but(name))}'
                yield Fault(message, one.pattern.place, hint)


def _but(name: str) -> dict[str, dict[str, str]]:
    return {"ArnNotLike": {"aws:PrincipalArn": name}}


RULE = Rule(
    title="a wildcard stands in the name of a principal",
    severity="error",
    why="""A principal is named in full, or it is `*` alone. AWS refuses a policy with a wildcard in a part of
    the name, or takes it for a name that nobody has.""",
    source='"AWS JSON policy elements: Principal", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_elements_principal.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"AWS": »"arn:aws:iam::111111111111:role/search-*"},
    "Action": "sts:AssumeRole"
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"AWS": "111111111111"},
    "Action": "sts:AssumeRole",
    "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/search-*"}}
  }]
}
"""),
    of_policy=_wild_principals,
)
