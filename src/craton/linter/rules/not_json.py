from __future__ import annotations

from craton.linter.rule import Example, Rule

RULE = Rule(
    title="the file is no JSON",
    severity="error",
    why="""AWS takes policies as JSON alone. A missing comma, quote or bracket makes the whole document
    unusable, and everything after the place stays unread.""",
    source='RFC 8259, "The JavaScript Object Notation (JSON) Data Interchange Format"',
    bad=Example("""\
{
  "Version": "2012-10-17"
  »"Statement": []
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]
}
"""),
    told_by_reader=frozenset({"not_json"}),
)
