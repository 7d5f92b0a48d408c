from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.arn import Arn
from craton.core.quoting import ticked
from craton.linter.rule import Example, Fault, Rule
from craton.linter.template import UNKNOWN, read_over, resources_of
from craton.linter.texts import child, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Document

_TARGETS: Final = ("kinesis", "firehose")


def _wrong_targets(document: Document, _: Facts) -> Iterator[Fault]:
    if document.form not in ("template", "fragment"):
        return
    for _name, kind, resource in resources_of(read_over(document.source), whole=document.form == "template"):
        target = child(resource, "Properties", "TargetArn")
        text = text_of(target)
        if kind != "AWS::Logs::Destination" or target is None or text is None or text == UNKNOWN:
            continue
        arn = Arn.parse(text)
        if arn is None or (arn.service not in _TARGETS and "${" not in arn.service):
            message = f"a destination of logs cannot send to {ticked(text)}"
            hint = (
                'name a Kinesis stream or a Firehose stream, such as `"arn:aws:firehose:REGION:ACCOUNT:'
                'deliverystream/NAME"`, and a `RoleArn`'
            )
            yield Fault(message, target.place, hint)


RULE = Rule(
    title="a destination of logs targets what it cannot send to",
    severity="error",
    why="""A cross-account destination of CloudWatch Logs sends to a Kinesis data stream or a Firehose
    stream, through a role. It cannot send to a log group of another account; for that there is a
    centralization rule.""",
    source='"AWS::Logs::Destination", TargetArn, docs.aws.amazon.com/AWSCloudFormation/latest/'
    "TemplateReference/aws-resource-logs-destination.html, retrieved 2026-11-23",
    bad=Example(
        """\
Resources:
  Hub:
    Type: AWS::Logs::Destination
    Properties:
      DestinationName: bedrock-logs
      RoleArn: arn:aws:iam::111111111111:role/logs-to-hub
      TargetArn: »arn:aws:logs:us-east-1:111111111111:log-group:/bedrock/all
""",
        file="template.yaml",
    ),
    good=Example(
        """\
Resources:
  Hub:
    Type: AWS::Logs::Destination
    Properties:
      DestinationName: bedrock-logs
      RoleArn: arn:aws:iam::111111111111:role/logs-to-hub
      TargetArn: arn:aws:firehose:us-east-1:111111111111:deliverystream/bedrock-logs
""",
        file="template.yaml",
    ),
    of_document=_wrong_targets,
)
