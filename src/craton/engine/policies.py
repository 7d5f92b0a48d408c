"""What is in force where: the policies that a manifest attaches, and where each is inherited from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec
from msgspec import Struct

from craton.codec.full_access import allowing_all
from craton.codec.policy_source import read_policy
from craton.core.errors import UserError
from craton.core.manifest import PolicyType
from craton.core.manifest_origin import fault
from craton.core.manifest_policy_checks import ALLOWS_ALL, POLICIES
from craton.core.organization import ROOT, up_from
from craton.core.policy import Policy
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.registry.policies import Policies
from craton.registry.quotas import quota
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import AttachedPolicy, Manifest
    from craton.core.manifest_origin import Origin

LevelKind = Literal["root", "ou", "account"]

_PER_TARGET: Final[dict[PolicyType, str]] = {
    "SERVICE_CONTROL_POLICY": "scps_per_target",
    "RESOURCE_CONTROL_POLICY": "rcps_per_target",
}
_CHARACTERS: Final[dict[PolicyType, str]] = {
    "SERVICE_CONTROL_POLICY": "scp_characters",
    "RESOURCE_CONTROL_POLICY": "rcp_characters",
}


class PolicyInForce(Struct, frozen=True, kw_only=True):
    """A policy where it is attached. `file` is None for AWS's own that allow all.

    `template` is the id of the policy statement of which the file has the name, where there is one: it holds
    the explanation and the proofs.
    """

    policy: Policy
    type: PolicyType
    at: str
    file: str | None = None
    template: str | None = None


class Level(Struct, frozen=True, kw_only=True):
    """One step on the way from the root to an account, with what is attached there."""

    kind: LevelKind
    at: str
    policies: tuple[PolicyInForce, ...]

    def of_type(self, kind: PolicyType) -> tuple[Policy, ...]:
        """The policies of one type."""
        return tuple(one.policy for one in self.policies if one.type == kind)


class AccountPolicies(Struct, frozen=True, kw_only=True):
    """Everything that is in force for one account, level by level, the root first."""

    account: str
    name: str
    is_management: bool
    levels: tuple[Level, ...]

    def policy_set(self, identity: tuple[Policy, ...] | None = None) -> PolicySet:
        """The same for the simulator. `identity` are the principal's own policies; None allows all."""
        return PolicySet(
            account=self.account,
            management_account=self.is_management,
            scps=tuple(level.of_type("SERVICE_CONTROL_POLICY") for level in self.levels),
            rcps=tuple(level.of_type("RESOURCE_CONTROL_POLICY") for level in self.levels),
            identity=(allowing_all("AllowAll"),) if identity is None else identity,
        )


class PoliciesInForce:
    """The policies of a manifest, read once."""

    def __init__(self, manifest: Manifest, path: Path, *, as_named: bool = False) -> None:
        """`as_named` names files in places as the manifest does, and not from where the program runs.

        Raises: UserError where a file cannot be read, or holds no sound policy.
        """
        self._manifest = manifest
        self._attached = tuple(_read(one, path, as_named=as_named) for one in manifest.policies)

    def attached(self) -> tuple[PolicyInForce, ...]:
        """Every policy of the manifest, in its order."""
        return self._attached

    def of(self, account_id: str, day: date | None = None) -> AccountPolicies:
        """What is in force for an account where it stands now, or where it stood on a day.

        Raises: UserError where the organization has no such account.
        """
        known = self._manifest.accounts_by_id()
        if account_id not in known:
            hint = did_you_mean(account_id, known) or "`craton validate` lists the accounts of the manifest"
            raise UserError(f"account {ticked(account_id)} is not in the organization", hint=hint)
        account = known[account_id]
        unit = account.ou if day is None else account.ou_on(day)
        units = [] if unit == ROOT else [("ou", path) for path in reversed(list(up_from(unit)))]
        steps: list[tuple[LevelKind, str]] = [("root", ROOT), *units, ("account", account_id)]  # type: ignore[list-item]
        return AccountPolicies(
            account=account_id,
            name=account.name,
            is_management=account_id == self._manifest.organization.management_account,
            levels=tuple(
                Level(kind=kind, at=at, policies=tuple(self._policies_at(at))) for kind, at in steps
            ),
        )

    def every(self) -> tuple[AccountPolicies, ...]:
        """The same for every account of the organization."""
        return tuple(self.of(account.id) for account in self._manifest.organization.accounts)

    def _policies_at(self, at: str) -> Iterator[PolicyInForce]:
        """What is attached at one place, AWS's own policies first unless something stands in their place."""
        replaced = {one.replaces for one in self._manifest.policies if one.at == at}
        for kind, name in ALLOWS_ALL.items():
            if name not in replaced:
                yield PolicyInForce(policy=allowing_all(name), type=kind, at=at)
        yield from (one for one in self._attached if one.at == at)


def policy_problems(manifest: Manifest, origin: Origin, path: Path) -> Iterator[Diagnostic]:
    """What is wrong with the files of a manifest's policies, and where more are attached than can be."""
    for index, attached in enumerate(manifest.policies):
        if origin.whole((*POLICIES, index, "file")):
            yield from _of_file(attached, origin, (*POLICIES, index), path)
    for kind, name in _PER_TARGET.items():
        limit = quota(name).limit
        counts: dict[str, int] = {}
        for index, attached in enumerate(manifest.policies):
            if attached.type != kind:
                continue
            kept = 0 if _is_replaced(manifest, attached.at, kind) else 1
            counts[attached.at] = counts.get(attached.at, kept) + 1
            if counts[attached.at] == limit + 1:
                message = f"more than {limit} policies of this type stand at {ticked(attached.at)}"
                hint = f"AWS attaches {limit}, {ticked(ALLOWS_ALL[kind])} among them: make one of several"
                yield fault("too_many_policies", message, origin.place((*POLICIES, index)), hint)


def _of_file(
    attached: AttachedPolicy, origin: Origin, at: tuple[str | int, ...], path: Path
) -> Iterator[Diagnostic]:
    file, place = path.parent / attached.file, (*at, "file")
    if not file.is_file():
        hint = f"there is no {ticked(str(file))}; files are relative to the manifest"
        yield fault("policy_missing", f"{ticked(attached.file)} is no file", origin.place(place), hint)
        return
    data = file.read_bytes()
    _, problems = read_policy(data, str(file))
    wrong = [problem for problem in problems if problem.severity == "error"]
    if wrong:
        first = wrong[0]
        message = f"{ticked(attached.file)} is no policy: {first.message}, line {first.place.line}"
        yield fault("not_a_policy", message, origin.place(place), f"`craton lint {file}` shows all of it")
        return
    if not origin.whole((*at, "type")):
        # How large a policy may be is told by its type.
        return
    size, limit = len(minified(data)), quota(_CHARACTERS[attached.type])
    if limit.standing(size) == "over":
        message = f"{ticked(attached.file)} has {size:,} characters, and {limit.limit:,} are the most"
        yield fault("policy_too_large", message, origin.place(place), "make two policies of it")


def minified(data: bytes) -> str:
    """The document without the spaces that people put in, as it is sent to AWS."""
    return msgspec.json.encode(msgspec.json.decode(data)).decode()


def _is_replaced(manifest: Manifest, at: str, kind: PolicyType) -> bool:
    return any(one.at == at and one.replaces == ALLOWS_ALL[kind] for one in manifest.policies)


def _read(attached: AttachedPolicy, path: Path, *, as_named: bool) -> PolicyInForce:
    file = path.parent / attached.file
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"the policy {ticked(str(file))} cannot be read: {reason}") from None
    policy, problems = read_policy(data, attached.file if as_named else str(file), file.stem)
    wrong = [problem for problem in problems if problem.severity == "error"]
    if policy is None or wrong:
        raise UserError("\n".join(str(one) for one in wrong), hint=f"`craton lint {file}` shows the places")
    template = file.stem if file.stem in Policies.load().templates else None
    return PolicyInForce(
        policy=policy, type=attached.type, at=attached.at, file=attached.file, template=template
    )
