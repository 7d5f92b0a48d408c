"""Resource types that one API makes, reads, changes and removes, one call each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jmespath
from botocore.exceptions import ClientError
from msgspec import Struct, field

from craton.emulator.errors import NotEmulatedError
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, document, retag, to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class ApiKind(Struct, frozen=True, kw_only=True):
    """A type by the operations of its API.

    `service` is botocore's name of the API, and the operations are its method names. `renames` gives
    parameters that are called otherwise than the property, and `drops` names properties that another
    operation takes. `named` is the property that gets a name of the stack's where the template gives none,
    `longest` its length. `physical` tells where Ref comes from: `=Property`, or a path in the answer of
    `creates`. `attributes` are paths in that answer, too; `wraps` and `unwraps` name what stands around the
    properties in the call and in what `reads` tells, the latter as JMESPath, in which `{id}` may stand.
    `identifies` are the parameters by which the operations find the resource: `{id}`, `{account}`,
    `=Property`, or a text; `finds` those of `reads`, where they are others. `documents` are properties that
    the API takes and tells as JSON text. `tags` tells how tags are changed. `gone` are the codes of errors
    that say that it is not there.
    """

    type: str
    service: str
    creates: str
    deletes: str
    reads: str | None = None
    updates: str | None = None
    identifies: Mapping[str, str]
    physical: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    drops: tuple[str, ...] = ()
    named: str | None = None
    longest: int = 128
    wraps: str | None = None
    unwraps: str | None = None
    gone: tuple[str, ...] = ("ResourceNotFoundException",)
    finds: Mapping[str, str] | None = None
    documents: tuple[str, ...] = ()
    tags: TagCalls | None = None

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the resource by one call."""
        client = site.client(self.service)
        full = dict(properties)
        if self.named and self.named not in full:
            full[self.named] = site.name(self.longest)
        answer = getattr(client, self.creates)(**self._parameters(client, self.creates, full))
        physical = str(
            full[self.physical[1:]] if self.physical.startswith("=") else at(answer, self.physical)
        )
        return Made(physical, {name: at(answer, path) for name, path in self.attributes.items()})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Changes the resource by one call."""
        if self.updates is None:
            changed = sorted(
                name for name in {*properties, *previous} if properties.get(name) != previous.get(name)
            )
            raise NotEmulatedError(f"an update of {', '.join(changed)} of {self.type}")
        client = site.client(self.service)
        full = dict(properties)
        if self.named and self.named not in full:
            full[self.named] = site.name(self.longest)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[self.updates])
        known = {name.lower() for name in model.input_shape.members}
        takes = {
            name: value
            for name, value in self._called(full).items()
            if self.wraps is not None or name.lower() in known
        }
        self._refuse_others(takes, properties, previous)
        wrapped = {self.wraps: takes} if self.wraps else takes
        parameters = {**to_parameters(client, self.updates, wrapped), **self._identity(site, made, full)}
        getattr(client, self.updates)(**parameters)
        if self.tags is not None:
            found = {self.tags.by: "{id}"} if self.tags.by else None
            retag(client, self.tags, self._identity(site, made, full, found), previous, properties)
        return made

    def _refuse_others(self, takes: Mapping[str, Any], properties: Properties, previous: Properties) -> None:
        """Raises: NotEmulatedError where a property changed that the operation does not take."""
        for name in sorted({*properties, *previous}):
            is_tags = self.tags is not None and name == "Tags"
            if properties.get(name) == previous.get(name) or is_tags:
                continue
            if name in properties and self.renames.get(name, name) not in takes:
                raise NotEmulatedError(f"an update of {name} of {self.type}")

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Removes the resource by one call; that it is gone is no error."""
        client = site.client(self.service)
        try:
            getattr(client, self.deletes)(**self._identity(site, made, properties))
        except ClientError as error:
            if error.response["Error"]["Code"] not in self.gone:
                raise

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What one call tells of the resource."""
        if self.reads is None:
            return {}
        client = site.client(self.service)
        try:
            answer = getattr(client, self.reads)(**self._identity(site, made, properties, self.finds))
        except ClientError as error:
            if error.response["Error"]["Code"] in self.gone:
                return None
            raise
        told = (
            jmespath.search(self.unwraps.replace("{id}", made.physical_id), answer)
            if self.unwraps
            else answer
        )
        if told is None:
            return None
        back = {parameter.lower(): name for name, parameter in self.renames.items()}
        found = to_properties(self.type, {back.get(key.lower(), key): value for key, value in told.items()})
        return {
            name: document(value, properties.get(name))
            if name in self.documents and isinstance(value, str)
            else value
            for name, value in found.items()
        }

    def _parameters(self, client: Any, operation: str, properties: Properties) -> dict[str, Any]:
        called = self._called(properties)
        return to_parameters(client, operation, {self.wraps: called} if self.wraps else called)

    def _called(self, properties: Properties) -> dict[str, Any]:
        return {
            self.renames.get(name, name): value
            for name, value in properties.items()
            if name not in self.drops
        }

    def _identity(
        self, site: Site, made: Made, properties: Properties, by: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for parameter, told in (self.identifies if by is None else by).items():
            if told.startswith("="):
                found[parameter] = properties[told[1:]]
            else:
                found[parameter] = told.format(id=made.physical_id, account=site.account)
        return found


def at(answer: Any, path: str) -> Any:
    """What stands at a path such as `Table.Name` or `Items.0`; None where nothing does."""
    for step in path.split("."):
        if isinstance(answer, list):
            answer = answer[int(step)] if int(step) < len(answer) else None
        elif isinstance(answer, dict):
            answer = answer.get(step)
        else:
            return None
    return answer
