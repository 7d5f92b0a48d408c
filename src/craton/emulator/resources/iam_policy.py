"""AWS::IAM::Policy, AWS::IAM::RolePolicy: inline policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import document, text_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_HOLDERS: Final = {"Roles": "role", "Users": "user", "Groups": "group"}


class Policy:
    """One inline policy in several roles, users and groups; Ref is its name."""

    type = "AWS::IAM::Policy"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the policy into what it names."""
        if not any(properties.get(name) for name in _HOLDERS):
            raise ServiceError("ValidationError", "At least one of [Groups,Roles,Users] must be non-empty.")
        _put(site.client("iam"), properties, {})
        name = site.name()
        return Made(name, {"Id": name})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Puts it anew, and takes it from what is named no more."""
        _put(site.client("iam"), properties, previous)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Takes the policy from what it names."""
        _put(site.client("iam"), {}, properties)

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """Where the policy is, and what the last that has it says."""
        iam, name = site.client("iam"), properties["PolicyName"]
        found: dict[str, Any] = {"PolicyName": name}
        for key, kind in _HOLDERS.items():
            for one in properties.get(key) or ():
                try:
                    told = getattr(iam, f"get_{kind}_policy")(
                        PolicyName=name, **{f"{kind.capitalize()}Name": one}
                    )
                except iam.exceptions.NoSuchEntityException:
                    continue
                found["PolicyDocument"] = document(
                    json.dumps(told["PolicyDocument"]), properties["PolicyDocument"]
                )
                found.setdefault(key, []).append(one)
        return found if "PolicyDocument" in found else None


def _put(iam: Any, properties: Properties, previous: Properties) -> None:
    """What `properties` name has their policy; what only `previous` names, or by another name, has not."""
    for key, kind in _HOLDERS.items():
        owner = f"{kind.capitalize()}Name"
        for one in properties.get(key) or ():
            text = text_of(properties["PolicyDocument"])
            given = {"PolicyName": properties["PolicyName"], "PolicyDocument": text, owner: one}
            getattr(iam, f"put_{kind}_policy")(**given)
        is_renamed = properties.get("PolicyName") != previous.get("PolicyName")
        for one in previous.get(key) or ():
            if is_renamed or one not in (properties.get(key) or ()):
                try:
                    getattr(iam, f"delete_{kind}_policy")(PolicyName=previous["PolicyName"], **{owner: one})
                except iam.exceptions.NoSuchEntityException:
                    continue


class RolePolicy:
    """One inline policy of one role; Ref is the policy's name and the role's."""

    type = "AWS::IAM::RolePolicy"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the policy into the role."""
        self._put(site, properties)
        return Made(f"{properties['PolicyName']}|{properties['RoleName']}")

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts it anew."""
        self._put(site, properties)
        return made

    def _put(self, site: Site, properties: Properties) -> None:
        site.client("iam").put_role_policy(
            RoleName=properties["RoleName"],
            PolicyName=properties["PolicyName"],
            PolicyDocument=text_of(properties["PolicyDocument"]),
        )

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Takes the policy from the role."""
        iam = site.client("iam")
        try:
            iam.delete_role_policy(RoleName=properties["RoleName"], PolicyName=properties["PolicyName"])
        except iam.exceptions.NoSuchEntityException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What the policy says."""
        iam = site.client("iam")
        named = {"RoleName": properties["RoleName"], "PolicyName": properties["PolicyName"]}
        try:
            told = iam.get_role_policy(**named)["PolicyDocument"]
        except iam.exceptions.NoSuchEntityException:
            return None
        return {**named, "PolicyDocument": document(json.dumps(told), properties["PolicyDocument"])}


KINDS = (Policy(), RolePolicy())
