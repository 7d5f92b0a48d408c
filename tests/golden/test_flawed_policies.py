"""Each `policies/NAME.yaml` has one flaw; `NAME.txt` is what is told of it, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from craton.codec.policy_template import parse_policy_template
from craton.core.diagnostic import in_order
from craton.registry.policies import check_template

FOLDER = Path(__file__).parent / "policies"
CASES = sorted(file.stem for file in FOLDER.glob("*.yaml"))


def told(name: str) -> str:
    """Everything that is told of a file."""
    data = (FOLDER / f"{name}.yaml").read_bytes()
    template, problems = parse_policy_template(data, id=name, file=f"{name}.yaml")
    found = in_order([*problems, *(check_template(template) if template is not None else ())])
    return "".join(f"{problem}\n" for problem in found)


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_with_a_policy_file_is_told_as_it_was_approved(name: str) -> None:
    assert told(name) == (FOLDER / f"{name}.txt").read_text("utf-8")


def test_the_corpus_of_policy_files_is_paired_and_its_base_is_sound() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.txt")) == CASES
    assert told("sound") == ""
    assert all(told(name) for name in CASES if name != "sound")


def test_messages_about_policy_files_keep_the_house_s_form() -> None:
    for name in CASES:
        for line in told(name).splitlines():
            message = line.partition(": error: ")[2] or line.partition("hint: ")[2]
            assert message
            assert not message.endswith(".")
            assert message[0] == "`" or not message[0].isupper()
            assert message.count("`") % 2 == 0
