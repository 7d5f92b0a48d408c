"""Operations on policies: their form, their quotas, and where they are attached."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from craton.codec.policy_source import read_policy
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.organization import RCP, SCP, AttachedPolicy
from craton.emulator.runtime.enforced import effective_policy
from craton.emulator.services.organizations.service import (
    SERVICE,
    for_management,
    for_readers,
    organization_of,
    page,
)
from craton.registry.quotas import quota, quotas

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.organization import Organization
    from craton.emulator.service import Result

_CHARACTERS: Final = {
    SCP: "scp_characters",
    RCP: "rcp_characters",
    "BEDROCK_POLICY": "bedrock_policy_characters",
    "TAG_POLICY": "tag_policy_characters",
    "BACKUP_POLICY": "backup_policy_characters",
    "AISERVICES_OPT_OUT_POLICY": "ai_services_opt_out_policy_characters",
    "CHATBOT_POLICY": "chat_applications_policy_characters",
    "DECLARATIVE_POLICY_EC2": "declarative_policy_characters",
    "SECURITYHUB_POLICY": "security_hub_policy_characters",
}
_PER_TARGET: Final = {SCP: "scps_per_target", RCP: "rcps_per_target"}
_ROOTS: Final = {
    "BEDROCK_POLICY": "bedrock",
    "TAG_POLICY": "tags",
    "AISERVICES_OPT_OUT_POLICY": "services",
    "BACKUP_POLICY": "plans",
    "SECURITYHUB_POLICY": "securityhub",
}
"""The key at the top of policies that inherit.

Source: "Syntax and examples" of each type, docs.aws.amazon.com/organizations/latest/userguide/, 2026-11-26.
"""
_MALFORMED: Final = (
    "The provided policy document does not meet the requirements of the specified policy type."
)


@SERVICE.operation("CreatePolicy")
def create_policy(call: Call) -> Result:
    """Keeps a new policy, attached nowhere."""
    organization = for_management(call)
    given = call.parameters
    _check(given["Type"], given["Content"])
    if any(one.name == given["Name"] and one.type == given["Type"] for one in organization.policies.values()):
        raise ServiceError("DuplicatePolicyException", "A policy with the same name already exists.")
    policy_id = f"p-{secrets.token_hex(5)}"
    kind = given["Type"].lower()
    made = AttachedPolicy(
        id=policy_id,
        arn=f"arn:aws:organizations::{organization.management_account}:policy/{organization.id}/{kind}/{policy_id}",
        name=given["Name"],
        description=given.get("Description") or "",
        type=given["Type"],
        content=given["Content"],
    )
    organization.policies[policy_id] = made
    organization.tags[policy_id] = {one["Key"]: one["Value"] for one in given.get("Tags") or ()}
    return {"Policy": _described(made)}


@SERVICE.operation("UpdatePolicy")
def update_policy(call: Call) -> Result:
    """Changes a policy wherever it is attached."""
    organization = for_management(call)
    policy = _found(organization, call.parameters["PolicyId"])
    if policy.aws_managed:
        raise ServiceError("PolicyChangesInProgressException", "An AWS managed policy cannot be changed.")
    given = call.parameters
    if given.get("Content") is not None:
        _check(policy.type, given["Content"])
        policy.content = given["Content"]
    policy.name = given.get("Name") or policy.name
    if given.get("Description") is not None:
        policy.description = given["Description"]
    return {"Policy": _described(policy)}


@SERVICE.operation("DeletePolicy")
def delete_policy(call: Call) -> Result:
    """Forgets a policy that is attached nowhere."""
    organization = for_management(call)
    policy = _found(organization, call.parameters["PolicyId"])
    if policy.targets:
        raise ServiceError("PolicyInUseException", "The policy is attached to one or more entities.")
    del organization.policies[policy.id]
    return None


@SERVICE.operation("DescribePolicy")
def describe_policy(call: Call) -> Result:
    """Tells of a policy and its content."""
    return {"Policy": _described(_found(for_readers(call), call.parameters["PolicyId"]))}


@SERVICE.operation("ListPolicies")
def list_policies(call: Call) -> Result:
    """Lists the policies of a type; a type that is not enabled is refused, as AWS does for some."""
    organization = for_readers(call)
    kind = call.parameters["Filter"]
    if kind == "BEDROCK_POLICY" and kind not in organization.policy_types:
        raise ServiceError("PolicyTypeNotEnabledException", f"The policy type {kind} is not enabled.")
    return page(
        call, "Policies", [_summary(one) for one in organization.policies.values() if one.type == kind]
    )


@SERVICE.operation("ListPoliciesForTarget")
def list_policies_for_target(call: Call) -> Result:
    """Lists the policies of a type that are attached to a target itself."""
    organization = for_readers(call)
    target = _target(organization, call.parameters["TargetId"])
    rows = [_summary(one) for one in organization.attached(target, call.parameters["Filter"])]
    return page(call, "Policies", rows)


@SERVICE.operation("ListTargetsForPolicy")
def list_targets_for_policy(call: Call) -> Result:
    """Lists what a policy is attached to."""
    organization = for_readers(call)
    policy = _found(organization, call.parameters["PolicyId"])
    return page(call, "Targets", [_target_row(organization, one) for one in policy.targets])


@SERVICE.operation("AttachPolicy")
def attach_policy(call: Call) -> Result:
    """Puts a policy in force at a target."""
    organization = for_management(call)
    policy = _found(organization, call.parameters["PolicyId"])
    target = _target(organization, call.parameters["TargetId"])
    if policy.type not in organization.policy_types:
        raise ServiceError("PolicyTypeNotEnabledException", f"The policy type {policy.type} is not enabled.")
    if target in policy.targets:
        raise ServiceError("DuplicatePolicyAttachmentException", "The policy is already attached.")
    most = _PER_TARGET.get(policy.type)
    if most and len(organization.attached(target, policy.type)) >= quota(most).limit:
        raise ServiceError("ConstraintViolationException", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    policy.targets.append(target)
    return None


@SERVICE.operation("DetachPolicy")
def detach_policy(call: Call) -> Result:
    """Takes a policy away from a target; the last SCP stays."""
    organization = for_management(call)
    policy = _found(organization, call.parameters["PolicyId"])
    target = _target(organization, call.parameters["TargetId"])
    if target not in policy.targets:
        raise ServiceError("PolicyNotAttachedException", "The policy isn't attached to the specified target.")
    if policy.type == SCP and len(organization.attached(target, SCP)) == 1:
        raise ServiceError("ConstraintViolationException", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    if policy.type == RCP and policy.aws_managed:
        raise ServiceError("ConstraintViolationException", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    policy.targets.remove(target)
    return None


@SERVICE.operation("EnablePolicyType")
def enable_policy_type(call: Call) -> Result:
    """Lets policies of a type be attached."""
    organization = _root(call)
    kind = call.parameters["PolicyType"]
    if kind in organization.policy_types:
        raise ServiceError("PolicyTypeAlreadyEnabledException", "The policy type is already enabled.")
    organization.enable(kind)
    return _root_row(organization)


@SERVICE.operation("DisablePolicyType")
def disable_policy_type(call: Call) -> Result:
    """Detaches every policy of a type."""
    organization = _root(call)
    kind = call.parameters["PolicyType"]
    if kind not in organization.policy_types:
        raise ServiceError("PolicyTypeNotEnabledException", "The policy type isn't enabled.")
    organization.disable(kind)
    return _root_row(organization)


@SERVICE.operation("DescribeEffectivePolicy")
def describe_effective_policy(call: Call) -> Result:
    """Tells what the Bedrock policies above an account come to: its own where it names none."""
    kind = call.parameters["PolicyType"]
    if kind != "BEDROCK_POLICY":
        raise NotEmulatedError(f"effective policies of the type {kind}")
    organization = organization_of(call)
    account = call.parameters.get("TargetId") or call.account
    if account != call.account:
        for_readers(call)
    member = organization.member(account)
    told = effective_policy(call.world, member.id)
    if not told:
        raise ServiceError(
            "EffectivePolicyNotFoundException", f"There is no effective policy of the type {kind}."
        )
    return {
        "EffectivePolicy": {
            "PolicyContent": json.dumps(told, sort_keys=True),
            "LastUpdatedTimestamp": call.time,
            "TargetId": member.id,
            "PolicyType": kind,
        }
    }


def _root(call: Call) -> Organization:
    organization = for_management(call)
    if call.parameters["RootId"] != organization.root.id:
        raise ServiceError("RootNotFoundException", "You specified a root that doesn't exist.")
    return organization


def _root_row(organization: Organization) -> dict[str, Any]:
    root = organization.root
    types = [{"Type": kind, "Status": "ENABLED"} for kind in organization.policy_types]
    return {"Root": {"Id": root.id, "Arn": root.arn, "Name": root.name, "PolicyTypes": types}}


def _check(kind: str, content: str) -> None:
    """Refuses a document that AWS would refuse. Raises: ServiceError."""
    size = _CHARACTERS.get(kind)
    most = quotas()[size].limit if size else quota("declarative_policy_characters").limit
    if len(content) > most:
        raise ServiceError("ConstraintViolationException", "POLICY_CONTENT_LIMIT_EXCEEDED")
    if kind in (SCP, RCP):
        _check_statements(kind, content)
        return
    try:
        held = json.loads(content)
    except ValueError as error:
        raise ServiceError("MalformedPolicyDocumentException", _MALFORMED) from error
    root = _ROOTS.get(kind)
    if not isinstance(held, dict) or (root and set(held) != {root}):
        raise ServiceError("MalformedPolicyDocumentException", _MALFORMED)


def _check_statements(kind: str, content: str) -> None:
    policy, problems = read_policy(content.encode(), "Content")
    errors = [one for one in problems if one.severity == "error"]
    if policy is None or errors:
        raise ServiceError("MalformedPolicyDocumentException", _MALFORMED)
    for statement in policy.statements:
        names_principals = statement.principals is not None
        if statement.resources is None or names_principals != (kind == RCP):
            raise ServiceError("MalformedPolicyDocumentException", _MALFORMED)
        if kind == RCP and statement.effect == "Allow":
            raise ServiceError("MalformedPolicyDocumentException", _MALFORMED)


def _found(organization: Organization, policy_id: str) -> AttachedPolicy:
    if policy_id not in organization.policies:
        raise ServiceError("PolicyNotFoundException", "You specified a policy that doesn't exist.")
    return organization.policies[policy_id]


def _target(organization: Organization, target: str) -> str:
    known = target == organization.root.id or target in organization.units or target in organization.members
    if not known:
        raise ServiceError("TargetNotFoundException", "You specified a target that doesn't exist.")
    return target


def _target_row(organization: Organization, target: str) -> dict[str, Any]:
    if target in organization.members:
        member = organization.members[target]
        return {"TargetId": target, "Arn": member.arn, "Name": member.name, "Type": "ACCOUNT"}
    unit = organization.unit(target)
    kind = "ROOT" if unit.parent is None else "ORGANIZATIONAL_UNIT"
    return {"TargetId": target, "Arn": unit.arn, "Name": unit.name, "Type": kind}


def _summary(policy: AttachedPolicy) -> dict[str, Any]:
    return {
        "Id": policy.id,
        "Arn": policy.arn,
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.type,
        "AwsManaged": policy.aws_managed,
    }


def _described(policy: AttachedPolicy) -> dict[str, Any]:
    return {"PolicySummary": _summary(policy), "Content": policy.content}
