"""Documents: kept and told in their versions, and run by nothing.

Source: "Creating SSM document content" and "Document schema features and examples", docs.aws.amazon.com/
systems-manager/latest/userguide/documents-creating-content.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.ssm.service import SERVICE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result

LATEST: Final = "$LATEST"
DEFAULT: Final = "$DEFAULT"
MOST_BYTES: Final = 65_536
_SCHEMAS: Final = {"Automation": ("0.3",), "Command": ("1.2", "2.0", "2.2")}
_LACKING: Final = ("Requires", "Attachments", "VersionName", "DisplayName", "TargetType")


@dataclass(slots=True, kw_only=True)
class Document:
    """A document with its contents by version, the first one first. `default` counts from 1."""

    name: str
    type: str
    format: str
    made: dt.datetime
    contents: list[str]
    default: int = 1
    tags: dict[str, str] = field(default_factory=dict)


def documents(call: Call) -> dict[str, Document]:
    """The documents of the caller's account in the Region of the call, by name."""
    return call.world.shelf(call.account, call.region, "ssm documents")


def existing(call: Call, name: str) -> Document:
    """The document of that name. Raises: ServiceError."""
    found = documents(call).get(name)
    if found is None:
        raise ServiceError("InvalidDocument", f"Document with name {name} does not exist.")
    return found


def _refuse_others(given: Mapping[str, Any]) -> None:
    for name in _LACKING:
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")


def _parsed(text: str, form: str) -> dict[str, Any]:
    """What a content says. Raises: ServiceError where it is none."""
    try:
        told = json.loads(text) if form == "JSON" else YAML(typ="safe", pure=True).load(text)
    except (ValueError, YAMLError) as error:
        raise ServiceError("InvalidDocumentContent", f"{form} not well-formed. {error}") from error
    if not isinstance(told, dict):
        raise ServiceError("InvalidDocumentContent", "The content must be an object.")
    return told


def _check(text: str, form: str, kind: str) -> None:
    if len(text.encode()) > MOST_BYTES:
        raise ServiceError("MaxDocumentSizeExceeded", f"A document has at most {MOST_BYTES} bytes.")
    told = _parsed(text, form)
    version = str(told.get("schemaVersion"))
    if version not in _SCHEMAS[kind]:
        raise ServiceError(
            "InvalidDocumentSchemaVersion",
            f"The schema version {version} is not supported for documents of the type {kind}.",
        )
    steps = "runtimeConfig" if version == "1.2" else "mainSteps"
    if not told.get(steps):
        raise ServiceError("InvalidDocumentContent", f"{steps} must be specified.")


@SERVICE.operation("CreateDocument")
def create_document(call: Call) -> Result:
    """Keeps a document."""
    check_parameters(call)
    given = call.parameters
    _refuse_others(given)
    name, kind = str(given["Name"]), str(given.get("DocumentType") or "Command")
    if kind not in _SCHEMAS:
        raise NotEmulatedError(f"documents of the type {kind}")
    form = str(given.get("DocumentFormat") or "JSON")
    if form == "TEXT":
        raise NotEmulatedError("documents in the format TEXT")
    if name in documents(call):
        raise ServiceError("DocumentAlreadyExists", f"Document with same name {name} already exists")
    _check(str(given["Content"]), form, kind)
    made = documents(call)[name] = Document(
        name=name,
        type=kind,
        format=form,
        made=call.time,
        contents=[str(given["Content"])],
        tags={str(one["Key"]): str(one["Value"]) for one in given.get("Tags") or ()},
    )
    return {"DocumentDescription": _described(call, made, 1)}


def _described(call: Call, document: Document, version: int) -> dict[str, Any]:
    text = document.contents[version - 1]
    told = _parsed(text, document.format)
    parameters = [
        {
            "Name": name,
            "Type": str(one.get("type")),
            "Description": str(one.get("description") or ""),
            **({"DefaultValue": _text(one["default"])} if "default" in one else {}),
        }
        for name, one in (told.get("parameters") or {}).items()
        if one.get("type") in ("String", "StringList")
    ]
    return {
        "Name": document.name,
        "Owner": call.account,
        "CreatedDate": document.made,
        "Status": "Active",
        "DocumentVersion": str(version),
        "Description": str(told.get("description") or ""),
        "Parameters": parameters,
        "PlatformTypes": ["Windows", "Linux", "MacOS"],
        "DocumentType": document.type,
        "SchemaVersion": str(told["schemaVersion"]),
        "LatestVersion": str(len(document.contents)),
        "DefaultVersion": str(document.default),
        "DocumentFormat": document.format,
        "Hash": hashlib.sha256(text.encode()).hexdigest(),
        "HashType": "Sha256",
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(document.tags.items())],
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _version(document: Document, told: object) -> int:
    """The number of a version. Raises: ServiceError where there is none."""
    if told in (None, DEFAULT):
        return document.default
    number = len(document.contents) if told == LATEST else int(str(told))
    if number > len(document.contents):
        raise ServiceError("InvalidDocumentVersion", "The document version is not valid or does not exist.")
    return number


@SERVICE.operation("DescribeDocument")
def describe_document(call: Call) -> Result:
    """Tells of a version of a document."""
    _refuse_others(call.parameters)
    found = existing(call, str(call.parameters["Name"]))
    return {"Document": _described(call, found, _version(found, call.parameters.get("DocumentVersion")))}


@SERVICE.operation("GetDocument")
def get_document(call: Call) -> Result:
    """Tells the content of a version of a document, in its own format."""
    given = call.parameters
    _refuse_others(given)
    found = existing(call, str(given["Name"]))
    if given.get("DocumentFormat") not in (None, found.format):
        raise NotEmulatedError(f"the content of a document in {found.format} as {given['DocumentFormat']}")
    version = _version(found, given.get("DocumentVersion"))
    return {
        "Name": found.name,
        "CreatedDate": found.made,
        "DocumentVersion": str(version),
        "Status": "Active",
        "Content": found.contents[version - 1],
        "DocumentType": found.type,
        "DocumentFormat": found.format,
    }


@SERVICE.operation("UpdateDocument")
def update_document(call: Call) -> Result:
    """The document has one more version, which is not its default."""
    check_parameters(call)
    given = call.parameters
    _refuse_others(given)
    found = existing(call, str(given["Name"]))
    if given.get("DocumentFormat") not in (None, found.format):
        raise NotEmulatedError("a version of a document in another format")
    _version(found, given.get("DocumentVersion"))
    text = str(given["Content"])
    _check(text, found.format, found.type)
    if text in found.contents:
        raise ServiceError(
            "DuplicateDocumentContent",
            "The content of the association document matches another document. Change the content of the"
            " document and try again.",
        )
    found.contents.append(text)
    return {"DocumentDescription": _described(call, found, len(found.contents))}


@SERVICE.operation("UpdateDocumentDefaultVersion")
def update_document_default_version(call: Call) -> Result:
    """Another version is the document's default."""
    found = existing(call, str(call.parameters["Name"]))
    found.default = _version(found, call.parameters["DocumentVersion"])
    return {"Description": {"Name": found.name, "DefaultVersion": str(found.default)}}


@SERVICE.operation("DeleteDocument")
def delete_document(call: Call) -> Result:
    """Removes a document with all its versions."""
    for name in ("DocumentVersion", "VersionName"):
        if call.parameters.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    del documents(call)[existing(call, str(call.parameters["Name"])).name]
    return {}


@SERVICE.operation("ListDocuments")
def list_documents(call: Call) -> Result:
    """Lists the account's own documents."""
    given = call.parameters
    if given.get("DocumentFilterList"):
        raise NotEmulatedError("the parameter DocumentFilterList")
    wanted = {str(one["Key"]): one["Values"] for one in given.get("Filters") or ()}
    unknown = sorted(wanted.keys() - {"Name", "Owner", "DocumentType"})
    if unknown:
        raise NotEmulatedError(f"the filter {unknown[0]}")
    if wanted.get("Owner", ["Self"]) != ["Self"]:
        raise NotEmulatedError(f"documents of the owner {wanted['Owner'][0]}")
    rows = [
        {
            "Name": one.name,
            "Owner": call.account,
            "DocumentVersion": str(one.default),
            "DocumentType": one.type,
            "DocumentFormat": one.format,
            "CreatedDate": one.made,
        }
        for _, one in sorted(documents(call).items())
        if any(map(one.name.startswith, wanted.get("Name", [""])))
        and one.type in wanted.get("DocumentType", [one.type])
    ]
    start, size = int(given.get("NextToken") or 0), int(given.get("MaxResults") or 50)
    more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
    return {"DocumentIdentifiers": rows[start : start + size], **more}
