from __future__ import annotations

from craton.linter.rule import Example, Rule

RULE = Rule(
    title="the document is not in the grammar of the policy language",
    severity="error",
    why="""IAM and Organizations refuse a document with an element, an effect or a version that they do
    not know, or without one that they need.""",
    source='"Grammar of the IAM JSON policy language", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_grammar.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": »"Denied",
    »"Actions": "organizations:LeaveOrganization",
    "Resource": "*"
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "organizations:LeaveOrganization",
    "Resource": "*"
  }]
}
"""),
    told_by_reader=frozenset(
        {
            "not_a_policy",
            "no_statement",
            "version",
            "not_a_statement",
            "no_effect",
            "effect",
            "both_elements",
            "no_action",
            "unknown_element",
            "principal",
            "condition",
            "not_a_text",
        }
    ),
)
