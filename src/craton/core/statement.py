"""Policy documents as templates hold them: mappings, in which CloudFormation's functions may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """The policy that says these."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(
    action: str | Sequence[str], resource: Any, *, condition: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """The statement that allows actions on resources; `more` are its other elements, such as Principal."""
    told = {"Effect": "Allow", **more, "Action": action, "Resource": resource}
    return told if condition is None else {**told, "Condition": condition}


def assumed_by(service: str, condition: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The trust policy of a role that a service of AWS assumes."""
    told = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return document(told if condition is None else {**told, "Condition": condition})
