"""AWS::Glue::Database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import refuse_others, to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = ("CatalogId", "DatabaseInput", "DatabaseName")


class Database:
    """A database of the catalog; Ref is its name."""

    type = "AWS::Glue::Database"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the database."""
        refuse_others(self.type, properties, _KNOWN)
        glue, name = site.client("glue"), _name(site, properties)
        glue.create_database(**to_parameters(glue, "create_database", _told(properties, name)))
        return Made(name)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Says the database anew."""
        refuse_others(self.type, properties, _KNOWN)
        glue, name = site.client("glue"), made.physical_id
        told = to_parameters(glue, "update_database", _told(properties, name))
        glue.update_database(Name=name, **told)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the database."""
        glue = site.client("glue")
        try:
            glue.delete_database(Name=made.physical_id)
        except glue.exceptions.EntityNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What Glue tells of the database."""
        glue = site.client("glue")
        try:
            told: dict[str, Any] = glue.get_database(Name=made.physical_id)["Database"]
        except glue.exceptions.EntityNotFoundException:
            return None
        return to_properties(self.type, {"DatabaseInput": told, "CatalogId": told.get("CatalogId")})


def _name(site: Site, properties: Properties) -> str:
    told = properties.get("DatabaseName") or properties["DatabaseInput"].get("Name")
    return str(told or site.name(255).lower())


def _told(properties: Properties, name: str) -> dict[str, Any]:
    return {
        "CatalogId": properties["CatalogId"],
        "DatabaseInput": {**properties["DatabaseInput"], "Name": name},
    }


KIND = Database()
