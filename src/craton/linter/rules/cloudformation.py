from __future__ import annotations

from typing import TYPE_CHECKING

from craton.linter.cloudformation import template_faults
from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Document


def _in_template(document: Document, _: Facts) -> Iterator[Fault]:
    is_whole = document.source.root is not None and not document.problems
    if document.form in ("template", "fragment") and is_whole:
        yield from template_faults(document)


RULE = Rule(
    title="a template names a type, a property or a value that does not exist",
    severity="error",
    why="""CloudFormation refuses such a template, or rolls the stack back half-way. These findings come
    from cfn-lint and bear its ids, such as E3006 for a type that does not exist and E3030 for a
    value; what it says of tidiness is left out, and so is what our own rules say of policies.""",
    source="cfn-lint 1.58.0 and the resource provider schemas of us-east-1 in it, of 2026-10-20; "
    "github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md, retrieved 2026-11-26",
    bad=Example(
        """\
Resources:
  Logging:
    »Type: AWS::Bedrock::ModelInvocationLoggingConfiguration
  Guardrail:
    Type: AWS::Bedrock::Guardrail
    Properties:
      Name: people
      BlockedInputMessaging: This cannot be asked.
      BlockedOutputsMessaging: This cannot be answered.
      SensitiveInformationPolicyConfig:
        PiiEntitiesConfig:
          - »Type: SSN
            Action: BLOCK
""",
        file="template.yaml",
    ),
    good=Example(
        """\
Resources:
  Guardrail:
    Type: AWS::Bedrock::Guardrail
    Properties:
      Name: people
      BlockedInputMessaging: This cannot be asked.
      BlockedOutputsMessaging: This cannot be answered.
      SensitiveInformationPolicyConfig:
        PiiEntitiesConfig:
          - Type: US_SOCIAL_SECURITY_NUMBER
            Action: BLOCK
""",
        file="template.yaml",
    ),
    of_document=_in_template,
)
