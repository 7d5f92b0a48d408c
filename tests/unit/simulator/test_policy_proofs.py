from __future__ import annotations

import pytest

from craton.codec.policy_template import PolicyTemplate, parse_policy_template
from craton.core.errors import DataError
from craton.simulator.policy_mutation import mutate_policy, policy_mutants
from craton.simulator.proofs import PRINCIPAL, requests, run

FILE = """\
title: Nobody calls other models
explains: x
kind: scp
sources: [{page: x, says: x, retrieved: 2026-11-26}]
exceptions:
  - owner: search
    reason: moves in March
    until: 2027-03-01
    principals: ["arn:aws:iam::*:role/search-*"]
statements:
  - Sid: DenyOthers
    Effect: Deny
    Action: [bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream]
    Resource: "*"
    Condition: {StringEquals: {aws:RequestedRegion: eu-west-1}}
proofs:
  - name: calls in Ireland are denied
    request:
      principal: arn:aws:iam::444444444444:role/support
      action: [bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream]
      resource: arn:aws:bedrock:eu-west-1::foundation-model/a.b
    expect: explicit_deny
    by: DenyOthers
  - name: calls in Virginia are not
    request:
      principal: arn:aws:iam::444444444444:role/support
      action: bedrock:InvokeModel
      resource: arn:aws:bedrock:us-east-1::foundation-model/a.b
    expect: allowed
  - name: models are looked at in Ireland
    request:
      principal: arn:aws:iam::444444444444:role/support
      action: bedrock:ListFoundationModels
      context: {aws:RequestedRegion: eu-west-1}
    expect: allowed
"""


def template(text: str = FILE) -> PolicyTemplate:
    found, problems = parse_policy_template(text.encode(), id="mine", file="mine.yaml")
    assert found is not None, [str(problem) for problem in problems]
    return found


def failures(text: str) -> list[str]:
    return [outcome.failure for outcome in run(template(text)) if outcome.failure is not None]


def test_every_proof_and_every_exception_is_a_case() -> None:
    assert [outcome.case for outcome in run(template())] == [
        "calls in Ireland are denied",
        "calls in Virginia are not",
        "models are looked at in Ireland",
        "the exception of search lapses on 2027-03-01",
    ]
    assert failures(FILE) == []


def test_a_wrong_proof_tells_the_request_the_decision_and_the_statement() -> None:
    failure, _ = failures(FILE.replace("eu-west-1::", "us-east-1::"))
    resource = "arn:aws:bedrock:us-east-1::foundation-model/a.b"
    assert failure == f"bedrock:InvokeModel on {resource} is allowed, not explicitly denied"
    (failure,) = failures(FILE.replace("us-east-1::", "eu-west-1::"))
    assert failure.endswith("is explicitly denied by `DenyOthers`, not allowed")


def test_a_proof_by_another_statement_fails() -> None:
    other = FILE.replace(
        "proofs:\n", "  - {Sid: DenyAll, Effect: Deny, Action: s3:*, Resource: '*'}\nproofs:\n"
    ).replace("by: DenyOthers", "by: DenyAll")
    (failure,) = failures(other)
    assert failure.endswith("is decided by `DenyOthers`, not by `DenyAll`")


def test_an_exception_that_no_proof_meets_is_told() -> None:
    unmet = FILE.replace("expect: explicit_deny\n    by: DenyOthers", "expect: explicit_deny").replace(
        "principals:", "statements: [DenyMore]\n    principals:"
    )
    text = unmet.replace(
        "proofs:\n", "  - {Sid: DenyMore, Effect: Deny, Action: s3:*, Resource: '*'}\nproofs:\n"
    )
    (failure,) = failures(text)
    assert failure == "no proof shows what is denied again from 2027-03-01 on"


def test_before_its_day_an_exception_lets_through_and_from_it_on_it_does_not() -> None:
    proof = """\
  - name: NAME
    at: AT
    request:
      principal: arn:aws:iam::333333333333:role/search-api
      action: bedrock:InvokeModel
      resource: arn:aws:bedrock:eu-west-1::foundation-model/a.b
    expect: EXPECT
"""
    for at, expect in (
        ("2027-02-28T23:59:59Z", "allowed"),
        ("2027-03-01T00:00:00Z", "explicit_deny"),
        ("2030-01-01T00:00:00+01:00", "explicit_deny"),
    ):
        said = proof.replace("NAME", at).replace("AT", at).replace("EXPECT", expect)
        assert failures(FILE + said) == []


def test_a_request_holds_what_aws_always_puts_in_and_what_the_proof_changes() -> None:
    changed = FILE.replace(
        "      principal: arn:aws:iam::444444444444:role/support\n      action: bedrock:InvokeModel\n",
        "      action: bedrock:InvokeModel\n      context: {aws:SecureTransport: null, aws:TagKeys: [a]}\n",
    ).replace("us-east-1::", "::")
    (request,) = requests(template(changed).header.proofs[1])
    assert request.principal == PRINCIPAL
    assert request.context["aws:RequestedRegion"] == ("unspecified",)
    assert request.context["aws:TagKeys"] == ("a",)
    assert "aws:SecureTransport" not in request.context
    assert request.unknown_keys == frozenset()


def test_mutants_are_named_by_what_stood_there_and_what_stands_there_now() -> None:
    texts = [mutant.text for mutant in policy_mutants(template())]
    assert texts == [
        "flip_effect: DenyOthers Deny -> Allow",
        "drop_action: DenyOthers Action bedrock:InvokeModel -> nothing",
        "drop_action: DenyOthers Action bedrock:InvokeModelWithResponseStream -> nothing",
        "any_action: DenyOthers Action -> bedrock:*",
        "drop_condition: DenyOthers StringEquals aws:RequestedRegion -> nothing",
        "operator: DenyOthers StringEquals aws:RequestedRegion -> StringNotEquals",
        "operator: DenyOthers StringEquals aws:RequestedRegion -> StringEqualsIfExists",
        "alter_value: DenyOthers aws:RequestedRegion eu-west-1 -> eu-west-1-never",
    ]


def test_a_part_that_no_proof_needs_survives_until_somebody_says_why() -> None:
    report = mutate_policy(template())
    survivors = [mutant.text for mutant in report.mutants if mutant.fate == "survived"]
    assert survivors == ["operator: DenyOthers StringEquals aws:RequestedRegion -> StringEqualsIfExists"]
    assert [problem.rule for problem in report.problems] == ["surviving_mutant"]
    acknowledged = FILE + f'survivors: [{{mutant: "{survivors[0]}", reason: the key is always there}}]\n'
    report = mutate_policy(template(acknowledged))
    assert report.problems == ()
    assert [mutant.fate for mutant in report.mutants].count("acknowledged") == 1


def test_an_acknowledged_mutant_that_does_not_survive_is_told_with_its_place() -> None:
    idle = FILE + 'survivors: [{mutant: "drop_action: x", reason: y}]\n'
    rules = {problem.rule: problem.place.line for problem in mutate_policy(template(idle)).problems}
    assert rules["idle_survivor"] == idle.count("\n")


def test_no_mutant_is_judged_by_proofs_that_fail() -> None:
    with pytest.raises(DataError, match="calls in Ireland are denied"):
        mutate_policy(template(FILE.replace("eu-west-1::", "us-east-1::")))
