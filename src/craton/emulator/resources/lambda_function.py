"""AWS::Lambda::Function."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, refuse_others, retag, tag_list, tags_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_CONFIGURATION: Final = (
    *("Role", "Handler", "Runtime", "Timeout", "MemorySize", "Description", "Environment", "KMSKeyArn"),
    "LoggingConfig",
)
_KNOWN: Final = (
    *("FunctionName", "Code", "Tags", "ReservedConcurrentExecutions", "Architectures", "PackageType"),
    *(name for name in _CONFIGURATION if name != "KMSKeyArn"),
    "KmsKeyArn",
)
_UNSAID: Final = {
    "Timeout": 3,
    "MemorySize": 128,
    "Description": "",
    "Environment": {"Variables": {}},
    "LoggingConfig": {},
}
_LONGEST_NAME: Final = 64
_TAGS: Final = TagCalls("tag_resource", "untag_resource")


class Function:
    """A function; Ref is its name."""

    type = "AWS::Lambda::Function"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the function."""
        refuse_others(self.type, properties, _KNOWN)
        client = site.client("lambda")
        name = str(properties.get("FunctionName") or site.name(_LONGEST_NAME))
        given = _configuration(properties)
        for one in ("PackageType", "Architectures"):
            if properties.get(one):
                given[one] = properties[one]
        if tags_of(properties):
            given["Tags"] = tags_of(properties)
        arn = client.create_function(FunctionName=name, Code=_code(properties), **given)["FunctionArn"]
        if properties.get("ReservedConcurrentExecutions") is not None:
            client.put_function_concurrency(
                FunctionName=name,
                ReservedConcurrentExecutions=int(properties["ReservedConcurrentExecutions"]),
            )
        return Made(name, {"Arn": arn})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets the code, the configuration and the tags where they changed."""
        refuse_others(self.type, properties, _KNOWN)
        client, name = site.client("lambda"), made.physical_id
        if properties["Code"] != previous["Code"]:
            client.update_function_code(FunctionName=name, **_code(properties))
        wanted, before = _configuration(properties), _configuration(previous)
        changed = {
            one: wanted.get(one, _UNSAID.get(one))
            for one in {*wanted, *before}
            if wanted.get(one) != before.get(one)
        }
        if changed:
            client.update_function_configuration(FunctionName=name, **changed)
        reserved = properties.get("ReservedConcurrentExecutions")
        if reserved != previous.get("ReservedConcurrentExecutions"):
            if reserved is None:
                client.delete_function_concurrency(FunctionName=name)
            else:
                client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(reserved))
        retag(client, _TAGS, {"Resource": made.attributes["Arn"]}, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the function."""
        client = site.client("lambda")
        try:
            client.delete_function(FunctionName=made.physical_id)
        except client.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Lambda tells of the function; it does not give the code back."""
        client = site.client("lambda")
        try:
            told = client.get_function(FunctionName=made.physical_id)
        except client.exceptions.ResourceNotFoundException:
            return None
        held = told["Configuration"]
        found = {name: held.get(name, _UNSAID.get(name)) for name in _CONFIGURATION if name != "KMSKeyArn"}
        found["Environment"] = {"Variables": held.get("Environment", {}).get("Variables", {})}
        return {
            **found,
            "FunctionName": held["FunctionName"],
            "Architectures": held.get("Architectures", ["x86_64"]),
            "Tags": tag_list(told.get("Tags")),
            "ReservedConcurrentExecutions": told.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        }


def _configuration(properties: Properties) -> dict[str, Any]:
    given = {name: properties[name] for name in _CONFIGURATION if properties.get(name) is not None}
    if properties.get("KmsKeyArn"):
        given["KMSKeyArn"] = properties["KmsKeyArn"]
    return given


def _code(properties: Properties) -> dict[str, Any]:
    """The code as Lambda takes it: in S3, or a text of the template packed as `index.py`."""
    code = dict(properties["Code"])
    if "ZipFile" not in code:
        for name in code.keys() - {"S3Bucket", "S3Key", "S3ObjectVersion"}:
            raise NotEmulatedError(f"the property Code.{name} of AWS::Lambda::Function")
        return code
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # the same text makes the same archive, whenever it is made
        archive.writestr(zipfile.ZipInfo("index.py"), str(code["ZipFile"]))
    return {"ZipFile": packed.getvalue()}


KIND = Function()
