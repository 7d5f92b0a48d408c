"""The roles in which Craton applies a plan: in the management account, in the hub, in members to mend them.

Work begins in the hub, whose role assumes the other two. What CloudFormation does for a stack it does as
whoever changes the stack: that is allowed through CloudFormation alone. Stacks of members are made by
StackSets, with a role of its own. None of these roles may change what it may do itself.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html, and
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html, retrieved
2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.deploying_roles import OWN_PATH
from craton.core.kind import Kind
from craton.core.organization import ROOT, holds
from craton.core.resource import sub
from craton.core.statement import allow
from craton.kinds.hub_role import STATE, assuming, keeping
from craton.kinds.parts.access import (
    DEPLOYER,
    READER,
    from_its_account,
    from_the_hub,
    grouped,
    keeping_roles,
    of_bounded_roles,
    through_cloudformation,
    working_role,
)
from craton.registry import handlers
from craton.registry.reading_actions import read_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent
    from craton.core.resource import Resource
    from craton.kinds.parts.access import Statement

STACK_SETS: Final = "member.org.stacksets.cloudformation.amazonaws.com"
"""The service that brings stack sets to the accounts of an organization."""

SERVICES: Final = (
    *("bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com", "cloudtrail.amazonaws.com"),
    *("config-multiaccountsetup.amazonaws.com", "config.amazonaws.com", STACK_SETS),
    "observabilityadmin.amazonaws.com",
)
"""The services that kinds let look into the organization, or of which they have the hub administer them."""

_UPDATING: Final = ("UpdateStackInstances", "UpdateStackSet")
_POLICY_TYPES: Final = ("service_control_policy", "resource_control_policy", "tag_policy", "bedrock_policy")
_FOLLOWING: Final = (
    *("cloudformation:DescribeChangeSet", "cloudformation:DescribeStackEvents"),
    *("cloudformation:DescribeStackDriftDetectionStatus", "cloudformation:DescribeStacks"),
)
"""How an operation of a stack goes on, and why it failed."""

_MENDING: Final = (
    *("cloudformation:CreateChangeSet", "cloudformation:DetectStackDrift"),
    *("cloudformation:DetectStackResourceDrift", "cloudformation:ExecuteChangeSet"),
)
_MAKING: Final = (
    *("cloudformation:CreateStack", "cloudformation:DeleteStack", "cloudformation:UpdateStack"),
    *("cloudformation:TagResource", "cloudformation:UntagResource"),
)
_KNOWS_NONE: Final = (
    "cloudformation:BatchDescribeTypeConfigurations",
    "cloudformation:DescribeStackDriftDetectionStatus",
)
"""Actions that know no stack."""


def _stack(name: str) -> dict[str, str]:
    return sub(f"arn:${{AWS::Partition}}:cloudformation:*:${{AWS::AccountId}}:stack/{name}/*")


def _of_stack(name: str, *, only_mended: bool = False) -> Iterator[Statement]:
    """Allows to change a stack and to follow how that goes on, and denies to import what others made."""
    actions = {*_FOLLOWING, *_MENDING, *(() if only_mended else _MAKING)} - {*_KNOWS_NONE}
    yield allow(sorted(actions), _stack(name))
    yield allow(list(_KNOWS_NONE), "*")
    yield {
        "Effect": "Deny",
        "Action": "cloudformation:CreateChangeSet",
        "Resource": "*",
        "Condition": {"Null": {"cloudformation:ImportResourceTypes": "false"}},
    }


def _putting_logging_back() -> Iterator[Statement]:
    """Allows to log invocations as the stack wants it: CloudFormation mends no custom resource."""
    yield allow("bedrock:PutModelInvocationLoggingConfiguration", "*")
    yield allow(
        "iam:PassRole",
        sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{OWN_PATH}*"),
        condition={"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
    )


def _of_organization(intent: Intent) -> Iterator[Statement]:
    """Allows to make policies of the organization, to attach them, and to let services look into it."""
    organization = intent.manifest.organization.id
    stem = "arn:${AWS::Partition}:organizations::${AWS::AccountId}"
    policies = [sub(f"{stem}:policy/{organization}/{kind}/*") for kind in _POLICY_TYPES]
    parts = [sub(f"{stem}:{kind}/{organization}/*") for kind in ("root", "ou", "account")]
    making = ("CreatePolicy", "DeletePolicy", "TagResource", "UpdatePolicy")
    yield allow([f"organizations:{one}" for one in making], policies)
    yield allow(["organizations:AttachPolicy", "organizations:DetachPolicy"], [*policies, *parts])
    yield allow("organizations:EnablePolicyType", parts[0])
    hub = sub(f"{stem}:account/{organization}/{intent.hub_account}")
    for action, resource in (
        ("EnableAWSServiceAccess", "*"),
        ("DeregisterDelegatedAdministrator", parts[-1]),
        ("RegisterDelegatedAdministrator", hub),
    ):
        told = {"StringEquals": {"organizations:ServicePrincipal": list(SERVICES)}}
        yield allow(f"organizations:{action}", resource, condition=told)
    yield allow(["ce:UpdateCostAllocationTagsStatus", "cloudformation:ActivateOrganizationsAccess"], "*")


def _of_stack_sets(intent: Intent) -> Iterator[Statement]:
    """Allows to bring the stack sets of environments to accounts, as their delegated administrator.

    The set of the roles for access reaches further accounts, and is changed by an administrator.
    """
    names = intent.manifest.names
    stem = "arn:${AWS::Partition}:cloudformation:*:*"
    of_environments = sub(f"{stem}:stackset/{names.stack_set}-*")
    of_access = sub(f"{stem}:stackset/{names.access}:*")
    targets = [sub(f"{stem}:stackset-target/*"), sub(f"{stem}:type/resource/*")]
    instances = ("Create", "Delete", "Update")
    following = ("DescribeStackSetOperation", "ListStackSetOperationResults")
    yield allow("cloudformation:CreateStackSet", "*")
    changing = ("DeleteStackSet", "TagResource", "UntagResource", "UpdateStackSet")
    yield allow([f"cloudformation:{one}" for one in changing], [of_environments, *targets])
    yield allow(
        [
            *(f"cloudformation:{one}StackInstances" for one in instances),
            *(f"cloudformation:{one}" for one in following),
        ],
        [of_environments, of_access, *targets],
    )
    with_hub = list(_targets_with_hub(intent))
    if with_hub:
        changed = [f"cloudformation:{one}" for one in ("CreateStackInstances", *_UPDATING)]
        named = [sub(f"{stem}:stackset-target/*/{one}") for one in with_hub]
        yield {"Effect": "Deny", "Action": changed, "Resource": named}


def _targets_with_hub(intent: Intent) -> Iterator[str]:
    """The hub, the root and the OUs in which it stands, as far as no environment is brought there.

    StackSets works in every account as an administrator, and the hub has a stack of its own.
    """
    if any(
        one.id == intent.hub_account for environment in intent.environments for one in environment.accounts
    ):
        return
    yield intent.hub_account
    targeted = {unit for one in intent.environments for unit in one.organizational_units}
    targeted |= {account.ou for one in intent.environments for account in one.accounts}
    if ROOT not in targeted:
        yield "r-*"
    hub = intent.manifest.accounts_by_id().get(intent.hub_account)
    for unit in intent.manifest.organization.organizational_units:
        if hub is not None and unit.id and unit.path not in targeted and holds(unit.path, hub.ou):
            yield unit.id


def _resources(intent: Intent) -> Iterator[Resource]:
    names = intent.manifest.names
    yield from working_role(
        "management_access",
        DEPLOYER,
        [from_its_account(), from_the_hub(intent, DEPLOYER)],
        [
            *_of_organization(intent),
            *_of_stack(names.management_stack),
            *of_bounded_roles(handlers.changing("management")),
            keeping_roles(),
        ],
    )
    yield from working_role(
        "hub_access",
        DEPLOYER,
        [from_its_account()],
        [
            assuming(intent, DEPLOYER, READER),
            *grouped(read_in("hub", "apply")),
            *keeping(STATE),
            *_of_stack_sets(intent),
            *_of_stack(names.hub_stack),
            *of_bounded_roles(handlers.changing("hub")),
            keeping_roles(),
        ],
    )
    yield from working_role(
        "member_access",
        DEPLOYER,
        [from_the_hub(intent, DEPLOYER)],
        [
            *_of_stack(f"StackSet-{names.stack_set}-*", only_mended=True),
            *_putting_logging_back(),
            *through_cloudformation(handlers.changing("member")),
            keeping_roles(),
        ],
    )


KIND: Final = Kind(name="deployer_role", title="Roles that apply a plan", resources=_resources)
