"""Documents of policies, their sizes, and where they are attached."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from craton.codec.policy_source import read_policy
from craton.emulator.errors import ServiceError
from craton.emulator.managed_policies import managed_policy
from craton.emulator.services.iam.service import SERVICE, holder_of, over
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from craton.core.policy import Policy
    from craton.emulator.call import Call

_INLINE: Final = {
    "Role": "role_inline_characters",
    "User": "user_inline_characters",
    "Group": "group_inline_characters",
}
_ATTACHED: Final = {
    "Role": "managed_policies_per_role",
    "User": "managed_policies_per_user",
    "Group": "managed_policies_per_group",
}


@SERVICE.before("AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy")
def attach_no_more_than_fit(call: Call) -> None:
    """Refuses one managed policy too many."""
    kind = next(one for one in _ATTACHED if one in call.operation.name)
    held, most = holder_of(call).managed_policies, quota(_ATTACHED[kind]).limit
    if len(held) >= most and call.parameters["PolicyArn"] not in held:
        raise over(f"PoliciesPer{kind}", most)


@SERVICE.before("CreatePolicy", "CreatePolicyVersion")
def check_managed_document(call: Call) -> None:
    """Refuses a managed policy that is none, or too long."""
    text = str(call.parameters["PolicyDocument"])
    check_identity_policy(text)
    most = quota("managed_policy_characters").limit
    if size_of(text) > most:
        raise over("PolicySize", most)


@SERVICE.before("PutRolePolicy", "PutUserPolicy", "PutGroupPolicy")
def check_inline_document(call: Call) -> None:
    """Refuses an inline policy that is none, or too long together with the others."""
    text, name = str(call.parameters["PolicyDocument"]), call.parameters["PolicyName"]
    check_identity_policy(text)
    kind = next(one for one in _INLINE if one in call.operation.name)
    others = [str(held) for key, held in holder_of(call).policies.items() if key != name]
    most = quota(_INLINE[kind]).limit
    if size_of(text) + sum(map(size_of, others)) > most:
        owner = f"{kind.lower()} {call.parameters[f'{kind}Name']}"
        raise ServiceError("LimitExceeded", f"Maximum policy size of {most} bytes exceeded for {owner}")


@SERVICE.before("DeletePolicy")
def keep_policy_in_use(call: Call) -> None:
    """Refuses to delete a managed policy that is attached, or has further versions."""
    policy = managed_policy(call.account, str(call.parameters["PolicyArn"]))
    if policy is None:
        return
    if policy.attachment_count:
        raise ServiceError("DeleteConflict", "Cannot delete a policy attached to entities.", status=409)
    if len(policy.versions) > 1:
        raise ServiceError(
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete the "
            "policy's versions. The default version is deleted with the policy.",
            status=409,
        )


def check_identity_policy(text: str) -> None:
    """Refuses what is no policy of an identity. Raises: ServiceError."""
    for statement in policy_in(text).statements:
        if statement.principals is not None:
            raise ServiceError("MalformedPolicyDocument", "Policy document should not specify a principal.")
        if statement.resources is None:
            raise ServiceError("MalformedPolicyDocument", "Policy statement must contain resources.")


def policy_in(text: str) -> Policy:
    """The policy that a document is. Raises: ServiceError where it is none."""
    policy, problems = read_policy(text.encode(), "policy", "policy")
    if policy is None or any(one.severity == "error" for one in problems):
        raise ServiceError("MalformedPolicyDocument", "Syntax errors in policy.")
    return policy


def size_of(text: str) -> int:
    """How many characters count: white space outside of texts does not."""
    try:
        return len(json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False))
    except ValueError:
        return len(text)
