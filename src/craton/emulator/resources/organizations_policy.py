"""AWS::Organizations::Policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, document, retag, tag_list, tags_of, text_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_TAGS: Final = TagCalls("tag_resource", "untag_resource")


class Policy:
    """A policy of the organization and where it is attached; Ref is its id."""

    type = "AWS::Organizations::Policy"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the policy and attaches it."""
        client = site.client("organizations")
        summary = client.create_policy(
            Name=properties["Name"],
            Type=properties["Type"],
            Description=properties.get("Description", ""),
            Content=text_of(properties["Content"]),
            Tags=[{"Key": key, "Value": value} for key, value in tags_of(properties).items()],
        )["Policy"]["PolicySummary"]
        _attach(client, summary["Id"], properties, {})
        attributes = {name: summary[name] for name in ("Id", "Arn", "AwsManaged")}
        return Made(summary["Id"], attributes)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed, and attaches anew."""
        client, policy = site.client("organizations"), made.physical_id
        client.update_policy(
            PolicyId=policy,
            Name=properties["Name"],
            Description=properties.get("Description", ""),
            Content=text_of(properties["Content"]),
        )
        _attach(client, policy, properties, previous)
        retag(client, _TAGS, {"ResourceId": policy}, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Detaches the policy from wherever it is, and removes it."""
        client, policy = site.client("organizations"), made.physical_id
        try:
            for page in client.get_paginator("list_targets_for_policy").paginate(PolicyId=policy):
                for one in page["Targets"]:
                    client.detach_policy(PolicyId=policy, TargetId=one["TargetId"])
            client.delete_policy(PolicyId=policy)
        except client.exceptions.PolicyNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What Organizations tells of the policy, and where it is attached."""
        client, policy = site.client("organizations"), made.physical_id
        try:
            told = client.describe_policy(PolicyId=policy)["Policy"]
        except client.exceptions.PolicyNotFoundException:
            return None
        targets = client.list_targets_for_policy(PolicyId=policy)["Targets"]
        summary = told["PolicySummary"]
        return {
            "Name": summary["Name"],
            "Type": summary["Type"],
            "Description": summary["Description"],
            "Content": document(told["Content"], properties["Content"]),
            "TargetIds": [one["TargetId"] for one in targets],
            "Tags": tag_list(client.list_tags_for_resource(ResourceId=policy)["Tags"]),
        }


def _attach(client: Any, policy: str, properties: Properties, previous: Properties) -> None:
    """The policy is attached to the targets of `properties`, and no longer to those only of `previous`."""
    wanted, held = properties.get("TargetIds") or [], previous.get("TargetIds") or []
    for target in [one for one in wanted if one not in held]:
        client.attach_policy(PolicyId=policy, TargetId=target)
    for target in [one for one in held if one not in wanted]:
        client.detach_policy(PolicyId=policy, TargetId=target)


KIND = Policy()
