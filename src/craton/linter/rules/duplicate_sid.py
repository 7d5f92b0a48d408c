from __future__ import annotations

from craton.linter.rule import Example, Rule

RULE = Rule(
    title="two statements have one Sid",
    severity="error",
    why="""A Sid must be unique within its policy: IAM refuses the document.""",
    source='"IAM JSON policy elements: Sid", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_elements_sid.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Stay", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"},
    {"Sid": »"Stay", "Effect": "Deny", "Action": "organizations:CloseAccount", "Resource": "*"}
  ]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Stay", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"},
    {"Sid": "StayOpen", "Effect": "Deny", "Action": "organizations:CloseAccount", "Resource": "*"}
  ]
}
"""),
    told_by_reader=frozenset({"duplicate_sid"}),
)
