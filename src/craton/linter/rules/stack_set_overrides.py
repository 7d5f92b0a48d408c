from __future__ import annotations

from typing import TYPE_CHECKING

from craton.linter.rule import Example, Fault, Rule
from craton.linter.template import read_over, resources_of
from craton.linter.texts import child, items_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Document


def _overrides(document: Document, _: Facts) -> Iterator[Fault]:
    if document.form not in ("template", "fragment"):
        return
    for _name, kind, resource in resources_of(read_over(document.source), whole=document.form == "template"):
        properties = child(resource, "Properties")
        joins = text_of(child(properties, "AutoDeployment", "Enabled")) or ""
        if kind != "AWS::CloudFormation::StackSet" or joins.lower() != "true":
            continue
        for group in items_of(child(properties, "StackInstancesGroup")):
            overrides = child(group, "ParameterOverrides")
            if overrides is not None and items_of(overrides):
                message = "accounts that join later do not get these parameters, but the stack set's own"
                hint = "make one stack set for each set of parameters, such as one an environment"
                yield Fault(message, overrides.place, hint)


RULE = Rule(
    title="parameters of a stack set do not reach accounts that join later",
    severity="warning",
    why="""Overridden parameters hold for the accounts that are in the OU at that time. Accounts that
    automatic deployment adds later get the parameters of the stack set.""",
    source='"Managing automatic deployments for StackSets", docs.aws.amazon.com/AWSCloudFormation/latest/'
    "UserGuide/stacksets-orgs-manage-auto-deployment.html, retrieved 2026-11-23",
    bad=Example(
        """\
Resources:
  Monitoring:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: monitoring
      PermissionModel: SERVICE_MANAGED
      AutoDeployment:
        Enabled: true
        RetainStacksOnAccountRemoval: false
      TemplateURL: https://templates.s3.us-east-1.amazonaws.com/monitoring.yaml
      Parameters:
        - ParameterKey: Environment
          ParameterValue: dev
      StackInstancesGroup:
        - DeploymentTargets:
            OrganizationalUnitIds: [ou-abcd-12345678]
          Regions: [us-east-1]
          ParameterOverrides:
            »- ParameterKey: Environment
              ParameterValue: prod
""",
        file="template.yaml",
    ),
    good=Example(
        """\
Resources:
  Monitoring:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: monitoring-prod
      PermissionModel: SERVICE_MANAGED
      AutoDeployment:
        Enabled: true
        RetainStacksOnAccountRemoval: false
      TemplateURL: https://templates.s3.us-east-1.amazonaws.com/monitoring.yaml
      Parameters:
        - ParameterKey: Environment
          ParameterValue: prod
      StackInstancesGroup:
        - DeploymentTargets:
            OrganizationalUnitIds: [ou-abcd-12345678]
          Regions: [us-east-1]
""",
        file="template.yaml",
    ),
    of_document=_overrides,
)
