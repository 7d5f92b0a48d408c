"""AWS::IAM::Role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, document, retag, tag_list, tags_of, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.resources.kind import Properties, Site

_LONGEST_NAME: Final = 64
_TAGS: Final = TagCalls("tag_role", "untag_role")


class Role:
    """A role with its inline policies, its managed ones and its boundary; Ref is its name."""

    type = "AWS::IAM::Role"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the role, and gives it its policies."""
        iam = site.client("iam")
        name = str(properties.get("RoleName") or site.name(_LONGEST_NAME))
        given: dict[str, Any] = {
            one: properties[one]
            for one in ("Path", "Description", "MaxSessionDuration", "PermissionsBoundary")
            if properties.get(one)
        }
        if tags_of(properties):
            given["Tags"] = list(properties["Tags"])
        trust = text_of(properties["AssumeRolePolicyDocument"])
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **given)["Role"]
        self._give_policies(iam, name, properties, {})
        return Made(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed."""
        iam, name = site.client("iam"), made.physical_id
        if properties["AssumeRolePolicyDocument"] != previous["AssumeRolePolicyDocument"]:
            trust = text_of(properties["AssumeRolePolicyDocument"])
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
        changeable = ("Description", "MaxSessionDuration")
        if any(properties.get(one) != previous.get(one) for one in changeable):
            iam.update_role(
                RoleName=name,
                Description=properties.get("Description", ""),
                MaxSessionDuration=int(properties.get("MaxSessionDuration", 3600)),
            )
        if properties.get("PermissionsBoundary") != previous.get("PermissionsBoundary"):
            if properties.get("PermissionsBoundary"):
                iam.put_role_permissions_boundary(
                    RoleName=name, PermissionsBoundary=properties["PermissionsBoundary"]
                )
            else:
                iam.delete_role_permissions_boundary(RoleName=name)
        self._give_policies(iam, name, properties, previous)
        retag(iam, _TAGS, {"RoleName": name}, previous, properties)
        return made

    def _give_policies(self, iam: Any, name: str, properties: Properties, previous: Properties) -> None:
        """The role has the policies of `properties`, and no longer those of `previous` that are gone."""
        inline, before = _inline(properties), _inline(previous)
        for policy, text in inline.items():
            if before.get(policy) != text:
                iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text)
        for policy in before.keys() - inline.keys():
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
        managed, earlier = _managed(properties), _managed(previous)
        for arn in [one for one in managed if one not in earlier]:
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        for arn in [one for one in earlier if one not in managed]:
            iam.detach_role_policy(RoleName=name, PolicyArn=arn)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Takes away the policies that the stack gave, and removes the role."""
        iam, name = site.client("iam"), made.physical_id
        try:
            held = set(iam.list_role_policies(RoleName=name)["PolicyNames"])
            for policy in _inline(properties).keys() & held:
                iam.delete_role_policy(RoleName=name, PolicyName=policy)
            attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
            for arn in {one["PolicyArn"] for one in attached} & set(_managed(properties)):
                iam.detach_role_policy(RoleName=name, PolicyArn=arn)
            iam.delete_role(RoleName=name)
        except iam.exceptions.NoSuchEntityException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What IAM tells of the role."""
        iam, name = site.client("iam"), made.physical_id
        try:
            role = iam.get_role(RoleName=name)["Role"]
        except iam.exceptions.NoSuchEntityException:
            return None
        wanted = {one["PolicyName"]: one["PolicyDocument"] for one in properties.get("Policies", ())}
        policies = []
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            told = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            policies.append(
                {"PolicyName": policy, "PolicyDocument": document(json.dumps(told), wanted.get(policy))}
            )
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        return {
            "RoleName": name,
            "Path": role["Path"],
            "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"],
            "Description": role.get("Description", ""),
            "MaxSessionDuration": role["MaxSessionDuration"],
            "PermissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            "Policies": policies,
            "ManagedPolicyArns": [one["PolicyArn"] for one in attached],
            "Tags": tag_list(role.get("Tags")),
        }


def _inline(properties: Properties) -> dict[str, str]:
    return {one["PolicyName"]: text_of(one["PolicyDocument"]) for one in properties.get("Policies") or ()}


def _managed(properties: Mapping[str, Any]) -> list[str]:
    return list(properties.get("ManagedPolicyArns") or ())


KIND = Role()
