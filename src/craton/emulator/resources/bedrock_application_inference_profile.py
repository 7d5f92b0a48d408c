"""AWS::Bedrock::ApplicationInferenceProfile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.resources.bedrock_guardrail import give_tags, told_tags
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class ApplicationInferenceProfile:
    """A profile that carries tags; Ref is its ARN. All but the tags is set at creation alone."""

    type = "AWS::Bedrock::ApplicationInferenceProfile"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the profile."""
        bedrock = site.client("bedrock")
        parameters = to_parameters(bedrock, "create_inference_profile", properties)
        arn = bedrock.create_inference_profile(**parameters)["inferenceProfileArn"]
        told = bedrock.get_inference_profile(inferenceProfileIdentifier=arn)
        attributes = {
            "InferenceProfileArn": arn,
            "InferenceProfileId": told["inferenceProfileId"],
            "InferenceProfileIdentifier": arn,
            "Status": told["status"],
            "Type": told["type"],
        }
        return Made(arn, attributes)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets the tags."""
        give_tags(site.client("bedrock"), made.physical_id, properties, previous)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the profile."""
        bedrock = site.client("bedrock")
        try:
            bedrock.delete_inference_profile(inferenceProfileIdentifier=made.physical_id)
        except bedrock.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What GetInferenceProfile tells; what it was copied from is not told."""
        bedrock = site.client("bedrock")
        try:
            told = bedrock.get_inference_profile(inferenceProfileIdentifier=made.physical_id)
        except bedrock.exceptions.ResourceNotFoundException:
            return None
        found: dict[str, Any] = {"InferenceProfileName": told["inferenceProfileName"]}
        if told.get("description"):
            found["Description"] = told["description"]
        return {**found, **told_tags(bedrock, made.physical_id)}


KIND = ApplicationInferenceProfile()
