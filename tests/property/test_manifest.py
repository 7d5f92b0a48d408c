from __future__ import annotations

import datetime as dt
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from craton.codec.canonical_json import encode
from craton.codec.decoding import Decoded, decode
from craton.codec.yaml_source import read
from craton.core.attribution import Attribution
from craton.core.manifest import (
    ApplicationInferenceProfile,
    Environment,
    Manifest,
    Models,
    NegotiatedPrice,
    Privacy,
    Rates,
)
from craton.core.manifest_checks import problems
from craton.core.organization import Account, EarlierUnit, Organization, OrganizationalUnit
from craton.core.owners import (
    BusinessUnit,
    CostCenter,
    Match,
    Owners,
    PrincipalMatch,
    Project,
    Team,
    positions,
)
from craton.core.principal import Principal

if TYPE_CHECKING:
    from decimal import Decimal

    from craton.core.diagnostic import Place

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


@given(manifests)
@settings(max_examples=20, deadline=None)
def test_decoding_what_was_encoded_gives_the_same_manifest(manifest: Manifest) -> None:
    found = decode(read(encode(manifest), "f.yaml"), Manifest)
    assert found.diagnostics == ()
    assert found.value == manifest
    assert found.value is not None
    assert encode(found.value) == encode(manifest)


@given(manifests)
@settings(max_examples=20, deadline=None)
def test_checks_never_fail_and_point_into_the_file(manifest: Manifest) -> None:
    source = read(encode(manifest), "f.yaml")
    decoded = decode(source, Manifest)
    assert decoded.draft is not None
    for one in problems(decoded.draft, decoded):
        assert is_inside(one.place, source.lines)


def is_inside(place: Place, lines: tuple[str, ...]) -> bool:
    return (
        1 <= place.line <= max(len(lines), 1)
        and 1 <= place.column <= len((lines or ("",))[place.line - 1]) + 1
    )


def is_told_soundly(data: bytes) -> Decoded[Manifest]:
    source = read(data, "f.yaml")
    decoded = decode(source, Manifest)
    told = list(decoded.diagnostics)
    if decoded.draft is not None:
        told += problems(decoded.draft, decoded)
    for one in told:
        assert one.place.file == "f.yaml"
        assert is_inside(one.place, source.lines), one
        assert "\n" not in one.message
    assert (decoded.value is None) == any(one.severity == "error" for one in decoded.diagnostics)
    return decoded


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@example(b"\xef\xbb\xbf")
@example(b'"\\UFFFFFFFF"')
@example(b"a: &a [*a]")
@example(b"\r")
@settings(deadline=None)
def test_no_bytes_make_reading_fail(data: bytes) -> None:
    is_told_soundly(data)


SYNTAX = (
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    ": ",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "&a ",
    "*a",
    "!t ",
    "#",
    "|\n",
    "? ",
    "<<",
    "---\n",
)
WORDS = (
    *("organization", "accounts", "id", "name", "ou", "regions", "environments", "mode", "owners", "match"),
    *(
        "business_units",
        "principals",
        "role",
        "prices",
        "from",
        "until",
        "models",
        "approved",
        "privacy",
        "content",
    ),
    *("observe", "111111111111", "us-east-1", "root", "2026-01-01", "~", "", "true", "3.5"),
)


@given(st.lists(st.sampled_from(SYNTAX) | st.sampled_from(WORDS), max_size=60).map("".join))
@settings(max_examples=50, deadline=None)
def test_no_shape_of_yaml_makes_decoding_fail(text: str) -> None:
    is_told_soundly(text.encode())


@st.composite
def damaged_manifests(draw: st.DrawFn) -> bytes:
    """A valid manifest of which a few values were replaced by something else."""
    import msgspec  # noqa: PLC0415 - only this strategy needs builtins

    document = msgspec.json.decode(encode(draw(manifests)))
    for _ in range(draw(st.integers(1, 4))):
        _damage(document, draw)
    return encode(document)


def _damage(document: Any, draw: st.DrawFn) -> None:
    """Walks down to a random place and puts something else there."""
    node = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        if isinstance(node[key], dict | list) and draw(st.booleans()):
            node = node[key]
            continue
        junk: tuple[Any, ...] = (
            None,
            True,
            5,
            -1.5,
            "",
            "x",
            "no",
            [],
            {},
            ["x"],
            {"x": "y"},
            "2026-99-99",
            "111",
        )
        node[key] = draw(st.sampled_from(junk))
        if isinstance(node, dict) and draw(st.booleans()):
            node[str(key) + draw(st.sampled_from(("", "s", "_x")))] = node.pop(key)
        return


@given(damaged_manifests())
@settings(max_examples=28, deadline=None)
def test_no_damage_to_a_manifest_makes_decoding_or_checking_fail(data: bytes) -> None:
    is_told_soundly(data)


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


@given(st.decimals(0, 100, places=4))
def test_a_number_keeps_its_digits(number: Decimal) -> None:
    price = f"{{model: x.y, from: 2026-01-01, discount_percent: {number:f}}}"
    found = decode(read(f"organization: {{}}\nregions: []\nprices: [{price}]".encode(), "f.yaml"), Manifest)
    draft: Any = found.draft
    assert str(draft.prices[0].discount_percent) == f"{number:f}"
