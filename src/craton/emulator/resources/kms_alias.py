"""AWS::KMS::Alias."""

from __future__ import annotations

from craton.emulator.resources.api_kind import ApiKind

KIND = ApiKind(
    type="AWS::KMS::Alias",
    service="kms",
    creates="create_alias",
    updates="update_alias",
    deletes="delete_alias",
    reads="list_aliases",
    identifies={"AliasName": "{id}"},
    finds={},
    unwraps="Aliases[?AliasName=='{id}'] | [0].{AliasName: AliasName, TargetKeyId: TargetKeyId}",
    physical="=AliasName",
    gone=("NotFoundException",),
)
