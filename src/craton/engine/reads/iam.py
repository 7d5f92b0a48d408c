"""What is read of AWS IAM: roles and policies of Craton, and of those who call models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.deploying_roles import OWN_PATH
from craton.engine.reads.question import Following, Plan, Question
from craton.kinds.role import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


_ROLE: Final = (
    Following(each="Roles", operation="ListAttachedRolePolicies", taken={"RoleName": "RoleName"}),
    Following(each="Roles", operation="GetRole", taken={"RoleName": "RoleName"}),
    Following(
        each="Roles",
        operation="ListRolePolicies",
        taken={"RoleName": "RoleName"},
        then=(
            Following(
                each="PolicyNames", operation="GetRolePolicy", taken={"PolicyName": "@"}, kept=("RoleName",)
            ),
        ),
    ),
)
_POLICY: Final = (
    Following(
        each="Policies",
        operation="GetPolicyVersion",
        taken={"PolicyArn": "Arn", "VersionId": "DefaultVersionId"},
    ),
)


def _questions(at: Place) -> Iterator[Question]:
    if not at.is_home:
        return
    for path in (OWN_PATH, PATH):
        yield Question(operation="ListRoles", parameters={"PathPrefix": path}, then=_ROLE)
        yield Question(
            operation="ListPolicies", parameters={"Scope": "Local", "PathPrefix": path}, then=_POLICY
        )


PLAN: Final = Plan(service="iam", questions=_questions)
