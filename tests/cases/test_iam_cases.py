from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from scripts.count_iam_cases import KINDS, OPERATORS, SETS, shortfalls
from tests.cases import iam_case
from tests.cases.iam_case import SHARED_DATA, IamCase, read_cases

from craton.engine.simulating import Answered, simulate_cases

if TYPE_CHECKING:
    from pathlib import Path

CASES = read_cases()
PAGE = re.compile(r"https://docs\.aws\.amazon\.com/[\w./-]+\.html")


def asked(cases: tuple[IamCase, ...]) -> bytes:
    """The cases as a file of the contract."""
    return "".join(json.dumps(case.line) + "\n" for case in cases).encode()


def at_hand(case: IamCase) -> IamCase:
    """The case, where its policies are at hand; else the test is skipped, aloud."""
    if case.needs:
        pytest.skip(f"{', '.join(case.needs)} is absent from {SHARED_DATA}")
    return case


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_aws_decides_so(case: IamCase) -> None:
    (answered,) = simulate_cases(io.BytesIO(asked((at_hand(case),))), case.file)
    assert isinstance(answered, Answered), answered
    assert answered.answer.decision == case.decision, case
    if case.blocked_by is not None:
        assert set(answered.answer.blocked_by) == set(case.blocked_by), case
    assert set(answered.answer.unknown_keys) == case.settled_by, case
    assert bool(answered.answer.blocked_by) == (case.decision != "allowed")


@pytest.mark.slow
def test_the_program_answers_as_its_parts_do(tmp_path: Path) -> None:
    cases = tuple(case for case in CASES if not case.needs)
    file = tmp_path / "cases.jsonl"
    file.write_bytes(asked(cases))
    program = [sys.executable, "-m", "craton", "simulate", "--cases", str(file), "--format", "json"]
    ran = subprocess.run(program, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(one["id"], one["decision"]) for one in answers] == [(one.id, one.decision) for one in cases]


def test_every_case_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(case.id for case in CASES).items() if times > 1] == []


def test_no_two_cases_ask_the_same() -> None:
    asked_by = Counter(case.question for case in CASES)
    assert [case.id for case in CASES if asked_by[case.question] > 1] == []


def test_every_case_cites_aws_or_says_why() -> None:
    assert [case.id for case in CASES if case.source is None and not case.why] == []
    assert [case.id for case in CASES if case.source and not PAGE.fullmatch(case.source.page)] == []
    assert [case.id for case in CASES if case.source and not case.source.heading] == []


def test_there_are_enough_cases_of_everything() -> None:
    assert shortfalls(CASES) == []


def test_too_few_cases_of_anything_are_noticed() -> None:
    """Negative control: each operator and each kind of policy is counted."""
    few = "\n".join(shortfalls(CASES[:10]))
    due = [*OPERATORS, *SETS, *KINDS, "distinct cases", "cases cite AWS"]
    assert [name for name in due if name not in few and name not in ("Null", "identity")] == []


@pytest.mark.slow
def test_cases_over_policies_that_are_absent_name_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Negative control of the skip, with nothing beside the repository."""
    monkeypatch.setattr(iam_case, "SHARED_DATA", tmp_path)
    needing = [case for case in read_cases() if case.needs]
    assert needing
    assert all(case.id.startswith("sample-") for case in needing)
    assert len(needing) == sum(case.id.startswith("sample-") for case in CASES)


def test_a_wrong_decision_is_noticed() -> None:
    """Negative control: turned round, every effect of a case changes its answer."""
    (case,) = (one for one in CASES if one.id == "StringEquals-same")
    line = json.loads(json.dumps(case.line))
    line["identity_policies"][0]["Statement"]["Effect"] = "Deny"
    (answered,) = simulate_cases(io.BytesIO(json.dumps(line).encode()), "turned.jsonl")
    assert isinstance(answered, Answered)
    assert (case.decision, answered.answer.decision) == ("allowed", "explicit_deny")
