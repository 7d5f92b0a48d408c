"""AWS::Logs::QueryDefinition."""

from __future__ import annotations

from craton.emulator.resources.api_kind import ApiKind

KIND = ApiKind(
    type="AWS::Logs::QueryDefinition",
    service="logs",
    creates="put_query_definition",
    updates="put_query_definition",
    deletes="delete_query_definition",
    reads="describe_query_definitions",
    identifies={"queryDefinitionId": "{id}"},
    finds={},
    unwraps="queryDefinitions[?queryDefinitionId=='{id}'] | [0]",
    physical="queryDefinitionId",
    attributes={"QueryDefinitionId": "queryDefinitionId"},
)
