"""AWS::Bedrock::GuardrailVersion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.resources.kind import Made

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class GuardrailVersion:
    """A frozen draft. What it says is set at creation alone, so that any change makes another version."""

    type = "AWS::Bedrock::GuardrailVersion"

    def create(self, site: Site, properties: Properties) -> Made:
        """Freezes the draft as it is now."""
        bedrock = site.client("bedrock")
        named = {"description": properties["Description"]} if "Description" in properties else {}
        identifier = properties["GuardrailIdentifier"]
        told = bedrock.create_guardrail_version(guardrailIdentifier=identifier, **named)
        arn = bedrock.get_guardrail(guardrailIdentifier=identifier)["guardrailArn"]
        attributes = {"GuardrailId": told["guardrailId"], "Version": told["version"], "GuardrailArn": arn}
        return Made(f"{told['guardrailId']}|{told['version']}", attributes)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Nothing of a version can be changed."""
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the version."""
        bedrock = site.client("bedrock")
        guardrail, _, version = made.physical_id.partition("|")
        try:
            bedrock.delete_guardrail(guardrailIdentifier=guardrail, guardrailVersion=version)
        except bedrock.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """Whether it is there, and its description."""
        bedrock = site.client("bedrock")
        guardrail, _, version = made.physical_id.partition("|")
        try:
            told = bedrock.get_guardrail(guardrailIdentifier=guardrail, guardrailVersion=version)
        except bedrock.exceptions.ResourceNotFoundException:
            return None
        found = {"GuardrailIdentifier": properties["GuardrailIdentifier"]}
        return {**found, "Description": told["description"]} if told.get("description") else found


KIND = GuardrailVersion()
