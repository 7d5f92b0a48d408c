"""What a manifest's attached policies must say of its organization."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from craton.core.manifest_origin import Path, fault, names_all, repeated, unknown_accounts
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import AttachedPolicy, FullAccess, Manifest, PolicyType
    from craton.core.manifest_origin import Check, Origin

POLICIES: Final = ("policies",)
UNITS: Final = ("organization", "organizational_units")
ACCOUNT: Final = re.compile(r"[0-9]{12}\Z")
ALLOWS_ALL: Final[Mapping[PolicyType, FullAccess]] = {
    "SERVICE_CONTROL_POLICY": "FullAWSAccess",
    "RESOURCE_CONTROL_POLICY": "RCPFullAWSAccess",
}
"""AWS's own policy that allows all, which is attached everywhere unless somebody detached it.

Source: docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html and
orgs_manage_policies_rcps.html, retrieved 2026-11-26.
"""


def policies_stand_in_the_organization(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each policy is attached to the root, to an OU or to an account that there is."""
    known = manifest.organization.unit_paths()
    accounts: list[tuple[Path, str]] = []
    units = manifest.organization.organizational_units
    all_units = names_all(origin, UNITS, len(units), "path")
    for path, policy in _attached(manifest):
        place = (*path, "at")
        if ACCOUNT.match(policy.at) and policy.at not in known:
            accounts.append((place, policy.at))
        elif policy.at and policy.at not in known and all_units and origin.whole(place):
            below_root = policy.at.partition("/")[2]
            if below_root in known:
                hint = f"paths begin below the root: write `{below_root}`"
            else:
                hint = did_you_mean(policy.at, known) or "add it under `organization.organizational_units`"
            message = f"the OU {ticked(policy.at)} is not in the organization"
            yield fault("ou_unknown", message, origin.place(place), hint)
    yield from unknown_accounts(manifest, origin, accounts)


def policies_are_attached_once(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """No file is attached twice to the same place."""
    pairs = [(path, f"{policy.file} at {policy.at}") for path, policy in _attached(manifest)]
    for _, place, line in repeated(origin, pairs):
        hint = f"the first stands on line {line}; remove one of them"
        yield fault("policy_twice", "this policy is attached to the same place twice", place, hint)


def policies_replace_what_allows_all(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """What takes the place of AWS's own policy is of the same sort."""
    for path, policy in _attached(manifest):
        meant = ALLOWS_ALL[policy.type]
        if policy.replaces is not None and policy.replaces != meant and origin.whole(path):
            message = f"a {policy.type} cannot take the place of {ticked(policy.replaces)}"
            yield fault("policy_replaces", message, origin.place((*path, "replaces")), f"write `{meant}`")


def _attached(manifest: Manifest) -> Iterator[tuple[Path, AttachedPolicy]]:
    for index, policy in enumerate(manifest.policies):
        yield (*POLICIES, index), policy


POLICY_CHECKS: Final[tuple[Check, ...]] = (
    policies_stand_in_the_organization,
    policies_are_attached_once,
    policies_replace_what_allows_all,
)
