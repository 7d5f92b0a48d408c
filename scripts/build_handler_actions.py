"""Writes what CloudFormation calls for resources of the types that Craton makes, as its registry tells.

The registry's schema of a type names, for each of its handlers, the actions that whoever works with the stack
must be allowed. The schemas are those that cfn-lint ships, of the Region us-east-1.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from cfnlint.version import __version__ as version
from scripts.markdown_page import REPOSITORY

from craton.registry.handlers import HANDLERS
from craton.registry.iam import iam_reference

FILE: Final = REPOSITORY / "src" / "craton" / "content" / "reference" / "handler_actions.csv"
TEMPLATES: Final[dict[str, tuple[str, ...]]] = {
    "management": (
        *("AWS::BCMDataExports::Export", "AWS::Bedrock::Guardrail", "AWS::Bedrock::GuardrailVersion"),
        *("AWS::Bedrock::ResourcePolicy", "AWS::Budgets::Budget", "AWS::Budgets::BudgetsAction"),
        *("AWS::CloudTrail::Trail", "AWS::CloudWatch::Alarm", "AWS::Config::OrganizationConfigRule"),
        *("AWS::Config::OrganizationConformancePack", "AWS::Events::Rule", "AWS::IAM::Role"),
        *("AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Logs::LogGroup"),
        *("AWS::Logs::MetricFilter", "AWS::ObservabilityAdmin::OrganizationCentralizationRule"),
        "AWS::Organizations::Policy",
    ),
    "hub": (
        *("AWS::Athena::WorkGroup", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"),
        *("AWS::CloudWatch::MetricStream", "AWS::Config::ConfigurationAggregator"),
        *("AWS::Events::EventBus", "AWS::Events::EventBusPolicy", "AWS::Events::Rule"),
        *("AWS::Glue::Database", "AWS::Glue::Table", "AWS::IAM::Role", "AWS::KMS::Alias", "AWS::KMS::Key"),
        *("AWS::KinesisFirehose::DeliveryStream", "AWS::Lambda::Function", "AWS::Lambda::Permission"),
        *("AWS::Logs::Destination", "AWS::Logs::LogGroup", "AWS::Logs::LogStream"),
        *("AWS::Logs::SubscriptionFilter", "AWS::ObservabilityAdmin::OrganizationCentralizationRule"),
        "AWS::Oam::Sink",
        *("AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SNS::Topic", "AWS::SNS::TopicInlinePolicy"),
    ),
    "member": (
        *("AWS::Bedrock::ApplicationInferenceProfile", "AWS::Bedrock::EnforcedGuardrailConfiguration"),
        *("AWS::Bedrock::Guardrail", "AWS::Bedrock::GuardrailVersion", "AWS::Bedrock::ResourcePolicy"),
        *("AWS::Budgets::Budget", "AWS::Budgets::BudgetsAction", "AWS::CloudWatch::Alarm"),
        *("AWS::EC2::VPCEndpoint", "AWS::Events::Rule", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"),
        *("AWS::IAM::RolePolicy", "AWS::KMS::Alias", "AWS::KMS::Key", "AWS::Lambda::Function"),
        *("AWS::Lambda::Permission", "AWS::Logs::LogGroup"),
        *("AWS::Logs::SubscriptionFilter", "AWS::Oam::Link", "AWS::S3::Bucket", "AWS::S3::BucketPolicy"),
        *("AWS::SNS::Subscription", "AWS::SNS::Topic", "AWS::SNS::TopicInlinePolicy", "AWS::SSM::Parameter"),
    ),
    "access": ("AWS::IAM::ManagedPolicy", "AWS::IAM::Role"),
}
"""The types of resources of each template, in whatever manifest; those for access hold the same ones."""


def written() -> str:
    """The file as the schemas have it."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("template", "type", "handler", "actions", "source"))
    for template, types in TEMPLATES.items():
        for one in types:
            handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", one).schema["handlers"]
            for handler in HANDLERS:
                actions = " ".join(_actions(handlers.get(handler, {}).get("permissions", ())))
                if actions:
                    rows.writerow((template, one, handler, actions, f"cfn-lint {version}"))
    return out.getvalue()


def _actions(permissions: tuple[str, ...]) -> list[str]:
    """The actions as IAM spells them; what it does not know at all is none."""
    known = (iam_reference().action(one) for one in permissions)
    return sorted({one.name for one in known if one is not None})


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
