"""Laws of the attribution of calls to owners."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.manifests import (
    account_ids,
    days,
    manifests,
)

from craton.core.attribution import Attribution
from craton.core.owners import (
    positions,
)
from craton.core.principal import Principal

if TYPE_CHECKING:
    import datetime as dt

    from craton.core.manifest import (
        Manifest,
    )

arns = st.sampled_from(
    (
        None,
        "arn:aws:sts::111111111111:assumed-role/app-1/s",
        "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_search_0123456789abcdef/null",
        "arn:aws:iam::111111111111:user/012",
        "bedrock.amazonaws.com",
        "nonsense",
    )
)
metadata = st.none() | st.dictionaries(
    st.sampled_from(("team", "Project", "z")), st.sampled_from(("x", "yes", ""))
)


@given(
    manifest=manifests,
    account=st.none() | account_ids | st.just("XXXXXXXXXXXX"),
    arn=arns,
    profile=st.none() | st.just("arn:aws:bedrock:us-east-1:111111111111:application-inference-profile/a1"),
    said=metadata,
    day=days,
)
@settings(max_examples=28, deadline=None)
def test_attribution_is_total_deterministic_and_names_only_owners_of_the_manifest(  # noqa: PLR0917 - given by name
    manifest: Manifest,
    account: str | None,
    arn: str | None,
    profile: str | None,
    said: dict[str, str] | None,
    day: dt.date,
) -> None:
    principal = Principal.parse(arn)
    found = Attribution(manifest).of(account, principal, profile, said, day)
    assert found == Attribution(manifest).of(account, principal, profile, said, day)
    names = (found.business_unit, found.cost_center, found.team, found.project)
    filled = tuple(name for name in names if name is not None)
    assert names[: len(filled)] == filled, "a level is filled only where those above are"
    assert (found.attributed_by == "unattributed") == (filled == ())
    if filled:
        assert any(owner.names == filled and day in owner.period for owner in positions(manifest.owners))
    known = account in manifest.accounts_by_id()
    assert (found.organizational_unit is not None) == known
    assert found.environment is None or (known and found.environment in manifest.environments)


def _by_reading_all(
    manifest: Manifest, account: str, principal: Principal, said: dict[str, str], day: dt.date
) -> tuple[str, tuple[str, ...]]:
    """The owner of a call as the reference page tells it, by looking at every rule there is."""
    in_force = [owner for owner in positions(manifest.owners) if day in owner.period]
    labelled = [
        ((len(wanted), len(owner.names)), owner.names)
        for owner in in_force
        if (wanted := owner.owner.match.request_metadata)
        and all(said.get(key) in values for key, values in wanted.items())
    ]
    called = [
        ((len(conditions) + bool(caller.accounts), _literals(conditions), len(owner.names)), owner.names)
        for owner in in_force
        for caller in owner.owner.match.principals
        if (conditions := [(part, glob) for part in PARTS if (glob := getattr(caller, part)) is not None])
        and all(_fits(getattr(principal, part), glob) for part, glob in conditions)
        and (not caller.accounts or account in caller.accounts)
    ]
    placed = [
        ((len(owner.names),), owner.names) for owner in in_force if account in owner.owner.match.accounts
    ]
    for rule, found in (("request_metadata", labelled), ("principal", called), ("account_owner", placed)):
        if found:
            # `max` keeps the first of equals, which is the first in the manifest.
            return rule, max(found, key=lambda one: one[0])[1]
    return "unattributed", ()


PARTS = ("role", "permission_set", "user", "session")


def _fits(name: str | None, glob: str) -> bool:
    return name is not None and fnmatchcase(name, glob)


def _literals(conditions: list[tuple[str, str]]) -> int:
    return sum(len(glob) - glob.count("*") - glob.count("?") for _, glob in conditions)


@given(manifest=manifests, account=account_ids, arn=arns, said=metadata, day=days)
@settings(max_examples=40, deadline=None)
def test_the_fast_way_to_an_owner_leads_where_reading_every_rule_leads(
    manifest: Manifest, account: str, arn: str | None, said: dict[str, str] | None, day: dt.date
) -> None:
    principal = Principal.parse(arn)
    found = Attribution(manifest).of(account, principal, None, said, day)
    names = (found.business_unit, found.cost_center, found.team, found.project)
    rule, expected = _by_reading_all(manifest, account, principal, said or {}, day)
    assert (found.attributed_by, tuple(name for name in names if name is not None)) == (rule, expected)


@given(manifest=manifests, arn=arns, said=metadata, day=days)
@settings(max_examples=20, deadline=None)
def test_a_sign_that_says_nothing_changes_nothing(
    manifest: Manifest, arn: str | None, said: dict[str, str] | None, day: dt.date
) -> None:
    attribution = Attribution(manifest)
    principal = Principal.parse(arn)
    plain = attribution.of("111111111111", principal, None, said, day)
    noisy = attribution.of("111111111111", principal, "us.some.profile", {**(said or {}), "noise": "1"}, day)
    assert noisy == plain
