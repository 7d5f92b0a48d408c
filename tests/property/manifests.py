"""Manifests of all sorts, and what they are made of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from craton.core.manifest import (
    ApplicationInferenceProfile,
    Environment,
    Manifest,
    Models,
    NegotiatedPrice,
    Privacy,
    Rates,
)
from craton.core.organization import Account, EarlierUnit, Organization, OrganizationalUnit
from craton.core.owners import (
    BusinessUnit,
    CostCenter,
    Match,
    Owners,
    PrincipalMatch,
    Project,
    Team,
)

ACCOUNT_IDS = ("111111111111", "222222222222", "033333333333", "444444444444")
account_ids = st.sampled_from(ACCOUNT_IDS)
days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
maybe_days = st.none() | days
names = (
    st.from_regex(r"[A-Za-z0-9ÄöÉ東:#'\"{}\[\],&*!|>%@` \\-]{1,20}", fullmatch=True)
    .map(str.strip)
    .filter(bool)
)


def labels(*values: str) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    accepted = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
    return st.dictionaries(st.sampled_from(("team", "Project", "a:b", "no")), accepted, max_size=2)


globs = st.sampled_from(("app-*", "*", "search", "a?c", "null", "012"))


def some(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


callers = st.builds(
    PrincipalMatch,
    role=st.none() | globs,
    permission_set=st.none() | globs,
    user=st.none() | globs,
    session=st.none() | globs,
    accounts=some(account_ids, 2),
)
matches = st.builds(
    Match,
    request_metadata=labels("x", "yes", "1.10", "null", "", "a #b"),
    profile_tags=labels("x", "yes", "1.10", "null", "", "a: b"),
    principals=some(callers, 2),
    accounts=some(account_ids, 2),
)
dated = {"name": names, "since": maybe_days, "until": maybe_days, "match": matches}
projects = st.builds(Project, **dated)
teams = st.builds(Team, **dated, projects=some(projects, 2))
cost_centers = st.builds(CostCenter, **dated, teams=some(teams, 2))
owners = st.builds(
    Owners, business_units=some(st.builds(BusinessUnit, **dated, cost_centers=some(cost_centers, 2)), 2)
)

units = st.sampled_from(("root", "workloads", "workloads/prod", "sand box", "yes", "0/1"))
accounts = st.builds(
    Account,
    id=account_ids,
    name=names,
    ou=units,
    email=st.none() | st.just("a@example.com"),
    status=st.sampled_from(("ACTIVE", "SUSPENDED")),
    earlier=some(st.builds(EarlierUnit, ou=units, until=days), 2),
)
organizations = st.builds(
    Organization,
    id=st.just("o-exampleorgid"),
    name=st.none() | names,
    management_account=account_ids,
    hub_account=account_ids,
    organizational_units=some(
        st.builds(OrganizationalUnit, path=units, id=st.none() | st.just("ou-a1b2-00000000"))
    ),
    accounts=st.lists(accounts, min_size=1, max_size=4).map(tuple),
)
environments = st.dictionaries(
    st.sampled_from(("dev", "prod", "no", "null")),
    st.builds(
        Environment,
        mode=st.sampled_from(("observe", "enforce")),
        organizational_units=some(units),
        accounts=some(account_ids),
    ),
    max_size=3,
)
profiles = st.builds(
    ApplicationInferenceProfile,
    arn=account_ids.map(lambda it: f"arn:aws:bedrock:us-east-1:{it}:application-inference-profile/a1"),
    model=st.sampled_from(("us.amazon.nova-lite-v1:0", "anthropic.claude-sonnet-4-6")),
    tags=st.dictionaries(st.sampled_from(("team", "yes")), st.sampled_from(("x", "", "0x1F")), max_size=2),
)
models = st.builds(
    Models,
    approved=st.dictionaries(
        st.sampled_from(("dev", "prod")), some(st.sampled_from(("*", "amazon.nova-*"))), max_size=2
    ),
    application_inference_profiles=some(profiles, 2),
)
amounts = st.decimals(0, 1000, places=6)
prices = st.builds(
    NegotiatedPrice,
    model=st.sampled_from(("anthropic.claude-*", "amazon.nova-lite-v1:0")),
    since=days,
    until=maybe_days,
    discount_percent=st.none() | st.decimals(0, 100, places=2),
    usd_per_million_tokens=st.none()
    | st.builds(Rates, input=st.none() | amounts, output=st.none() | amounts),
    region=st.none() | st.just("eu-west-1"),
)
manifests = st.builds(
    Manifest,
    organization=organizations,
    regions=st.lists(st.sampled_from(("us-east-1", "eu-west-1")), min_size=1, max_size=2).map(tuple),
    environments=environments,
    owners=owners,
    models=models,
    prices=some(prices, 2),
    privacy=st.builds(
        Privacy,
        store_text=st.sampled_from(("none", "input", "output", "both")),
        prefix_hash=st.booleans(),
        prefix_hash_characters=st.integers(64, 65536),
    ),
    content=some(st.sampled_from(("./content", "/x y")), 2),
)
