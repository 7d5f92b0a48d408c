from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import ticked
from craton.linter.rule import MARK, Example, Fault, Rule
from craton.linter.template import read_over, resources_of
from craton.linter.texts import child, items_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.codec.yaml_nodes import Node
    from craton.core.diagnostic import Severity
    from craton.linter.facts import Facts
    from craton.linter.subject import Document

_QUOTAS: Final = {"SERVICE_CONTROL_POLICY": "scps_per_target", "RESOURCE_CONTROL_POLICY": "rcps_per_target"}
_NAMES: Final = {"SERVICE_CONTROL_POLICY": "SCPs", "RESOURCE_CONTROL_POLICY": "RCPs"}

_TOO_MANY: Final = 6


def _counts(document: Document, facts: Facts) -> Iterator[Fault]:
    if document.form not in ("template", "fragment"):
        return
    attached: dict[tuple[str, str], list[Node]] = {}
    for _name, kind, resource in resources_of(read_over(document.source), whole=document.form == "template"):
        told = text_of(child(resource, "Properties", "Type"))
        if kind != "AWS::Organizations::Policy" or told not in _QUOTAS:
            continue
        for target in items_of(child(resource, "Properties", "TargetIds")):
            identity = text_of(target)
            if identity and "${" not in identity:
                attached.setdefault((told, identity), []).append(target)
    for (told, identity), targets in attached.items():
        quota = facts.quota(_QUOTAS[told])
        standing = quota.standing(len(targets))
        if standing != "within":
            limit = quota.limit if standing == "over" else quota.warn_above
            message = f"{len(targets)} {_NAMES[told]} are attached to {ticked(identity)}; "
            message += f"AWS takes {limit}" if standing == "over" else f"older organizations take {limit}"
            hint = "the one that AWS attaches itself counts too; put statements together in fewer policies"
            severity: Severity | None = None if standing == "over" else "warning"
            yield Fault(message, targets[-1].place, hint, severity=severity)


RULE = Rule(
    title="more policies are attached to one place than AWS takes",
    severity="error",
    why="""A root, an OU and an account take a limited number of policies of each kind, `FullAWSAccess`
    and `RCPFullAWSAccess` included. What is attached through one template is counted here.""",
    source='"Quotas and service limits for AWS Organizations", docs.aws.amazon.com/organizations/latest/'
    "userguide/orgs_reference_limits.html, retrieved 2026-11-26",
    bad=Example(
        "Resources:\n"
        + "".join(
            f"""\
  Policy{number}:
    Type: AWS::Organizations::Policy
    Properties:
      Name: policy-{number}
      Type: RESOURCE_CONTROL_POLICY
      TargetIds: [{MARK if number == _TOO_MANY else ""}r-abcd]
      Content:
        Version: "2012-10-17"
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:GetObject
            Resource: arn:aws:s3:::bucket-{number}/*
            Condition: {{StringNotEqualsIfExists: {{aws:PrincipalOrgID: o-exampleorgid}}}}
"""
            for number in range(1, _TOO_MANY + 1)
        ),
        file="template.yaml",
    ),
    good=Example(
        """\
Resources:
  Policy:
    Type: AWS::Organizations::Policy
    Properties:
      Name: policy
      Type: RESOURCE_CONTROL_POLICY
      TargetIds: [r-abcd]
      Content:
        Version: "2012-10-17"
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:GetObject
            Resource: [arn:aws:s3:::bucket-1/*, arn:aws:s3:::bucket-2/*]
            Condition: {StringNotEqualsIfExists: {aws:PrincipalOrgID: o-exampleorgid}}
""",
        file="template.yaml",
    ),
    of_document=_counts,
)
