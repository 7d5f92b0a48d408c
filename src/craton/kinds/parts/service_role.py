"""A role that a service of AWS assumes, and what it may do.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.resource import ACCOUNT, Everywhere, Resource, TemplateName
from craton.core.statement import assumed_by, document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATH: Final = "/craton/"
"""The path of every role that Craton makes; organization policies exempt what stands below it."""

OF_THE_ACCOUNT: Final[Mapping[str, Any]] = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
"""The service acts for its own account, and for no other customer's."""


def service_role(
    template: TemplateName,
    logical_id: str,
    service: str,
    statements: Sequence[Mapping[str, Any]],
    *,
    regions: Everywhere = "each",
    condition: Mapping[str, Any] | None = OF_THE_ACCOUNT,
    environments: frozenset[str] | None = None,
) -> Resource:
    """The role; it has no name of its own, so that each Region can have one."""
    return Resource(
        template=template,
        id=logical_id,
        type="AWS::IAM::Role",
        regions=regions,
        environments=environments,
        properties={
            "Path": PATH,
            "AssumeRolePolicyDocument": assumed_by(service, condition),
            "Policies": [{"PolicyName": "craton", "PolicyDocument": document(*statements)}],
        },
    )
