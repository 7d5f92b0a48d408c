"""AWS::BCMDataExports::Export."""

from craton.emulator.resources.api_kind import ApiKind
from craton.emulator.resources.shaping import TagCalls

KIND = ApiKind(
    type="AWS::BCMDataExports::Export",
    service="bcm-data-exports",
    creates="create_export",
    reads="get_export",
    updates="update_export",
    deletes="delete_export",
    identifies={"ExportArn": "{id}"},
    physical="ExportArn",
    attributes={"ExportArn": "ExportArn"},
    renames={"Tags": "ResourceTags"},
    unwraps="{Export: Export}",
    tags=TagCalls("tag_resource", "untag_resource", by="ResourceArn"),
)
