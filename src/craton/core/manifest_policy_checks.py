"""What a manifest's attached policies must say of its organization."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from craton.core.manifest_origin import Path, fault, repeated, unknown_accounts, unknown_units
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import AttachedPolicy, FullAccess, Manifest, PolicyType
    from craton.core.manifest_origin import Check, Origin

POLICIES: Final = ("policies",)
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
    places = [((*path, "at"), policy.at) for path, policy in _attached(manifest)]
    known = manifest.organization.unit_paths()
    accounts = [(path, at) for path, at in places if ACCOUNT.match(at) and at not in known]
    yield from unknown_units(manifest, origin, [place for place in places if place not in accounts])
    yield from unknown_accounts(manifest, origin, accounts)


def policies_are_attached_once(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """No file is attached twice to the same place."""
    pairs = [
        (path, f"{policy.file} at {policy.at}")
        for path, policy in _attached(manifest)
        if policy.file and policy.at
    ]
    for _, place, line in repeated(origin, pairs):
        hint = f"the first stands on line {line}; remove one of them"
        yield fault("policy_twice", "this policy is attached to the same place twice", place, hint)


def policies_replace_what_allows_all(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """What takes the place of AWS's own policy is of the same sort."""
    for path, policy in _attached(manifest):
        told = origin.complete(path) and origin.whole((*path, "type"), (*path, "replaces"))
        if policy.replaces is None or not told:
            continue
        meant = ALLOWS_ALL[policy.type]
        if policy.replaces != meant:
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
