"""Cases go in by the line, and answers come out by the line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from craton.cli.program import program
from craton.engine.simulating import LONGEST_LINE, Answered, simulate_cases

if TYPE_CHECKING:
    from pathlib import Path

FULL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*"}],
}
REQUEST = {
    "principal": "arn:aws:iam::111111111111:role/app",
    "action": "bedrock:InvokeModel",
    "resource": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
}


def case(**changed: Any) -> dict[str, Any]:
    held = {"id": "a", "request": REQUEST, "account": "111111111111", "identity_policies": [FULL], "scps": []}
    return {**held, **changed}


def line(**changed: Any) -> bytes:
    return json.dumps(case(**changed)).encode() + b"\n"


def answers(*lines: bytes) -> list[Any]:
    return [
        one.answer if isinstance(one, Answered) else [str(problem) for problem in one]
        for one in simulate_cases(io.BytesIO(b"".join(lines)), "cases.jsonl")
    ]


def test_a_statement_is_told_where_it_stands_in_the_file() -> None:
    text = json.dumps(case(id="\u00e4\u00e4", scps=[[FULL], [FULL, DENY]]), ensure_ascii=False)
    _, answer = answers(line(), text.encode() + b"\n")
    (found,) = answer.statements
    assert (found.policy, found.level, found.sid, found.number, found.line) == ("scps[1][1]", 2, "No", 1, 2)
    assert text[found.column - 1 :].startswith('{"Sid": "No"')


def test_equal_policies_are_told_apart_by_place() -> None:
    (answer,) = answers(line(scps=[[FULL], [FULL]]))
    columns = [one.column for one in answer.statements]
    assert len(set(columns)) == 3
    assert [one.policy for one in answer.statements] == ["scps[0][0]", "scps[1][0]", "identity_policies[0]"]


def test_values_of_the_context_may_be_of_any_plain_kind() -> None:
    conditions = {
        "Bool": {"aws:SecureTransport": "true"},
        "NumericEquals": {"aws:MultiFactorAuthAge": "3600"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]},
        "NumericLessThan": {"s3:max-keys": "2"},
    }
    policy = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": conditions}}
    context = {
        "aws:SecureTransport": True,
        "aws:MultiFactorAuthAge": 3600,
        "aws:TagKeys": ["a", "b"],
        "s3:max-keys": 1.5,
    }
    (answer,) = answers(line(identity_policies=[policy], request={**REQUEST, "context": context}))
    assert answer.decision == "allowed"


def test_optional_keys_may_be_null() -> None:
    (answer,) = answers(line(resource_policy=None, rcps=None, resource_account=None, management_account=None))
    assert answer.decision == "allowed"
    (answer,) = answers(line(request={**REQUEST, "context": None, "unknown_keys": None}))
    assert answer.decision == "allowed"


def test_null_elsewhere_does_not_make_the_rest_of_a_line_wrong() -> None:
    request = {**REQUEST, "context": None, "unknown_keys": None}
    (problems,) = answers(line(account="1111", request=request))
    assert len(problems) == 1
    assert "`1111` is no account" in problems[0]


def test_a_list_that_holds_nothing_names_nothing() -> None:
    nothing = [
        {"Effect": "Deny", "Action": [], "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": []},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"a:b": []}}},
    ]
    (answer,) = answers(line(scps=[[FULL, {"Statement": nothing}]]))
    assert answer.decision == "allowed"
    everything = {"Effect": "Deny", "NotAction": [], "NotResource": []}
    (answer,) = answers(line(scps=[[FULL, {"Statement": everything}]]))
    assert answer.decision == "explicit_deny"


def test_output_that_is_closed_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(line())
    run = subprocess.run(
        [
            "/bin/sh",
            "-c",
            '"$0" -m craton simulate --cases "$1" --format json >&-',
            sys.executable,
            str(file),
        ],
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr == "error: standard output is closed\n  hint: send it to a file or a pipe\n"


def test_blank_lines_are_passed_over_and_a_byte_order_mark_too() -> None:
    assert len(answers(b"\xef\xbb\xbf" + line(), b"\n", b"  \n", line().rstrip())) == 2


def test_a_line_that_is_too_long_is_told_and_the_next_one_answered() -> None:
    long, answer = answers(b'{"id": "' + b"x" * (LONGEST_LINE * 2) + b'"}\n', line())
    assert long == ["cases.jsonl:1:1: error: the line is longer than 4 MiB"]
    assert answer.decision == "allowed"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"acount": "x"}, "a case has no `acount`\n  hint: did you mean `account`?"),
        ({"account": 111111111111}, "`account` is no text\n  hint: write it in double quotes"),
        ({"account": "1111"}, "`1111` is no account\n  hint: an account is a text of 12 digits"),
        ({"scps": [FULL]}, "`scps[0]` is not a list of policies\n  hint: write it in `[` and `]`"),
        ({"management_account": "yes"}, "`management_account` is neither `true` nor `false`"),
        ({"request": {**REQUEST, "action": "bedrock:*"}}, "`bedrock:*` is no action"),
        ({"request": {**REQUEST, "resource": "bucket"}}, "`bucket` is no ARN"),
        ({"request": {**REQUEST, "context": {"a": "1", "A": "2"}}}, "`a` and `A` are one key"),
        ({"request": {**REQUEST, "context": {"a": None}}}, "`a` holds something that is no value"),
        ({"identity_policies": [{"Statement": []}, {}]}, "the policy has no `Statement`"),
        ({"resource_policy": FULL}, "`statement 1` of the resource policy has no `Principal`"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_with_its_place(changed: dict[str, Any], told: str) -> None:
    answer, problems = answers(line(), line(**changed))
    assert answer.decision == "allowed"
    assert all(one.startswith("cases.jsonl:2:") for one in problems)
    assert any(told in one for one in problems), problems


def test_everything_that_is_wrong_is_told_at_once() -> None:
    condition = {"StringEqual": {"a": "b"}}
    wrong = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    (problems,) = answers(line(account="1", scps={}, identity_policies=[{"Statement": [wrong]}]))
    assert len(problems) == 3


def test_a_key_that_stands_twice_is_told() -> None:
    (problems,) = answers(b'{"id": 1, "id": 2}')
    assert any("the key `id` stands here twice" in one for one in problems)


def test_the_program_answers_good_lines_and_fails_for_bad_ones(tmp_path: Path, capfd: Any) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(line(id=7) + b"nonsense\n" + line(id="c", identity_policies=[]))
    assert program(["simulate", "--cases", str(file), "--format", "json"]) == 1
    told = capfd.readouterr()
    assert [(one["id"], one["decision"]) for one in map(json.loads, told.out.splitlines())] == [
        (7, "allowed"),
        ("c", "implicit_deny"),
    ]
    assert "cases.jsonl:2:1: error: `nonsense` stands where a value must" in told.err


def test_people_are_told_why_and_what_would_change_it(tmp_path: Path, capfd: Any) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(line(scps=[[FULL, DENY]]))
    assert program(["simulate", "--cases", str(file)]) == 0
    told = capfd.readouterr().out
    assert told.startswith("a: explicit deny, by scp\n")
    assert "  denies: `No` of scp `scps[0][1]` at level 1, " in told
    assert told.endswith("  allowed if you remove `No` of SCP `scps[0][1]` at level 1\n")
