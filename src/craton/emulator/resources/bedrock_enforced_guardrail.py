"""AWS::Bedrock::EnforcedGuardrailConfiguration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_PARTS: Final = ("GuardrailIdentifier", "GuardrailVersion", "ModelEnforcement", "SelectiveContentGuarding")
_ATTRIBUTES: Final = ("configId", "guardrailArn", "guardrailId", "createdBy", "updatedBy", "owner")


class EnforcedGuardrailConfiguration:
    """What an account enforces in a Region; Ref is the id of the configuration."""

    type = "AWS::Bedrock::EnforcedGuardrailConfiguration"

    def create(self, site: Site, properties: Properties) -> Made:
        """Enforces the guardrail."""
        return self._put(site, properties, None)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Enforces it otherwise, or another."""
        return self._put(site, properties, made.physical_id)

    def _put(self, site: Site, properties: Properties, made: str | None) -> Made:
        bedrock = site.client("bedrock")
        told = {"guardrailInferenceConfig": {name: properties[name] for name in _PARTS if name in properties}}
        parameters = to_parameters(bedrock, "put_enforced_guardrail_configuration", told)
        named = {"configId": made} if made else {}
        put = bedrock.put_enforced_guardrail_configuration(**parameters, **named)["configId"]
        row = _row(bedrock, put) or {}
        return Made(put, {f"{name[0].upper()}{name[1:]}": row.get(name) for name in _ATTRIBUTES})

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Enforces nothing more."""
        bedrock = site.client("bedrock")
        try:
            bedrock.delete_enforced_guardrail_configuration(configId=made.physical_id)
        except bedrock.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What the list tells of it, the guardrail named as the stack names it, if it is the same."""
        row = _row(site.client("bedrock"), made.physical_id)
        if row is None:
            return None
        named = str(properties.get("GuardrailIdentifier", ""))
        same = named in (row["guardrailArn"], row["guardrailId"])
        told = {**row, "guardrailIdentifier": named if same else row["guardrailArn"]}
        return {name: value for name, value in to_properties(self.type, told).items() if name in _PARTS}


def _row(bedrock: Any, made: str) -> dict[str, Any] | None:
    rows: list[dict[str, Any]] = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]
    return next((one for one in rows if one["configId"] == made), None)


KIND = EnforcedGuardrailConfiguration()
