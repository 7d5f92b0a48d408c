from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.arn import Arn
from craton.core.quoting import ticked
from craton.linter.resources import certainty, form_instead, is_of_no_type
from craton.linter.rule import Example, Fault, Rule
from craton.linter.wildcards import is_wild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _unknown_resources(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for pattern in statement.resources.patterns if statement.resources else ():
            text = pattern.text
            if text.startswith(("*", "${")) or "*".startswith(text):
                continue
            arn = Arn.parse(text)
            if arn is None and not is_wild(text):
                hint = "write an ARN, `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`, or `*`"
                yield Fault(f"{ticked(text)} is no ARN", pattern.place, hint)
            elif arn is not None and is_of_no_type(text, facts.iam):
                message = f"`{arn.service}` has no resource of the form {ticked(text)}"
                form = form_instead(text, facts.iam)
                yield Fault(message, pattern.place, form, severity=certainty(arn.service))


RULE = Rule(
    title="no service has resources of this form",
    severity="error",
    why="""A pattern of a form that no resource has covers nothing. Foundation models belong to no
    account: the field of the account in their ARN is empty.""",
    source='"Actions, resources, and condition keys for AWS services", docs.aws.amazon.com/'
    "service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html, "
    "retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "bedrock:InvokeModel",
    "Resource": [
      "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0",
      »"arn:aws:bedrock:*:111111111111:foundation-model/amazon.nova-lite-v1:0"
    ]
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "bedrock:InvokeModel",
    "Resource": [
      "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0",
      "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0"
    ]
  }]
}
"""),
    of_policy=_unknown_resources,
)
