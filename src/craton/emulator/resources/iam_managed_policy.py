"""AWS::IAM::ManagedPolicy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import document, text_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

MOST_VERSIONS: Final = 5
"""Source: "IAM and AWS STS quotas", docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
retrieved 2026-11-26."""
_HOLDERS: Final = {"Roles": "role", "Users": "user", "Groups": "group"}


class ManagedPolicy:
    """A managed policy and what it is attached to; Ref is its ARN."""

    type = "AWS::IAM::ManagedPolicy"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the policy and attaches it."""
        iam = site.client("iam")
        given = {name: properties[name] for name in ("Path", "Description") if properties.get(name)}
        policy = iam.create_policy(
            PolicyName=properties.get("ManagedPolicyName") or site.name(),
            PolicyDocument=text_of(properties["PolicyDocument"]),
            **given,
        )["Policy"]
        _attach(iam, policy["Arn"], properties, {})
        return Made(policy["Arn"], {"PolicyArn": policy["Arn"], "PolicyId": policy["PolicyId"]})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Makes a new version the default one, and attaches anew; the oldest version goes where it must."""
        iam, arn = site.client("iam"), made.physical_id
        if properties["PolicyDocument"] != previous["PolicyDocument"]:
            versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
            others = sorted(
                (one["CreateDate"], one["VersionId"]) for one in versions if not one["IsDefaultVersion"]
            )
            if len(versions) >= MOST_VERSIONS:
                iam.delete_policy_version(PolicyArn=arn, VersionId=others[0][1])
            text = text_of(properties["PolicyDocument"])
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)
        _attach(iam, arn, properties, previous)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Detaches and removes the policy."""
        iam, arn = site.client("iam"), made.physical_id
        try:
            _attach(iam, arn, {}, properties)
            for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
                if not one["IsDefaultVersion"]:
                    iam.delete_policy_version(PolicyArn=arn, VersionId=one["VersionId"])
            iam.delete_policy(PolicyArn=arn)
        except iam.exceptions.NoSuchEntityException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """The default version, and what the policy is attached to."""
        iam, arn = site.client("iam"), made.physical_id
        try:
            policy = iam.get_policy(PolicyArn=arn)["Policy"]
            version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
            text = json.dumps(version["PolicyVersion"]["Document"])
            held = iam.list_entities_for_policy(PolicyArn=arn)
        except iam.exceptions.NoSuchEntityException:
            return None
        return {
            "ManagedPolicyName": policy["PolicyName"],
            "Path": policy["Path"],
            "PolicyDocument": document(text, properties["PolicyDocument"]),
            "Roles": [one["RoleName"] for one in held["PolicyRoles"]],
            "Users": [one["UserName"] for one in held["PolicyUsers"]],
            "Groups": [one["GroupName"] for one in held["PolicyGroups"]],
        }


def _attach(iam: Any, arn: str, properties: Properties, previous: Properties) -> None:
    """The policy is attached to what `properties` name, and no longer to what only `previous` names."""
    for name, kind in _HOLDERS.items():
        wanted, held = list(properties.get(name) or ()), list(previous.get(name) or ())
        for one in [one for one in wanted if one not in held]:
            getattr(iam, f"attach_{kind}_policy")(PolicyArn=arn, **{f"{kind.capitalize()}Name": one})
        for one in [one for one in held if one not in wanted]:
            getattr(iam, f"detach_{kind}_policy")(PolicyArn=arn, **{f"{kind.capitalize()}Name": one})


KIND = ManagedPolicy()
