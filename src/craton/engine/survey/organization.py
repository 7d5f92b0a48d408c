"""The organization as AWS tells it: its tree, accounts with their tags, and policies with their targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from craton.core.errors import CloudError
from craton.core.organization import ROOT
from craton.engine.reads.organizations import POLICY_TYPES
from craton.planner.thing import OWNER_TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.survey.answers import Answers


class FoundAccount(Struct, frozen=True, kw_only=True):
    """An account. Shapes: `ou` is the path of its OU, or `root`."""

    id: str
    name: str
    email: str
    ou: str
    state: str
    tags: Mapping[str, str]


class FoundPolicy(Struct, frozen=True, kw_only=True):
    """A policy. Shapes: `targets` are `root`, paths of OUs and ids of accounts."""

    id: str
    name: str
    type: str
    content: str
    targets: tuple[str, ...]
    is_aws: bool
    is_own: bool


class FoundOrganization(Struct, frozen=True, kw_only=True):
    """Everything that Organizations tells. `units` are ids by path; `policy_types` those that are in force.

    `administrators` are the services that each delegated administrator administers, by account.
    """

    id: str
    management_account: str
    root: str
    units: Mapping[str, str]
    accounts: tuple[FoundAccount, ...]
    policy_types: tuple[str, ...]
    policies: tuple[FoundPolicy, ...]
    administrators: Mapping[str, tuple[str, ...]]
    stack_sets: tuple[str, ...]
    unread_types: tuple[str, ...]

    @property
    def is_managed(self) -> bool:
        """Whether a policy is of Craton's making."""
        return any(one.is_own for one in self.policies)


def organization_in(answers: Answers) -> FoundOrganization:
    """The organization that the answers tell.

    Raises: CloudError where they do not tell its tree or its accounts.
    """
    told = _needed(answers, "DescribeOrganization")["Organization"]
    (root,) = _needed(answers, "ListRoots")["Roots"]
    units = dict(_units(answers, root["Id"], ()))
    homes = {account: path for path, account in _homes(answers, root["Id"], units)}
    policy_answers = {
        kind: answers.about("organizations", "ListPolicies", "Filter", kind) for kind in POLICY_TYPES
    }
    types = tuple(one["Type"] for one in root["PolicyTypes"] if one["Status"] == "ENABLED")
    names = {**{one: path for path, one in units.items()}, root["Id"]: ROOT}
    return FoundOrganization(
        id=told["Id"],
        management_account=told["MasterAccountId"],
        root=root["Id"],
        units=units,
        accounts=tuple(
            FoundAccount(
                id=one["Id"],
                name=one["Name"],
                email=one["Email"],
                ou=homes.get(one["Id"], ROOT),
                state=one.get("State") or one["Status"],
                tags=_tags(answers, one["Id"]),
            )
            for one in sorted(_needed(answers, "ListAccounts")["Accounts"], key=lambda one: str(one["Id"]))
        ),
        policy_types=types,
        policies=tuple(_policies(answers, policy_answers, names)),
        administrators=dict(_administrators(answers)),
        stack_sets=tuple(
            sorted(
                one["StackSetName"]
                for told in answers.answered("cloudformation", "ListStackSets")
                for one in told.answer["Summaries"]
            )
        ),
        unread_types=tuple(
            kind
            for one in answers.of("organizations", "ListPolicies")
            if one.status in ("denied", "failed") and (kind := str(one.read.parameters["Filter"])) in types
        ),
    )


def _needed(answers: Answers, operation: str) -> Mapping[str, Any]:
    """The one answer to an operation. Raises: CloudError where there is none."""
    found = answers.only("organizations", operation)
    if found is not None:
        return found
    asked = answers.of("organizations", operation)
    reason = asked[0].message or asked[0].error or asked[0].status if asked else "it was not asked"
    raise CloudError(
        f"`organizations:{operation}` is not answered: {reason}",
        hint="survey as a principal of the management account, or of a delegated administrator, with the "
        "policy that `craton survey --policy` prints",
    )


def _units(answers: Answers, parent: str, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every OU below a parent: its path and its id, the outer ones first."""
    told = answers.about("organizations", "ListOrganizationalUnitsForParent", "ParentId", parent)
    for one in sorted(told["OrganizationalUnits"] if told else (), key=lambda one: str(one["Name"])):
        inner = (*path, one["Name"])
        yield "/".join(inner), one["Id"]
        yield from _units(answers, one["Id"], inner)


def _homes(answers: Answers, root: str, units: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The path of the OU that holds each account."""
    for path, parent in ((ROOT, root), *units.items()):
        told = answers.about("organizations", "ListAccountsForParent", "ParentId", parent)
        yield from ((path, one["Id"]) for one in (told["Accounts"] if told else ()))


def _policies(
    answers: Answers, listed: Mapping[str, Mapping[str, Any] | None], names: Mapping[str, str]
) -> Iterator[FoundPolicy]:
    for kind, told in listed.items():
        for one in sorted(told["Policies"] if told else (), key=lambda one: str(one["Name"])):
            content = answers.about("organizations", "DescribePolicy", "PolicyId", one["Id"])
            targets = answers.about("organizations", "ListTargetsForPolicy", "PolicyId", one["Id"])
            if content is None:
                continue
            yield FoundPolicy(
                id=one["Id"],
                name=one["Name"],
                type=kind,
                content=content["Policy"]["Content"],
                targets=tuple(
                    sorted(
                        names.get(each["TargetId"], each["TargetId"])
                        for each in (targets["Targets"] if targets else ())
                    )
                ),
                is_aws=bool(one["AwsManaged"]),
                is_own=_tags(answers, one["Id"]).get(OWNER_TAG["Key"]) == OWNER_TAG["Value"],
            )


def _tags(answers: Answers, resource: str) -> dict[str, str]:
    told = answers.about("organizations", "ListTagsForResource", "ResourceId", resource)
    return {one["Key"]: one["Value"] for one in (told["Tags"] if told else ())}


def _administrators(answers: Answers) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in answers.answered("organizations", "ListDelegatedServicesForAccount"):
        services = (each["ServicePrincipal"] for each in one.answer["DelegatedServices"])
        yield str(one.read.parameters["AccountId"]), tuple(sorted(services))
