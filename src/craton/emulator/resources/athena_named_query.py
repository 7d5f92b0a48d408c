"""AWS::Athena::NamedQuery."""

from __future__ import annotations

from craton.emulator.resources.api_kind import ApiKind

KIND = ApiKind(
    type="AWS::Athena::NamedQuery",
    service="athena",
    creates="create_named_query",
    deletes="delete_named_query",
    reads="get_named_query",
    identifies={"NamedQueryId": "{id}"},
    unwraps="NamedQuery",
    physical="NamedQueryId",
    attributes={"NamedQueryId": "NamedQueryId"},
    named="Name",
    gone=("InvalidRequestException",),
)
