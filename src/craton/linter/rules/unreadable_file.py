from __future__ import annotations

from craton.linter.rule import Example, Rule

RULE = Rule(
    title="the file cannot be read as it stands",
    severity="error",
    why="""Nothing can be said of a file that is no text in UTF-8, no YAML where its name says so, or
    larger or deeper than any policy is.""",
    source='"IAM and AWS STS quotas", docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; '
    '"YAML Ain\'t Markup Language (YAML) version 1.2", yaml.org/spec/1.2.2; retrieved 2026-11-26',
    bad=Example(
        """\
Version: "2012-10-17"
Statement:
  - Effect: Deny
»	Action: organizations:LeaveOrganization
""",
        file="policy.yaml",
    ),
    good=Example(
        """\
Version: "2012-10-17"
Statement:
  - Effect: Deny
    Action: organizations:LeaveOrganization
    Resource: "*"
""",
        file="policy.yaml",
    ),
    told_by_reader=frozenset(
        {
            "too_large",
            "not_utf8",
            "too_many_values",
            "too_deep",
            "empty_file",
            "hidden_character",
            "several_documents",
            "not_yaml",
            "runs_on",
            "tag",
            "alias",
            "key",
            "merge",
        }
    ),
)
