from __future__ import annotations

import datetime as dt
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from craton.core.attribution import Attribution, Owner
from craton.core.principal import Principal
from craton.engine.manifests import load

if TYPE_CHECKING:
    from pathlib import Path

ROLE = "arn:aws:sts::333333333333:assumed-role"
SSO = f"{ROLE}/AWSReservedSSO_Developer_0123456789abcdef"
PROFILE = "arn:aws:bedrock:us-east-1:333333333333:application-inference-profile/a1"
DAY = dt.date(2026, 10, 15)

ORGANIZATION = """
organization:
  id: o-exampleorgid
  management_account: "111111111111"
  hub_account: "222222222222"
  organizational_units: [{path: workloads/prod}, {path: workloads/dev}, {path: sandbox}]
  accounts:
    - {id: "111111111111", name: management, ou: root}
    - {id: "222222222222", name: hub, ou: root}
    - {id: "333333333333", name: app, ou: workloads/prod}
    - {id: "444444444444", name: dev, ou: workloads/dev, earlier: [{ou: sandbox, until: 2026-10-01}]}
    - {id: "055555555555", name: lab, ou: sandbox}
regions: [us-east-1]
environments:
  prod: {mode: enforce, organizational_units: [workloads/prod]}
  dev: {mode: observe, organizational_units: [workloads/dev]}
  lab: {mode: observe, accounts: ["055555555555"]}
"""


@pytest.fixture
def attribution_of(tmp_path: Path) -> Any:
    def made(owners: str, profiles: str = "") -> Attribution:
        file = tmp_path / "craton.yaml"
        text = f"{ORGANIZATION}\nowners:\n  business_units:\n{owners}"
        file.write_text(f"{text}\nmodels:\n  application_inference_profiles: [{profiles}]\n")
        return Attribution(load(file))

    return made


def owner(
    attribution: Attribution,
    *,
    account: str | None = "333333333333",
    arn: str | None = f"{ROLE}/app/s",
    profile: str | None = None,
    metadata: dict[str, str] | None = None,
    day: dt.date = DAY,
) -> Owner:
    return attribution.of(account, Principal.parse(arn) if arn else None, profile, metadata, day)


EVERY_SIGN = """
    - name: Retail
      match: {accounts: ["333333333333"]}
      cost_centers:
        - name: CC-1
          match: {principals: [{role: app}]}
          teams:
            - name: search
              match: {profile_tags: {team: [search]}}
              projects:
                - name: ranking
                  match: {request_metadata: {project: [ranking]}}
"""


def test_the_closest_sign_decides(attribution_of: Any) -> None:
    attribution = attribution_of(
        EVERY_SIGN, f'{{arn: "{PROFILE}", model: amazon.nova-lite-v1:0, tags: {{team: search}}}}'
    )
    metadata = {"project": "ranking", "other": "x"}
    stranger = f"{ROLE}/other/s"
    found = [
        owner(attribution, profile=PROFILE, metadata=metadata),
        owner(attribution, profile=PROFILE, metadata={"project": "unheard-of"}),
        owner(attribution),
        owner(attribution, arn=stranger),
        owner(attribution, arn=stranger, account="444444444444"),
    ]
    assert [one.attributed_by for one in found] == [
        "request_metadata",
        "profile_tag",
        "principal",
        "account_owner",
        "unattributed",
    ]
    names = [(one.business_unit, one.cost_center, one.team, one.project) for one in found]
    assert names == [
        ("Retail", "CC-1", "search", "ranking"),
        ("Retail", "CC-1", "search", None),
        ("Retail", "CC-1", None, None),
        ("Retail", None, None, None),
        (None, None, None, None),
    ]


def test_environment_and_ou_come_from_the_account_whoever_owns_the_call(attribution_of: Any) -> None:
    attribution = attribution_of(EVERY_SIGN)
    metadata = {"project": "ranking"}
    found = owner(attribution, account="055555555555", metadata=metadata)
    assert (found.environment, found.organizational_unit, found.team) == ("lab", "sandbox", "search")
    hub = owner(attribution, account="222222222222", arn=None)
    assert (hub.environment, hub.organizational_unit) == (None, "root")
    stranger = owner(attribution, account="999999999999", metadata=metadata)
    assert (stranger.environment, stranger.organizational_unit, stranger.project) == (None, None, "ranking")


def test_an_account_that_moved_counts_where_it_was_on_the_day(attribution_of: Any) -> None:
    attribution = attribution_of(EVERY_SIGN)
    before = owner(attribution, account="444444444444", day=dt.date(2026, 9, 30))
    after = owner(attribution, account="444444444444", day=dt.date(2026, 10, 1))
    assert (before.organizational_unit, before.environment) == ("sandbox", None)
    assert (after.organizational_unit, after.environment) == ("workloads/dev", "dev")


MOVED = """
    - name: Corporate IT
      cost_centers:
        - name: CC-9
          teams:
            - {name: catalog, until: 2026-10-01, match: {request_metadata: {team: [catalog]}}}
    - name: Retail
      cost_centers:
        - name: CC-1
          from: 2026-10-01
          teams: [{name: catalog, match: {request_metadata: {team: [catalog]}}}]
"""


@pytest.mark.parametrize(
    ("day", "unit"),
    [
        (dt.date(2025, 1, 1), "Corporate IT"),
        (dt.date(2026, 9, 30), "Corporate IT"),
        (dt.date(2026, 10, 1), "Retail"),
        (dt.date(2027, 1, 1), "Retail"),
    ],
)
def test_a_team_that_moved_is_where_it_was_on_the_day(attribution_of: Any, day: dt.date, unit: str) -> None:
    found = owner(attribution_of(MOVED), metadata={"team": "catalog"}, day=day)
    assert (found.business_unit, found.team) == (unit, "catalog")


def test_a_rule_that_is_not_in_force_leaves_the_call_to_the_next_sign(attribution_of: Any) -> None:
    owners = """
    - name: Retail
      match: {accounts: ["333333333333"]}
      cost_centers: [{name: CC-1, until: 2026-10-01, match: {principals: [{role: app}]}}]
"""
    found = owner(attribution_of(owners), day=dt.date(2026, 10, 1))
    assert (found.attributed_by, found.cost_center) == ("account_owner", None)


def test_all_keys_of_a_rule_must_be_there_and_more_keys_win(attribution_of: Any) -> None:
    owners = """
    - name: A
      match: {request_metadata: {team: [x, y]}}
    - name: B
      match: {request_metadata: {team: [x], stage: [live]}}
    - name: C
      match: {request_metadata: {stage: [live]}}
"""
    attribution = attribution_of(owners)
    units = [
        owner(attribution, metadata=metadata).business_unit
        for metadata in (
            {"team": "x", "stage": "live"},
            {"team": "y", "stage": "live"},
            {"team": "y"},
            {"stage": "live", "team": "z"},
            {"team": "X"},
            {"stage": "", "team": ""},
        )
    ]
    assert units == ["B", "A", "A", "C", None, None]


def test_among_equal_rules_the_deeper_owner_wins_then_the_first_in_the_manifest(attribution_of: Any) -> None:
    owners = """
    - name: A
      match: {request_metadata: {one: [x]}, principals: [{role: ap?}]}
    - name: B
      match: {principals: [{role: a*p}]}
      cost_centers: [{name: CC-1, match: {request_metadata: {two: [x]}}}]
    - name: C
      match: {request_metadata: {three: [x]}, principals: [{role: "*pp"}]}
"""
    attribution = attribution_of(owners)
    assert owner(attribution, metadata={"one": "x", "two": "x", "three": "x"}).cost_center == "CC-1"
    assert owner(attribution, metadata={"three": "x", "one": "x"}).business_unit == "A"
    assert owner(attribution).business_unit == "A"


def test_callers_are_matched_by_role_permission_set_user_session_and_account(attribution_of: Any) -> None:
    owners = """
    - name: any role of search
      match: {principals: [{role: search-*}]}
    - name: exactly this role
      match: {principals: [{role: search-app}]}
    - name: only in dev
      match: {principals: [{role: search-app, accounts: ["444444444444"]}]}
    - name: developers
      match: {principals: [{permission_set: Developer}]}
    - name: this developer
      match: {principals: [{permission_set: Developer, session: ana*}]}
    - name: machine
      match: {principals: [{user: ci}]}
    - name: by mail
      match: {principals: [{session: "*@example.com"}]}
"""
    attribution = attribution_of(owners)
    callers = {
        f"{ROLE}/search-batch/s": "any role of search",
        f"{ROLE}/search-app/s": "exactly this role",
        f"{SSO}/bob": "developers",
        f"{SSO}/ana.b": "this developer",
        "arn:aws:iam::333333333333:user/bots/ci": "machine",
        f"{ROLE}/console/ana@example.com": "by mail",
        f"{ROLE}/search": None,
        f"{ROLE}/Search-app/s": None,
        "arn:aws:iam::333333333333:user/search-app": None,
        "bedrock.amazonaws.com": None,
    }
    assert {arn: owner(attribution, arn=arn).business_unit for arn in callers} == callers
    assert (
        owner(attribution, arn=f"{ROLE}/search-app/s", account="444444444444").business_unit == "only in dev"
    )
    assert owner(attribution, arn=f"{ROLE}/search-app/s", account=None).business_unit == "exactly this role"


def test_brackets_in_a_name_are_no_pattern() -> None:
    from craton.core.attribution import _compiled  # noqa: PLC0415 - the one place where text becomes a pattern

    assert _compiled("[a]*").fullmatch("[a]b")
    assert not _compiled("[a]*").fullmatch("ab")


def test_a_hostile_name_takes_no_longer_than_a_friendly_one() -> None:
    from craton.core.attribution import _compiled  # noqa: PLC0415 - the one place where text becomes a pattern

    assert not _compiled("*a*a*a*a*a*a*a*a*b").fullmatch("a" * 20_000)


def test_a_profile_that_the_manifest_does_not_know_tells_nothing(attribution_of: Any) -> None:
    attribution = attribution_of(EVERY_SIGN)
    found = owner(attribution, profile=PROFILE, arn=None)
    assert found.attributed_by == "account_owner"
    assert owner(attribution, profile="us.amazon.nova-lite-v1:0", arn=None).attributed_by == "account_owner"


def test_without_a_manifest_nothing_is_known() -> None:
    found = owner(Attribution(None), profile=PROFILE, metadata={"team": "search"})
    assert found == Owner(attributed_by="unattributed")


def test_attribution_travels_to_other_processes(attribution_of: Any) -> None:
    attribution = attribution_of(EVERY_SIGN)
    copy = pickle.loads(pickle.dumps(attribution))  # noqa: S301 - our own bytes
    assert owner(copy, metadata={"project": "ranking"}) == owner(attribution, metadata={"project": "ranking"})


def test_the_example_organization_attributes_its_calls(repository: Path) -> None:
    attribution = Attribution(load(repository / "examples" / "acme-org" / "craton.yaml"))
    ranking = "arn:aws:bedrock:us-east-1:333333333333:application-inference-profile/rk7q2m9x4c1a"
    found = owner(attribution, profile=ranking, arn=None)
    assert found == Owner("prod", "workloads/prod", "Retail", "CC-1001", "search", "ranking", "profile_tag")
    moved = {
        day: owner(attribution, metadata={"team": "catalog"}, day=day).business_unit
        for day in (dt.date(2026, 9, 30), dt.date(2026, 10, 1))
    }
    assert list(moved.values()) == ["Corporate IT", "Retail"]
    nobody = owner(attribution, account="210987654321", arn=None)
    assert (nobody.environment, nobody.attributed_by) == ("sandbox", "unattributed")


def test_principals_whom_the_same_rules_fit_have_the_same_owner(attribution_of: Any) -> None:
    attribution = attribution_of("""
    - name: Retail
      match: {principals: [{role: "app-*"}, {role: "*-batch", session: nightly, accounts: ["444444444444"]}]}
    - name: Lab
      match: {principals: [{role: "lab-*"}]}
""")
    arns = [
        f"{ROLE}/{name}" for name in ("app-1/a", "app-2/b", "x-batch/nightly", "x-batch/daily", "lab-1/a")
    ]
    rules = [attribution.principal_rules(Principal.parse(arn)) for arn in arns]

    assert rules[0] == rules[1]
    assert rules[3] == ()
    assert len({*rules}) == 4
    for account in ("333333333333", "444444444444"):
        owners = [owner(attribution, arn=arn, account=account).business_unit for arn in arns]
        assert owners[0] == owners[1] == "Retail"
        assert owners[2:] == ["Retail" if account == "444444444444" else None, None, "Lab"]
