"""AWS::Lambda::Permission."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import refuse_others

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = ("FunctionName", "Action", "Principal", "SourceArn", "SourceAccount", "PrincipalOrgID")


class Permission:
    """A statement of a function's policy; Ref is its id."""

    type = "AWS::Lambda::Permission"

    def create(self, site: Site, properties: Properties) -> Made:
        """Adds the statement."""
        refuse_others(self.type, properties, _KNOWN)
        name = site.name(100)
        site.client("lambda").add_permission(StatementId=name, **dict(properties))
        return Made(name, {"Id": name})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Nothing can change in place: every property is set by creation alone."""
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Removes the statement."""
        client = site.client("lambda")
        try:
            client.remove_permission(FunctionName=properties["FunctionName"], StatementId=made.physical_id)
        except client.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """The statement, as the function's policy has it."""
        client = site.client("lambda")
        try:
            policy = json.loads(client.get_policy(FunctionName=properties["FunctionName"])["Policy"])
        except client.exceptions.ResourceNotFoundException:
            return None
        found = [one for one in policy["Statement"] if one["Sid"] == made.physical_id]
        if not found:
            return None
        told: dict[str, Any] = {
            "FunctionName": properties["FunctionName"],
            "Action": found[0]["Action"],
            "Principal": _principal(found[0]["Principal"], properties["Principal"]),
        }
        return told


def _principal(told: Any, given: str) -> str:
    """The principal as the template gives it: an account's number stands for its root."""
    text = next(iter(told.values())) if isinstance(told, dict) else str(told)
    return given if str(text) in (given, f"arn:aws:iam::{given}:root") else str(text)


KIND = Permission()
