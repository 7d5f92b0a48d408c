"""The emulated organization: its tree, its accounts, and which policies are attached where.

Source: "AWS Organizations API Reference", docs.aws.amazon.com/organizations/latest/APIReference/, and the
service model `organizations` of botocore for codes and reasons, retrieved 2026-11-26.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from craton.core.manifest import Manifest

SCP: Final = "SERVICE_CONTROL_POLICY"
RCP: Final = "RESOURCE_CONTROL_POLICY"
FULL_ACCESS: Final = {SCP: "p-FullAWSAccess", RCP: "p-RCPFullAWSAccess"}
_FULL_ACCESS_TEXT: Final = {
    SCP: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    RCP: (
        '{"Version":"2012-10-17",'
        '"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
    ),
}


@dataclass(slots=True, kw_only=True)
class Unit:
    """The root or an OU; `parent` is None for the root."""

    id: str
    arn: str
    name: str
    parent: str | None


@dataclass(slots=True, kw_only=True)
class Member:
    """An account. `state` is one of the enum AccountState; `joined` in naive UTC."""

    id: str
    arn: str
    name: str
    email: str
    parent: str
    joined: dt.datetime
    method: str
    state: str = "ACTIVE"


@dataclass(slots=True, kw_only=True)
class AttachedPolicy:
    """A policy of the organization with the ids of the targets it is attached to, in their order."""

    id: str
    arn: str
    name: str
    description: str
    type: str
    content: str
    aws_managed: bool = False
    targets: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Organization:
    """One organization. The management account is a member like the others, at the root."""

    id: str
    management_account: str
    root: Unit
    units: dict[str, Unit] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    policies: dict[str, AttachedPolicy] = field(default_factory=dict)
    policy_types: list[str] = field(default_factory=list)
    service_access: dict[str, dt.datetime] = field(default_factory=dict)
    administrators: dict[str, dict[str, dt.datetime]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    resource_policy: str | None = None
    moved: list[Callable[[str, str | None, str | None], None]] = field(default_factory=list)
    """Called after an account joined, moved or left, with its id, its former and its new parent."""

    @property
    def arn(self) -> str:
        """The organization's ARN."""
        return f"arn:aws:organizations::{self.management_account}:organization/{self.id}"

    def unit(self, unit_id: str) -> Unit:
        """The root or OU of that id. Raises: ServiceError."""
        if unit_id == self.root.id:
            return self.root
        if unit_id not in self.units:
            raise ServiceError(
                "OrganizationalUnitNotFoundException",
                "You specified an organizational unit that doesn't exist.",
            )
        return self.units[unit_id]

    def parent(self, unit_id: str) -> Unit:
        """The root or OU of that id, as a parent. Raises: ServiceError."""
        if unit_id != self.root.id and unit_id not in self.units:
            raise ServiceError("ParentNotFoundException", "You specified parent that doesn't exist.")
        return self.unit(unit_id)

    def member(self, account_id: str) -> Member:
        """The account of that id. Raises: ServiceError."""
        if account_id not in self.members:
            raise ServiceError("AccountNotFoundException", "You specified an account that doesn't exist.")
        return self.members[account_id]

    def way(self, account_id: str) -> tuple[str, ...]:
        """The ids from the root down to the account; none where it is no member."""
        member = self.members.get(account_id)
        if member is None:
            return ()
        way = [account_id]
        above: str | None = member.parent
        while above is not None:
            way.append(above)
            above = self.unit(above).parent
        return tuple(reversed(way))

    def path(self, account_id: str) -> str:
        """The place of a member as aws:PrincipalOrgPaths tells it, with a slash at the end."""
        return "/".join((self.id, *self.way(account_id)[:-1], ""))

    def below(self, unit_id: str) -> Iterator[Member]:
        """Every account in the root or OU, those of OUs below included."""
        for member in self.members.values():
            if unit_id in self.way(member.id)[:-1]:
                yield member

    def attached(self, target: str, kind: str) -> tuple[AttachedPolicy, ...]:
        """The policies of a type that are attached to a target itself."""
        return tuple(one for one in self.policies.values() if one.type == kind and target in one.targets)

    def add_unit(self, parent: str, name: str, unit_id: str | None = None) -> Unit:
        """A new OU, with FullAWSAccess attached. Raises: ServiceError where the name is taken there."""
        self.parent(parent)
        if any(one.parent == parent and one.name == name for one in self.units.values()):
            raise ServiceError(
                "DuplicateOrganizationalUnitException", "An OU with the same name already exists."
            )
        made = unit_id or f"ou-{self.root.id[2:]}-{_letters(f'{self.id}/{parent}/{name}', 8)}"
        arn = f"arn:aws:organizations::{self.management_account}:ou/{self.id}/{made}"
        self.units[made] = Unit(id=made, arn=arn, name=name, parent=parent)
        self._open(made)
        return self.units[made]

    def add_member(
        self, account_id: str, name: str, email: str, *, parent: str, joined: dt.datetime, method: str
    ) -> Member:
        """A new account, with FullAWSAccess attached."""
        arn = f"arn:aws:organizations::{self.management_account}:account/{self.id}/{account_id}"
        self.members[account_id] = Member(
            id=account_id, arn=arn, name=name, email=email, parent=parent, joined=joined, method=method
        )
        self._open(account_id)
        self._tell(account_id, None, parent)
        return self.members[account_id]

    def move(self, account_id: str, source: str, destination: str) -> None:
        """The account stands elsewhere from now on. Raises: ServiceError."""
        member = self.member(account_id)
        self.parent(source)
        if destination != self.root.id and destination not in self.units:
            raise ServiceError("DestinationParentNotFoundException", "The destination parent does not exist.")
        if member.parent != source:
            raise ServiceError(
                "SourceParentNotFoundException", "The source parent does not hold the account."
            )
        if source == destination:
            raise ServiceError("DuplicateAccountException", "The account is already there.")
        member.parent = destination
        self._tell(account_id, source, destination)

    def remove(self, account_id: str) -> None:
        """The account is no member any more. Raises: ServiceError."""
        member = self.member(account_id)
        if account_id == self.management_account:
            raise ServiceError(
                "MasterCannotLeaveOrganizationException",
                "The management account cannot leave its organization.",
            )
        for policy in self.policies.values():
            if account_id in policy.targets:
                policy.targets.remove(account_id)
        del self.members[account_id]
        self._tell(account_id, member.parent, None)

    def enable(self, kind: str) -> None:
        """Policies of the type can be attached from now on; FullAWSAccess is, where the type has one."""
        self.policy_types.append(kind)
        if kind in FULL_ACCESS:
            policy = self.policies[FULL_ACCESS[kind]]
            policy.targets = [self.root.id, *self.units, *self.members]

    def disable(self, kind: str) -> None:
        """Policies of the type are attached nowhere any more."""
        self.policy_types.remove(kind)
        for policy in self.policies.values():
            if policy.type == kind:
                policy.targets = []

    def _open(self, target: str) -> None:
        for kind, policy_id in FULL_ACCESS.items():
            if kind in self.policy_types:
                self.policies[policy_id].targets.append(target)

    def _tell(self, account_id: str, source: str | None, destination: str | None) -> None:
        for told in self.moved:
            told(account_id, source, destination)


def new_organization(
    management_account: str, email: str, now: dt.datetime, org_id: str | None = None
) -> Organization:
    """An organization that holds the management account alone, with all features and SCPs enabled."""
    made = org_id or f"o-{_letters(management_account, 10)}"
    root_id = f"r-{_letters(made, 4)}"
    arn = f"arn:aws:organizations::{management_account}:root/{made}/{root_id}"
    organization = Organization(
        id=made,
        management_account=management_account,
        root=Unit(id=root_id, arn=arn, name="Root", parent=None),
    )
    for kind, policy_id in FULL_ACCESS.items():
        organization.policies[policy_id] = AttachedPolicy(
            id=policy_id,
            arn=f"arn:aws:organizations::aws:policy/{kind.lower()}/{policy_id}",
            name=policy_id.removeprefix("p-"),
            description="Allows access to every operation"
            if kind == SCP
            else "Allows access to every resource",
            type=kind,
            content=_FULL_ACCESS_TEXT[kind],
            aws_managed=True,
        )
    organization.enable(SCP)
    organization.add_member(
        management_account, "management", email, parent=root_id, joined=now, method="INVITED"
    )
    return organization


def of_manifest(manifest: Manifest, now: dt.datetime) -> Organization:
    """The organization that a manifest describes, with its ids where it tells them."""
    told = manifest.organization
    accounts = {account.id: account for account in told.accounts}
    management = accounts.get(told.management_account)
    email = (management.email if management else None) or "management@organization.example"
    made = new_organization(told.management_account, email, now, told.id)
    if management:
        made.members[management.id].name = management.name
    ids = {unit.path: unit.id for unit in told.organizational_units}
    paths = {"root": made.root.id}
    for path in sorted(told.unit_paths() - {"root"}, key=lambda one: (one.count("/"), one)):
        above, _, name = path.rpartition("/")
        paths[path] = made.add_unit(paths[above or "root"], name, ids.get(path)).id
    for account in told.accounts:
        if account.id == told.management_account:
            continue
        email = account.email or f"{account.name}@organization.example"
        member = made.add_member(
            account.id, account.name, email, parent=paths[account.ou], joined=now, method="CREATED"
        )
        member.state = account.status
    return made


def _letters(seed: str, count: int) -> str:
    """Letters and digits that follow from a seed, as AWS's ids are made of."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
    digits = []
    for _ in range(count):
        number, rest = divmod(number, len(alphabet))
        digits.append(alphabet[rest])
    return "".join(digits)
