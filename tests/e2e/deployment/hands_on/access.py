"""Roles, policies, keys and topics: how each is read, and changed by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.e2e.deployment.hands_on.common import TRUST, statement

if TYPE_CHECKING:
    from collections.abc import Callable


def trust(iam: Any, name: str) -> Any:
    return iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]


def trust_changed(iam: Any, name: str) -> None:
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=TRUST)


def inline(iam: Any, name: str) -> Any:
    names = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return {one: iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"] for one in names}


def inline_added(iam: Any, name: str) -> None:
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    )
    iam.put_role_policy(RoleName=name, PolicyName="everything", PolicyDocument=document)


def attached(iam: Any, name: str) -> Any:
    told = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return sorted(one["PolicyArn"] for one in told)


def document(iam: Any, arn: str) -> Any:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def document_changed(iam: Any, arn: str) -> None:
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    )
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)


def topic_policy(topic: str) -> Callable[[Any, str], Any]:
    def told(sns: Any, _: str) -> Any:
        return json.loads(sns.get_topic_attributes(TopicArn=topic_arn(sns, topic))["Attributes"]["Policy"])

    return told


def topic_policy_changed(topic: str) -> Callable[[Any, str], Any]:
    def changed(sns: Any, _: str) -> None:
        arn = topic_arn(sns, topic)
        policy = statement(Action="sns:Publish", Resource=arn)
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    return changed


def topic_arn(sns: Any, name: str) -> str:
    told = (str(one["TopicArn"]) for one in sns.list_topics()["Topics"])
    return next(one for one in told if one.endswith(f":{name}"))


def topic_key(sns: Any, arn: str) -> Any:
    return sns.get_topic_attributes(TopicArn=arn)["Attributes"].get("KmsMasterKeyId")


def topic_key_gone(sns: Any, arn: str) -> None:
    sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="")


def organization_policy(organizations: Any, policy: str) -> Any:
    return json.loads(organizations.describe_policy(PolicyId=policy)["Policy"]["Content"])


def organization_policy_changed(organizations: Any, policy: str) -> None:
    told = organization_policy(organizations, policy)
    told["Statement"] = [{"Effect": "Deny", "Action": "bedrock:DeleteGuardrail", "Resource": "*"}]
    organizations.update_policy(PolicyId=policy, Content=json.dumps(told))


def rotation(kms: Any, key: str) -> Any:
    return kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]


def rotation_off(kms: Any, key: str) -> None:
    kms.disable_key_rotation(KeyId=key)


def enabled(kms: Any, key: str) -> Any:
    return kms.describe_key(KeyId=key)["KeyMetadata"]["Enabled"]


def granted(iam: Any, name: str) -> Any:
    return iam.get_role(RoleName=name)["Role"].get("PermissionsBoundary")


def boundary_gone(iam: Any, name: str) -> None:
    iam.delete_role_permissions_boundary(RoleName=name)
