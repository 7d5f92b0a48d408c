from __future__ import annotations

from craton.linter.rule import Example, Rule

RULE = Rule(
    title="a comma stands after the last value",
    severity="error",
    why="""JSON has no comma before a closing bracket, and AWS refuses a policy with one as malformed.""",
    source='RFC 8259, "The JavaScript Object Notation (JSON) Data Interchange Format", sections 4 and 5',
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]»,
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]
}
"""),
    told_by_reader=frozenset({"trailing_comma"}),
)
