"""Who watches goes on watching, whatever goes wrong at one look."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
import pytest

from craton.cli import watching
from craton.core.errors import CloudError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable


def one_after_another(*steps: str | Exception) -> Callable[[], str]:
    coming = iter(steps)

    def look() -> str:
        step = next(coming)
        if isinstance(step, Exception):
            raise step
        return step

    return look


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


def test_what_goes_wrong_at_a_look_is_told_and_the_next_one_follows(
    waited: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = (
        UserError("`craton.yaml` is no manifest"),
        CloudError("throttled"),
        msgspec.DecodeError("truncated"),
        OSError(5, "Input/output error"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    )
    found = watching.looks(one_after_another("first", *wrong, "last"), 90)
    assert [next(found), next(found)] == ["first", "last"]
    assert waited == [90] * 7
    told = capsys.readouterr().err.splitlines()
    assert told[:2] == [
        "error: `craton.yaml` is no manifest; looking again in 1.5 minutes",
        "error: throttled; looking again in 1.5 minutes",
    ]
    assert len(told) == len(wrong)


@pytest.mark.usefixtures("waited")
def test_a_bug_ends_it() -> None:
    with pytest.raises(KeyError):
        next(watching.looks(one_after_another(KeyError("no such thing")), 1))
