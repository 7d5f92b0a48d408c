"""Rules of AWS Config in every account, for what AWS has no rule of its own.

No managed rule knows Bedrock, and Config records neither where invocations are logged nor which guardrail is
enforced: a function asks each account once a day, in every Region, through a role there that may do nothing
else. The organization has one rule each, in the home Region, which follows accounts that join. Config makes
rules only where it records; whether it does, the manifest says.

Source: docs.aws.amazon.com/config/latest/developerguide/config-rule-multi-account-deployment.html, and
docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_python-sample.html, 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Meta

from craton.core.kind import Kind
from craton.core.manifest_section import Section
from craton.core.organization_step import OrganizationStep, trust
from craton.core.resource import Resource, attribute, ref, sub
from craton.core.statement import allow, document
from craton.kinds.enforced_guardrail import is_enforced
from craton.kinds.invocation_log_group import NAME, logging
from craton.kinds.parts.function import function
from craton.kinds.parts.service_role import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

FUNCTION: Final = "GovernanceRule"
ROLE_NAME: Final = "CratonEvaluator"
_PERMISSION: Final = "GovernanceRulePermission"
_ASKED: Final = (
    "bedrock:GetModelInvocationLoggingConfiguration",
    "bedrock:ListEnforcedGuardrailsConfiguration",
    "config:PutEvaluations",
)


class ConfigRules(Section, frozen=True, kw_only=True):
    """What AWS Config checks in every account."""

    recorded: Annotated[
        bool,
        Meta(
            description="whether AWS Config records in every account, in the home Region; where it does not,"
            " rules cannot be made, so there are none until this is `true`"
        ),
    ] = False


def recorded(intent: Intent) -> bool:
    """Whether there can be rules."""
    return intent.section("config_rules", ConfigRules).recorded


def outside(intent: Intent) -> set[str]:
    """The accounts that are in no environment, which no member stack reaches."""
    members = {account.id for one in intent.environments for account in one.accounts}
    return {one.id for one in intent.manifest.organization.accounts} - members


def _resources(intent: Intent) -> Iterator[Resource]:
    if not recorded(intent):
        return
    yield _role(intent)
    may = allow("sts:AssumeRole", sub(f"arn:${{AWS::Partition}}:iam::*:role{PATH}{ROLE_NAME}"))
    yield from function("management", FUNCTION, "governance_rule", [may], timeout=60)
    yield Resource(
        template="management",
        id=_PERMISSION,
        type="AWS::Lambda::Permission",
        properties={
            "Action": "lambda:InvokeFunction",
            "FunctionName": ref(FUNCTION),
            "Principal": "config.amazonaws.com",
        },
    )
    unguarded = {
        account.id for one in intent.environments if not is_enforced(intent, one) for account in one.accounts
    }
    yield _rule(intent, "logging", "invocations are logged as they should be", outside(intent))
    yield _rule(intent, "guardrail", "a guardrail is enforced", outside(intent) | unguarded)


def _rule(intent: Intent, check: str, title: str, excluded: set[str]) -> Resource:
    chosen = logging(intent)
    asked = {
        "check": check,
        "role": f"arn:aws:iam::{{account}}:role{PATH}{ROLE_NAME}",
        "regions": ",".join(intent.regions),
        "group": "" if chosen.transport == "replication" else NAME,
        "bucket": "craton-bedrock-logs-",
        "bodies": ",".join(chosen.bodies),
    }
    return Resource(
        template="management",
        id=f"{FUNCTION}{check.capitalize()}",
        type="AWS::Config::OrganizationConfigRule",
        regions="home",
        depends_on=(_PERMISSION,),
        properties={
            "OrganizationConfigRuleName": f"craton-bedrock-{check}",
            "ExcludedAccounts": sorted(excluded) or None,
            "OrganizationCustomRuleMetadata": {
                "Description": title,
                "LambdaFunctionArn": attribute(FUNCTION, "Arn"),
                "OrganizationConfigRuleTriggerTypes": ["ScheduledNotification"],
                "MaximumExecutionFrequency": "TwentyFour_Hours",
                "InputParameters": json.dumps(asked, separators=(",", ":")),
            },
        },
    )


def _role(intent: Intent) -> Resource:
    owner = f"arn:${{AWS::Partition}}:iam::{intent.management_account}"
    who: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": intent.management_account},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:PrincipalArn": sub(f"{owner}:role{PATH}*")}},
    }
    return Resource(
        template="member",
        id="EvaluatorRole",
        type="AWS::IAM::Role",
        regions="home",
        properties={
            "RoleName": ROLE_NAME,
            "Path": PATH,
            "AssumeRolePolicyDocument": document(who),
            "Policies": [{"PolicyName": "evaluate", "PolicyDocument": document(allow(list(_ASKED), "*"))}],
        },
    )


def _steps(intent: Intent) -> Iterator[OrganizationStep]:
    if recorded(intent):
        yield trust("config-multiaccountsetup.amazonaws.com", "AWS Config makes rules in all accounts")


KIND: Final = Kind(
    name="config_rule",
    title="Rules of AWS Config",
    section=("config_rules", ConfigRules),
    resources=_resources,
    steps=_steps,
)
