"""AWS::Logs::LogGroup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list, tags_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = ("LogGroupName", "RetentionInDays", "KmsKeyId", "LogGroupClass", "Tags")
_LONGEST_NAME: Final = 512


class LogGroup:
    """A log group; Ref is its name."""

    type = "AWS::Logs::LogGroup"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the group."""
        refuse_others(self.type, properties, _KNOWN)
        logs = site.client("logs")
        name = str(properties.get("LogGroupName") or site.name(_LONGEST_NAME))
        given: dict[str, Any] = {}
        if properties.get("KmsKeyId"):
            given["kmsKeyId"] = properties["KmsKeyId"]
        if properties.get("LogGroupClass"):
            given["logGroupClass"] = properties["LogGroupClass"]
        if tags_of(properties):
            given["tags"] = tags_of(properties)
        logs.create_log_group(logGroupName=name, **given)
        if properties.get("RetentionInDays"):
            logs.put_retention_policy(logGroupName=name, retentionInDays=int(properties["RetentionInDays"]))
        return Made(name, {"Arn": f"{_arn(site, name)}:*"})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed."""
        refuse_others(self.type, properties, _KNOWN)
        logs, named = site.client("logs"), {"logGroupName": made.physical_id}
        days, before = properties.get("RetentionInDays"), previous.get("RetentionInDays")
        if days != before and days:
            logs.put_retention_policy(**named, retentionInDays=int(days))
        elif days != before:
            logs.delete_retention_policy(**named)
        key = properties.get("KmsKeyId")
        if key != previous.get("KmsKeyId") and key:
            logs.associate_kms_key(**named, kmsKeyId=key)
        elif key != previous.get("KmsKeyId"):
            logs.disassociate_kms_key(**named)
        calls = TagCalls("tag_resource", "untag_resource")
        retag(logs, calls, {"resourceArn": _arn(site, made.physical_id)}, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the group."""
        logs = site.client("logs")
        try:
            logs.delete_log_group(logGroupName=made.physical_id)
        except logs.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What CloudWatch Logs tells of the group."""
        logs = site.client("logs")
        groups = logs.describe_log_groups(logGroupNamePrefix=made.physical_id)["logGroups"]
        told = next((one for one in groups if one["logGroupName"] == made.physical_id), None)
        if told is None:
            return None
        tags = logs.list_tags_for_resource(resourceArn=_arn(site, made.physical_id))["tags"]
        return {
            "LogGroupName": made.physical_id,
            "RetentionInDays": told.get("retentionInDays"),
            "KmsKeyId": told.get("kmsKeyId"),
            "LogGroupClass": "STANDARD",
            "Tags": tag_list(tags),
        }


def _arn(site: Site, name: str) -> str:
    return f"arn:aws:logs:{site.region}:{site.account}:log-group:{name}"


KIND = LogGroup()
