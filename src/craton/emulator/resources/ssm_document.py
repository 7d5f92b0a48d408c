"""AWS::SSM::Document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made, NeedsReplacementError
from craton.emulator.resources.registry import conditionally_create_only, differing
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

_KNOWN: Final = ("Content", "DocumentFormat", "DocumentType", "Name", "Tags", "UpdateMethod")
_TAGS: Final = TagCalls("add_tags_to_resource", "remove_tags_from_resource")
_NEW_VERSION: Final = "NewVersion"


class Document:
    """A document; Ref is its name."""

    type = "AWS::SSM::Document"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the document."""
        refuse_others(self.type, properties, _KNOWN)
        name = str(properties.get("Name") or site.name(128))
        given: dict[str, Any] = {
            key: properties[key] for key in ("DocumentFormat", "DocumentType") if properties.get(key)
        }
        if tags_of(properties):
            given["Tags"] = [{"Key": key, "Value": value} for key, value in tags_of(properties).items()]
        site.client("ssm").create_document(Name=name, Content=text_of(properties["Content"]), **given)
        return Made(name)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Makes a new version the default, where the template asks for versions."""
        refuse_others(self.type, properties, _KNOWN)
        ssm, name = site.client("ssm"), made.physical_id
        if differing(conditionally_create_only(self.type), previous, properties):
            if properties.get("UpdateMethod") != _NEW_VERSION:
                raise NeedsReplacementError
            content = text_of(properties["Content"])
            form = {"DocumentFormat": properties["DocumentFormat"]} if "DocumentFormat" in properties else {}
            told = ssm.update_document(Name=name, Content=content, DocumentVersion="$LATEST", **form)
            version = told["DocumentDescription"]["DocumentVersion"]
            ssm.update_document_default_version(Name=name, DocumentVersion=version)
        identity = {"ResourceType": "Document", "ResourceId": name}
        retag(ssm, _TAGS, identity, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the document."""
        ssm = site.client("ssm")
        try:
            ssm.delete_document(Name=made.physical_id)
        except ssm.exceptions.InvalidDocument:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What Systems Manager tells of the document's default version."""
        ssm = site.client("ssm")
        try:
            told = ssm.get_document(Name=made.physical_id)
        except ssm.exceptions.InvalidDocument:
            return None
        tags = ssm.describe_document(Name=made.physical_id)["Document"]["Tags"]
        is_json = told["DocumentFormat"] == "JSON"
        content = document(told["Content"], properties["Content"]) if is_json else told["Content"]
        return {
            "Name": told["Name"],
            "DocumentType": told["DocumentType"],
            "DocumentFormat": told["DocumentFormat"],
            "Content": content,
            "Tags": tag_list(tags),
        }


KIND = Document()
