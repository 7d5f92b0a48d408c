"""AWS::KMS::Key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import (
    TagCalls,
    document,
    refuse_others,
    retag,
    tag_list,
    tags_of,
    text_of,
)

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = (
    *("Description", "Enabled", "EnableKeyRotation", "KeyPolicy", "KeySpec", "KeyUsage", "MultiRegion"),
    *("PendingWindowInDays", "Tags", "BypassPolicyLockoutSafetyCheck"),
)
_FIXED: Final = ("KeySpec", "KeyUsage", "MultiRegion")
_LONGEST_WAIT: Final = 30


class Key:
    """A key; Ref is its id. Its deletion is scheduled, not done."""

    type = "AWS::KMS::Key"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the key."""
        refuse_others(self.type, properties, _KNOWN)
        kms = site.client("kms")
        given: dict[str, Any] = {name: properties[name] for name in _FIXED if name in properties}
        if properties.get("KeyPolicy"):
            given["Policy"] = text_of(properties["KeyPolicy"])
        if properties.get("BypassPolicyLockoutSafetyCheck"):
            given["BypassPolicyLockoutSafetyCheck"] = True
        tags = [{"TagKey": key, "TagValue": value} for key, value in tags_of(properties).items()]
        made = kms.create_key(Description=str(properties.get("Description", "")), Tags=tags, **given)
        key_id = made["KeyMetadata"]["KeyId"]
        if properties.get("EnableKeyRotation"):
            kms.enable_key_rotation(KeyId=key_id)
        if properties.get("Enabled") is False:
            kms.disable_key(KeyId=key_id)
        return Made(key_id, {"Arn": made["KeyMetadata"]["Arn"], "KeyId": key_id})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed. Raises: ServiceError for what a key cannot become."""
        refuse_others(self.type, properties, _KNOWN)
        for name in _FIXED:
            if properties.get(name) != previous.get(name):
                raise ServiceError(
                    "ValidationError",
                    f"You cannot change the {name} property of a KMS key after it is created",
                )
        kms, named = site.client("kms"), {"KeyId": made.physical_id}
        if properties.get("Description") != previous.get("Description"):
            kms.update_key_description(**named, Description=str(properties.get("Description", "")))
        if properties.get("KeyPolicy") != previous.get("KeyPolicy") and properties.get("KeyPolicy"):
            kms.put_key_policy(**named, PolicyName="default", Policy=text_of(properties["KeyPolicy"]))
        is_enabled = properties.get("Enabled", True)
        if is_enabled != previous.get("Enabled", True):
            (kms.enable_key if is_enabled else kms.disable_key)(**named)
        rotates = bool(properties.get("EnableKeyRotation"))
        if rotates != bool(previous.get("EnableKeyRotation")):
            (kms.enable_key_rotation if rotates else kms.disable_key_rotation)(**named)
        retag(kms, TagCalls("tag_resource", "untag_resource"), named, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Schedules the deletion of the key."""
        kms = site.client("kms")
        state = kms.describe_key(KeyId=made.physical_id)["KeyMetadata"]["KeyState"]
        if state != "PendingDeletion":
            days = int(properties.get("PendingWindowInDays", _LONGEST_WAIT))
            kms.schedule_key_deletion(KeyId=made.physical_id, PendingWindowInDays=days)

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What KMS tells; a key that awaits its deletion is gone."""
        kms = site.client("kms")
        try:
            told = kms.describe_key(KeyId=made.physical_id)["KeyMetadata"]
        except kms.exceptions.NotFoundException:
            return None
        if told["KeyState"] == "PendingDeletion":
            return None
        policy = kms.get_key_policy(KeyId=made.physical_id, PolicyName="default")["Policy"]
        return {
            "Description": told.get("Description", ""),
            "Enabled": told["Enabled"],
            "EnableKeyRotation": kms.get_key_rotation_status(KeyId=made.physical_id)["KeyRotationEnabled"],
            "KeyPolicy": document(policy, properties.get("KeyPolicy")),
            "KeySpec": told["KeySpec"],
            "KeyUsage": told["KeyUsage"],
            "Tags": tag_list(kms.list_resource_tags(KeyId=made.physical_id)["Tags"]),
        }


KIND = Key()
