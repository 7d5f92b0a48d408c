"""AWS::StepFunctions::StateMachine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, retag, tag_list, tags_of, to_parameters

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_TAGS: Final = TagCalls("tag_resource", "untag_resource")
_CONFIGURATIONS: Final = ("LoggingConfiguration", "TracingConfiguration", "EncryptionConfiguration")
_DEFINITIONS: Final = ("Definition", "DefinitionString", "DefinitionS3Location")
_LONGEST_NAME: Final = 80


class StateMachine:
    """A state machine; Ref is its ARN."""

    type = "AWS::StepFunctions::StateMachine"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the state machine."""
        client = site.client("stepfunctions")
        name = str(properties.get("StateMachineName") or site.name(_LONGEST_NAME))
        told = {
            "name": name,
            "type": properties.get("StateMachineType") or "STANDARD",
            "tags": [{"key": key, "value": value} for key, value in tags_of(properties).items()],
            **_configured(site, properties),
        }
        arn = client.create_state_machine(**to_parameters(client, "create_state_machine", told))[
            "stateMachineArn"
        ]
        return _made(client, arn)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets the definition, the role, the configurations and the tags."""
        client = site.client("stepfunctions")
        told = {"stateMachineArn": made.physical_id, **_configured(site, properties)}
        client.update_state_machine(**to_parameters(client, "update_state_machine", told))
        retag(client, _TAGS, {"resourceArn": made.physical_id}, previous, properties)
        return _made(client, made.physical_id)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the state machine."""
        site.client("stepfunctions").delete_state_machine(stateMachineArn=made.physical_id)

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What Step Functions tells of the state machine."""
        client = site.client("stepfunctions")
        try:
            told = client.describe_state_machine(stateMachineArn=made.physical_id)
        except client.exceptions.StateMachineDoesNotExist:
            return None
        given = next(name for name in _DEFINITIONS if name in properties)
        is_same = told["definition"] == _definition(site, properties)
        tags = client.list_tags_for_resource(resourceArn=made.physical_id)["tags"]
        return {
            "StateMachineName": told["name"],
            "StateMachineType": told["type"],
            "RoleArn": told["roleArn"],
            given: properties[given] if is_same else told["definition"],
            "Tags": tag_list({one["key"]: one["value"] for one in tags}),
        }


def _made(client: Any, arn: str) -> Made:
    told = client.describe_state_machine(stateMachineArn=arn)
    return Made(arn, {"Arn": arn, "Name": told["name"], "StateMachineRevisionId": told["revisionId"]})


def _configured(site: Site, properties: Properties) -> dict[str, Any]:
    told = {name: properties[name] for name in _CONFIGURATIONS if properties.get(name)}
    return {"definition": _definition(site, properties), "roleArn": properties["RoleArn"], **told}


def _definition(site: Site, properties: Properties) -> str:
    """The definition as text, with what is put into its places."""
    if "DefinitionS3Location" in properties:
        place = properties["DefinitionS3Location"]
        version = {"VersionId": place["Version"]} if place.get("Version") else {}
        found = site.client("s3").get_object(Bucket=place["Bucket"], Key=place["Key"], **version)
        text = str(found["Body"].read().decode())
    else:
        text = str(properties.get("DefinitionString") or json.dumps(properties.get("Definition")))
    for name, value in (properties.get("DefinitionSubstitutions") or {}).items():
        text = text.replace(f"${{{name}}}", str(value).lower() if isinstance(value, bool) else str(value))
    return text


KIND = StateMachine()
