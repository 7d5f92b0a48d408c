from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import ticked
from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Subject


def _unreached(subject: Subject, facts: Facts) -> Iterator[Fault]:
    if subject.kind != "rcp":
        return
    for statement in subject.policy.statements:
        for pattern in statement.actions.patterns:
            service = facts.iam.service(pattern.text.partition(":")[0])
            if service is not None and not service.reached_by_rcps:
                message = (
                    f"no RCP reaches {ticked(service.prefix)}: {ticked(pattern.text)} is not denied by this"
                )
                yield Fault(message, pattern.place, "deny it in an SCP")


RULE = Rule(
    title="an RCP names a service that RCPs do not reach",
    severity="error",
    why="""Resource control policies are in force for a list of services. Bedrock is not among them: a
    statement on it is accepted and does nothing. An SCP reaches every service.""",
    source='"List of AWS services that support RCPs", docs.aws.amazon.com/organizations/latest/userguide/'
    "orgs_manage_policies_rcps.html#rcp-supported-services, retrieved 2026-11-26",
    bad=Example(
        """\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:GetObject", »"bedrock:ApplyGuardrail"],
    "Resource": "*",
    "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}}
  }]
}
""",
        kind="rcp",
    ),
    good=Example(
        """\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "*",
    "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}}
  }]
}
""",
        kind="rcp",
    ),
    of_policy=_unreached,
)
