from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

STEP = {"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}}


def content(**changes: Any) -> str:
    parameters = {"Role": {"type": "String", "default": "none", "description": "the role"}}
    told = {"schemaVersion": "0.3", "description": "one", "parameters": parameters, "mainSteps": [STEP]}
    return json.dumps(told | changes)


def made(rehearsal: Rehearsal, **more: Any) -> Any:
    ssm = rehearsal.client("ssm")
    ssm.create_document(**{"Name": "contain", "DocumentType": "Automation", "Content": content()} | more)
    return ssm


def test_a_document_is_told_with_its_parameters(rehearsal: Rehearsal) -> None:
    ssm = made(rehearsal, Tags=[{"Key": "a", "Value": "b"}])
    told = ssm.describe_document(Name="contain")["Document"]
    (parameter,) = told["Parameters"]
    assert (parameter["Name"], parameter["DefaultValue"]) == ("Role", "none")
    assert (told["SchemaVersion"], told["Status"], told["LatestVersion"]) == ("0.3", "Active", "1")
    assert ssm.get_document(Name="contain")["Content"] == content()
    (row,) = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
    assert row["Name"] == "contain"
    tagged = {"ResourceType": "Document", "ResourceId": "contain"}
    assert ssm.list_tags_for_resource(**tagged)["TagList"] == [{"Key": "a", "Value": "b"}]


def test_a_new_version_is_the_default_once_somebody_says_so(rehearsal: Rehearsal) -> None:
    ssm = made(rehearsal)
    ssm.update_document(Name="contain", Content=content(description="two"), DocumentVersion="$LATEST")
    assert ssm.describe_document(Name="contain")["Document"]["Description"] == "one"
    latest = ssm.describe_document(Name="contain", DocumentVersion="$LATEST")["Document"]
    assert (latest["Description"], latest["DefaultVersion"]) == ("two", "1")
    ssm.update_document_default_version(Name="contain", DocumentVersion="2")
    assert ssm.describe_document(Name="contain")["Document"]["Description"] == "two"
    with pytest.raises(ClientError, match="DuplicateDocumentContent"):
        ssm.update_document(Name="contain", Content=content(), DocumentVersion="$LATEST")
    with pytest.raises(ClientError, match="InvalidDocumentVersion"):
        ssm.describe_document(Name="contain", DocumentVersion="3")


def test_a_document_may_be_written_in_yaml(rehearsal: Rehearsal) -> None:
    text = "schemaVersion: '2.2'\ndescription: y\nmainSteps:\n- {name: a, action: aws:runShellScript}\n"
    ssm = made(rehearsal, DocumentType="Command", DocumentFormat="YAML", Content=text)
    assert ssm.describe_document(Name="contain")["Document"]["Description"] == "y"
    assert ssm.get_document(Name="contain")["Content"] == text


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"Content": "{"}, "InvalidDocumentContent"),
        ({"Content": content(schemaVersion="2.2")}, "InvalidDocumentSchemaVersion"),
        ({"Content": content(mainSteps=[])}, "mainSteps must be specified"),
        ({"Content": content(description="x" * 70_000)}, "MaxDocumentSizeExceeded"),
        ({"DocumentType": "Package"}, "documents of the type Package"),
        ({"DocumentFormat": "TEXT"}, "documents in the format TEXT"),
    ],
)
def test_what_is_no_document_here_is_refused(rehearsal: Rehearsal, more: dict[str, Any], why: str) -> None:
    with pytest.raises(ClientError, match=why):
        made(rehearsal, **more)


def test_names_are_unique_and_free_again_after_a_document_is_gone(rehearsal: Rehearsal) -> None:
    ssm = made(rehearsal)
    with pytest.raises(ClientError, match="DocumentAlreadyExists"):
        made(rehearsal)
    ssm.delete_document(Name="contain")
    with pytest.raises(ClientError, match="InvalidDocument"):
        ssm.get_document(Name="contain")
    made(rehearsal)
