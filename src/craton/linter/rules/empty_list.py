from __future__ import annotations

from craton.linter.rule import Example, Rule

RULE = Rule(
    title="a list holds no value",
    severity="warning",
    why="""A list without a value names nothing: a statement whose actions, resources or principals are such
    a list does nothing, and no value of a key equals one of none. It is often what is left of a list that a
    template did not fill.""",
    source='"IAM policy validation check reference", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "access-analyzer-reference-policy-checks.html, the suggestions on empty arrays, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Deny", "Action": »[], "Resource": "*"},
    {
      "Effect": "Deny",
      "Action": "organizations:LeaveOrganization",
      "Resource": "*",
      "Condition": {"StringEquals": {"aws:PrincipalAccount": »[]}}
    }
  ]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "organizations:LeaveOrganization",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:PrincipalAccount": ["111111111111"]}}
  }]
}
"""),
    told_by_reader=frozenset({"no_value"}),
)
