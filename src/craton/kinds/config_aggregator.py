"""What AWS Config found in all accounts, looked at from the hub.

Source: docs.aws.amazon.com/config/latest/developerguide/set-up-aggregator-cli.html, and
docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSConfigRoleForOrganizations.html, 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.organization_step import OrganizationStep, delegation
from craton.core.resource import Resource, attribute
from craton.core.statement import allow
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

AGGREGATOR_NAME: Final = "craton-bedrock"
_ROLE: Final = "AggregatorRole"
_LOOKING: Final = (
    "organizations:DescribeOrganization",
    "organizations:ListAWSServiceAccessForOrganization",
    "organizations:ListAccounts",
    "organizations:ListDelegatedAdministrators",
)


def _resources(intent: Intent) -> Iterator[Resource]:
    yield service_role(
        *("hub", _ROLE, "config.amazonaws.com"), [allow(list(_LOOKING), "*")], regions="home", condition=None
    )
    yield Resource(
        template="hub",
        id="ConfigAggregator",
        type="AWS::Config::ConfigurationAggregator",
        regions="home",
        properties={
            "ConfigurationAggregatorName": AGGREGATOR_NAME,
            "OrganizationAggregationSource": {
                "RoleArn": attribute(_ROLE, "Arn"),
                "AwsRegions": list(intent.regions),
            },
        },
    )


def _steps(intent: Intent) -> Iterator[OrganizationStep]:
    yield from delegation(
        "config.amazonaws.com", intent.hub_account, "the hub sees what AWS Config finds in all accounts"
    )


KIND: Final = Kind(
    name="config_aggregator", title="Aggregator of AWS Config", resources=_resources, steps=_steps
)
