"""One flaw in a manifest hides no problem elsewhere, and makes none up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec import inspect as types

from craton.codec.plain_yaml import plain
from craton.codec.type_words import described
from craton.codec.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from craton.codec.yaml_source import read
from craton.core.manifest import with_sections
from craton.engine.manifests import examine, examine_text
from craton.kinds import sections

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from craton.core.diagnostic import Diagnostic

FILE = Path("craton.yaml")
TODAY = dt.date(2026, 11, 24)
SOUND = """\
organization:
  id: o-exampleorgid
  management_account: "111111111111"
  hub_account: "222222222222"
  organizational_units:
    - {path: workloads/dev, id: ou-a1b2-devdevdev}
    - path: workloads/prod
    - path: sandbox
  accounts:
    - {id: "111111111111", name: management, ou: root, email: root@example.com}
    - {id: "222222222222", name: hub, ou: root}
    - {id: "333333333333", name: app-dev, ou: workloads/dev, earlier: [{ou: sandbox, until: 2026-02-01}]}
    - {id: "444444444444", name: app-prod, ou: workloads/prod}
    - {id: "555555555555", name: lab, ou: sandbox}
regions: [us-east-1, us-west-2]
environments:
  dev:
    {mode: observe, organizational_units: [workloads/dev], accounts: ["555555555555"], canary: workloads/dev}
  prod: {mode: enforce, organizational_units: [workloads/prod]}
owners:
  business_units:
    - name: Retail
      match: {accounts: ["555555555555"]}
      cost_centers:
        - name: CC-1
          from: 2026-01-01
          until: 2027-01-01
          teams:
            - name: search
              match: {principals: [{role: search-*, accounts: ["444444444444"]}]}
              projects: [{name: ranking}]
models:
  approved:
    dev: [anthropic.claude-sonnet-4-6, amazon.nova-*]
    prod: [anthropic.claude-sonnet-4-6]
  application_inference_profiles:
    - arn: arn:aws:bedrock:us-east-1:444444444444:application-inference-profile/a1b2c3
      model: us.anthropic.claude-sonnet-4-6
prices:
  - {model: amazon.nova-lite-v1:0, from: 2026-05-01, until: 2026-06-01, discount_percent: 5}
  - {model: amazon.nova-lite-v1:0, from: 2026-06-01, usd_per_million_tokens: {input: 1}}
statements:
  approved_models: {environments: [prod]}
exceptions:
  - statements: [DenyUnapprovedModels]
    principals: ["arn:aws:iam::444444444444:role/search-api"]
    until: 2027-01-01
    reason: moves soon
    owner: search
organization_budget: {usd_per_month: 5000, stop_at_percent: 120}
network:
  vpcs:
    - account: "444444444444"
      region: us-east-1
      id: vpc-0a1b2c3d4e5f60718
      subnets: [subnet-0a1b2c3d4e5f60718]
      security_groups: [sg-0a1b2c3d4e5f60718]
inference_profiles:
  applications:
    - {team: search, project: ranking, models: [anthropic.claude-sonnet-4-6], environments: [prod]}
guardrails: {tiers: {prod: strict}, organization: basic}
access:
  session_hours: {prod: 4}
  grants:
    - principal: arn:aws:iam::444444444444:role/search-api
      environment: prod
      until: 2027-01-01
      reason: traces
      owner: search
"""
FLAWS = {
    "an account id": ('id: "222222222222"', 'id: "12"'),
    "a Region": ("[us-east-1, us-west-2]", "[us-east-1, us-west-22x]"),
    "a mode": ("mode: enforce", "mode: force"),
    "an OU": ("path: sandbox", "path: sand//box"),
    "a discount": ("discount_percent: 5", "discount_percent: 500"),
    "a date of an owner": ("from: 2026-01-01", "from: 2026-01-32"),
    "a VPC": ("id: vpc-0a1b2c3d4e5f60718", "id: vpc"),
}
PROBLEMS = {
    "account_unknown": ('principals: ["arn:aws:iam::444444444444', 'principals: ["arn:aws:iam::999999999999'),
    "ou_unknown": ("canary: workloads/dev", "canary: workloads/dev/early"),
    "environment_unknown": ("session_hours: {prod", "session_hours: {staging"),
    "nothing_approved": ("    prod: [anthropic.claude-sonnet-4-6]\n", ""),
    "region_unlisted": ("region: us-east-1\n", "region: eu-west-1\n"),
    "prices_overlap": ("from: 2026-06-01", "from: 2026-05-20"),
    "profile_model_unapproved": ("model: us.anthropic", "model: us.amazon.nova-lite-v1:0 #"),
    "policy_unknown": ("  approved_models: {", "  aproved_models: {"),
    "statement_unknown": ("[DenyUnapprovedModels]", "[DenyModels]"),
    "guardrail_unknown": ("{prod: strict}", "{prod: lax}"),
    "budget_missing": ("usd_per_month: 5000, ", ""),
    "team_unknown": ("team: search", "team: find"),
    "project_unknown": ("project: ranking", "project: index"),
    "profile_idle": ("models: [anthropic.claude-sonnet-4-6]", "models: [anthropic.claude-opus-4-6]"),
    "grant_lapsed": ("until: 2027-01-01\n      reason: traces", "until: 2026-01-01\n      reason: traces"),
}


def told(text: str) -> tuple[Diagnostic, ...]:
    return examine_text(text.encode(), FILE, today=TODAY).diagnostics


def with_edits(*edits: tuple[str, str]) -> str:
    text = SOUND
    for before, after in edits:
        assert before in text
        text = text.replace(before, after, 1)
    return text


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_flaw_hides_no_problem_elsewhere(problem: str) -> None:
    alone = next(one for one in told(with_edits(PROBLEMS[problem])) if one.rule == problem)
    for name, flaw in FLAWS.items():
        found = told(with_edits(PROBLEMS[problem], flaw))
        assert problem in {one.rule for one in found}, name
        assert alone in found, name
        assert len(found) > len(told(with_edits(PROBLEMS[problem]))), name


def scalars(node: Node | None, *, is_key: bool = False) -> Iterator[tuple[ScalarNode, bool]]:
    match node:
        case ScalarNode():
            yield node, is_key
        case SequenceNode(items=items):
            for item in items:
                yield from scalars(item)
        case MappingNode(entries=entries):
            for entry in entries:
                yield entry.key, True
                yield from scalars(entry.value)
        case _:
            pass


def with_written(node: ScalarNode, written: str) -> str:
    """The sound manifest with something else in the place of one text."""
    lines = SOUND.splitlines(keepends=True)
    line, column = node.place.line - 1, node.place.column - 1
    end = column + len(node.text) + (2 if lines[line][column] == '"' else 0)
    lines[line] = f"{lines[line][:column]}{written}{lines[line][end:]}"
    return "".join(lines)


@pytest.mark.slow
def test_a_flaw_makes_up_no_problem_elsewhere() -> None:
    assert told(SOUND) == ()
    tried = 0
    for number, (node, is_key) in enumerate(scalars(read(SOUND.encode(), "craton.yaml").root)):
        unfit = f'"{node.text[:-1]} / {node.text[-1:]}"'
        written = unfit if is_key or number % 2 else ("[x]", "{x: y}")[number // 2 % 2]
        found = told(with_written(node, written))
        if any(one.severity == "error" and one.place.line == node.place.line for one in found):
            tried += 1
            elsewhere = [one for one in found if one.place.line != node.place.line]
            assert {one.rule for one in elsewhere} <= {"missing_key"}, (node, written)
    assert tried > 150


def with_nonsense(kind: types.Type, said: Any) -> Iterator[Any]:  # noqa: C901 - one case for each type
    """What a manifest says, once for each choice in it: with a word there that is none of those to choose."""
    match described(kind).type:
        case types.LiteralType():
            yield "nonsense"
        case types.UnionType(types=members):
            for member in members:
                yield from with_nonsense(member, said)
        case types.VarTupleType(item_type=of):
            for item in with_nonsense(of, said[0] if said else None):
                yield [item, *(said or ())[1:]]
        case types.DictType() as of:
            name = next(iter(said or ()), "prod")
            for value in with_nonsense(of.value_type, (said or {}).get(name)):
                yield {**(said or {}), name: value}
            for key in with_nonsense(of.key_type, None):
                yield {key: sample(of.value_type)}
        case types.StructType() as of:
            there = said or {one.encode_name: sample(one.type) for one in of.fields if one.required}
            for one in of.fields:
                for value in with_nonsense(one.type, there.get(one.encode_name)):
                    yield {**there, one.encode_name: value}
        case _:
            pass


def sample(kind: types.Type) -> Any:
    """Something of the type."""
    known = described(kind)
    match known.type:
        case types.StructType() as of:
            return {one.encode_name: sample(one.type) for one in of.fields if one.required}
        case types.DictType() as of:
            return {sample(of.key_type): sample(of.value_type)}
        case _:
            return 1 if known.example is None else known.example


def test_no_choice_keeps_what_else_is_wrong_from_being_told(tmp_path: Path) -> None:
    (tmp_path / "scp.json").write_text(
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}]}'
    )
    sound = plain(f"{SOUND}policies: [{{file: scp.json, at: root}}]\n")
    file = tmp_path / "craton.yaml"
    manifests = list(with_nonsense(types.type_info(with_sections(sections())), sound))
    assert len(manifests) >= 17
    for wrong in manifests:
        file.write_bytes(msgspec.json.encode(wrong))
        found = examine(file, today=TODAY)
        of_it = [one for one in found.diagnostics if "`nonsense`" in one.message]
        assert [one.rule for one in of_it] == ["wrong_value"], wrong
        assert found.manifest is None


def test_what_a_policy_cannot_replace_is_told_where_its_type_is_known() -> None:
    policy = "policies: [{file: p.json, at: root, type: %s, replaces: RCPFullAWSAccess}]\n"
    rules = [
        {one.rule for one in told(SOUND + policy % kind)} - {"policy_missing"}
        for kind in ("SCP", "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
    ]
    assert rules == [{"wrong_value"}, {"policy_replaces"}, set()]


@pytest.mark.parametrize("section", ["alerts: {emails: [notamail]}", "alarms: {emails: {prod: [notamail]}}"])
def test_what_is_no_mail_address_is_told_so(section: str) -> None:
    (found,) = told(f"{SOUND}{section}\n")
    assert found.message == "`notamail` is not a mail address"
    assert found.hint == "a mail address is a name, `@` and a domain, as in `aws-search@example.com`"
