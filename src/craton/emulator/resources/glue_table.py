"""AWS::Glue::Table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import refuse_others, to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = ("CatalogId", "DatabaseName", "TableInput", "Name")


class Table:
    """A table of the catalog; Ref is its name."""

    type = "AWS::Glue::Table"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the table."""
        refuse_others(self.type, properties, _KNOWN)
        glue = site.client("glue")
        told = properties.get("TableInput") or {}
        name = str(properties.get("Name") or told.get("Name") or site.name(255).lower())
        glue.create_table(**to_parameters(glue, "create_table", _told(properties, name)))
        return Made(name)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Says the table anew."""
        refuse_others(self.type, properties, _KNOWN)
        glue = site.client("glue")
        glue.update_table(**to_parameters(glue, "update_table", _told(properties, made.physical_id)))
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Removes the table."""
        glue = site.client("glue")
        try:
            glue.delete_table(DatabaseName=properties["DatabaseName"], Name=made.physical_id)
        except glue.exceptions.EntityNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What Glue tells of the table."""
        glue = site.client("glue")
        try:
            told = glue.get_table(DatabaseName=properties["DatabaseName"], Name=made.physical_id)["Table"]
        except glue.exceptions.EntityNotFoundException:
            return None
        return to_properties(self.type, {"DatabaseName": told["DatabaseName"], "TableInput": told})


def _told(properties: Properties, name: str) -> dict[str, Any]:
    return {
        "CatalogId": properties["CatalogId"],
        "DatabaseName": properties["DatabaseName"],
        "TableInput": {**(properties.get("TableInput") or {}), "Name": name},
    }


KIND = Table()
