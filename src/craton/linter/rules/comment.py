from __future__ import annotations

from craton.linter.rule import Example, Rule

RULE = Rule(
    title="a comment stands in a JSON document",
    severity="error",
    why="""JSON has no comments, and AWS refuses a policy with one as malformed. What the comment says can
    stand in the Sid of the statement, or beside the file.""",
    source='"Grammar of the IAM JSON policy language", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_grammar.html, retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  »// nobody leaves
  "Statement": [{"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "NobodyLeaves", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
  ]
}
"""),
    told_by_reader=frozenset({"comment"}),
)
