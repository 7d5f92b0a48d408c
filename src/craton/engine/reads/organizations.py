"""What is read of AWS Organizations: the tree, its accounts, policies and delegations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


POLICY_TYPES: Final = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY", "BEDROCK_POLICY")

_TAGS: Final = "ListTagsForResource"
_UNIT: Final = (
    Following(each="OrganizationalUnits", operation="ListAccountsForParent", taken={"ParentId": "Id"}),
    Following(each="OrganizationalUnits", operation=_TAGS, taken={"ResourceId": "Id"}),
)
_ROOT: Final = (
    Following(each="Roots", operation="ListAccountsForParent", taken={"ParentId": "Id"}),
    Following(
        each="Roots || OrganizationalUnits",
        operation="ListOrganizationalUnitsForParent",
        taken={"ParentId": "Id"},
        then=_UNIT,
        again=True,
    ),
)
_POLICY: Final = (
    Following(each="Policies", operation="DescribePolicy", taken={"PolicyId": "Id"}),
    Following(each="Policies", operation="ListTargetsForPolicy", taken={"PolicyId": "Id"}),
    Following(each="Policies[?!AwsManaged]", operation=_TAGS, taken={"ResourceId": "Id"}),
)
_DELEGATED: Final = (
    Following(
        each="DelegatedAdministrators", operation="ListDelegatedServicesForAccount", taken={"AccountId": "Id"}
    ),
)


def _questions(at: Place) -> Iterator[Question]:
    if not (at.asks_organization and at.is_home):
        return
    yield Question(operation="DescribeOrganization")
    yield Question(operation="ListRoots", then=_ROOT)
    accounts = Following(each="Accounts", operation=_TAGS, taken={"ResourceId": "Id"})
    yield Question(operation="ListAccounts", then=(accounts,))
    for kind in POLICY_TYPES:
        yield Question(operation="ListPolicies", parameters={"Filter": kind}, then=_POLICY)
    yield Question(operation="ListAWSServiceAccessForOrganization")
    yield Question(operation="ListDelegatedAdministrators", then=_DELEGATED)
    yield Question(operation="DescribeResourcePolicy")


PLAN: Final = Plan(service="organizations", questions=_questions)
