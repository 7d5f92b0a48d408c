"""AWS::Bedrock::ResourcePolicy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from craton.emulator.resources.kind import Made

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class ResourcePolicy:
    """Who else may apply a guardrail; Ref is the guardrail's ARN."""

    type = "AWS::Bedrock::ResourcePolicy"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the policy."""
        arn = str(properties["ResourceArn"])
        policy = json.dumps(properties["PolicyDocument"])
        site.client("bedrock").put_resource_policy(resourceArn=arn, resourcePolicy=policy)
        return Made(arn)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts the new one in its place."""
        return self.create(site, properties)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes it."""
        bedrock = site.client("bedrock")
        try:
            bedrock.delete_resource_policy(resourceArn=made.physical_id)
        except (bedrock.exceptions.ResourceNotFoundException, bedrock.exceptions.ValidationException):
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What it says."""
        bedrock = site.client("bedrock")
        try:
            text = bedrock.get_resource_policy(resourceArn=made.physical_id)["resourcePolicy"]
        except (bedrock.exceptions.ResourceNotFoundException, bedrock.exceptions.ValidationException):
            return None
        return {"ResourceArn": made.physical_id, "PolicyDocument": json.loads(text)}


KIND = ResourcePolicy()
