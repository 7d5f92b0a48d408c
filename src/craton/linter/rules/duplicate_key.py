from __future__ import annotations

from craton.linter.rule import Example, Rule

RULE = Rule(
    title="a key stands twice in one object",
    severity="error",
    why="""Of a key that stands twice, readers keep one and drop the other without a word; IAM refuses the
    policy. Two conditions on one operator belong into one object.""",
    source='"Grammar of the IAM JSON policy language", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_grammar.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "organizations:LeaveOrganization",
    »"Action": "organizations:CloseAccount",
    "Resource": "*"
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": ["organizations:LeaveOrganization", "organizations:CloseAccount"],
    "Resource": "*"
  }]
}
"""),
    told_by_reader=frozenset({"duplicate_key"}),
)
