"""AWS::SecretsManager::Secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list, tags_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_GIVEN: Final = ("Description", "KmsKeyId", "SecretString")
_KNOWN: Final = (*_GIVEN, "Name", "Tags")


class Secret:
    """A secret; Ref is its ARN."""

    type = "AWS::SecretsManager::Secret"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the secret."""
        refuse_others(self.type, properties, _KNOWN)
        given: dict[str, Any] = {name: properties[name] for name in _GIVEN if name in properties}
        if tags_of(properties):
            given["Tags"] = [{"Key": key, "Value": value} for key, value in tags_of(properties).items()]
        name = str(properties.get("Name") or site.name(512))
        arn = site.client("secretsmanager").create_secret(Name=name, **given)["ARN"]
        return Made(arn, {"Id": arn})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets what changed."""
        refuse_others(self.type, properties, _KNOWN)
        client, named = site.client("secretsmanager"), {"SecretId": made.physical_id}
        changed = {
            name: properties[name] for name in _GIVEN if properties.get(name, "") != previous.get(name, "")
        }
        if changed:
            client.update_secret(**named, **changed)
        retag(client, TagCalls("tag_resource", "untag_resource"), named, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the secret at once, as CloudFormation does."""
        client = site.client("secretsmanager")
        try:
            client.delete_secret(SecretId=made.physical_id, ForceDeleteWithoutRecovery=True)
        except client.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Secrets Manager tells of the secret, but for its value."""
        client = site.client("secretsmanager")
        try:
            told = client.describe_secret(SecretId=made.physical_id)
        except client.exceptions.ResourceNotFoundException:
            return None
        found = {name: told[name] for name in ("Name", "Description", "KmsKeyId") if told.get(name)}
        return {**found, "Tags": tag_list(told.get("Tags"))}


KIND = Secret()
