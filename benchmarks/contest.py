"""Commands against each other on the same files: interleaved, each several times, every answer checked."""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measurement import Run, run
from msgspec import Struct, field


class Contestant(Struct, frozen=True):
    """A command. `command(files, out)` is how it is called; `seconds` reads the time that counts off a run.

    `wanted` are the values that its answer, one JSON object, must have; `codes` the exit codes of success.
    """

    name: str
    command: Callable[[Path, Path], Sequence[str]]
    seconds: Callable[[float, dict[str, Any]], float]
    wanted: dict[str, int]
    codes: tuple[int, ...] = (0,)


class Score(Struct):
    """What a contestant did: wall and processor time of each timed run, MiB of each watched run."""

    name: str
    seconds: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def median_s(self) -> float:
        """The median of the timed runs."""
        return statistics.median(self.seconds)

    @property
    def memory_mb(self) -> float:
        """The largest peak seen."""
        return max(self.peak_mb)


def from_answer(wall: float, answer: dict[str, Any]) -> float:
    """The time that the contestant took itself, start-up left out."""
    del wall
    return float(answer["seconds"])


def from_start(wall: float, answer: dict[str, Any]) -> float:
    """The time of the whole process, but for its counting at the end."""
    return wall - float(answer.get("counting", 0))


def contest(
    contestants: Sequence[Contestant], files: Path, *, timed: int, watched: int, told: Callable[[str], None]
) -> dict[str, Score]:
    """The scores of `timed` rounds, after one that counts for nothing, and of `watched` rounds.

    Each round begins with another contestant, so that none always follows the same one.
    """
    scores = {one.name: Score(one.name) for one in contestants}
    for number in range(1 + timed + watched):
        first = number % len(contestants)
        for one in [*contestants[first:], *contestants[:first]]:
            done, answer = once(one, files, watch=number > timed)
            score = scores[one.name]
            score.answer = answer
            seconds = one.seconds(done.seconds, answer)
            peak = f", {done.peak_mb:.0f} MiB" if done.peak_mb else ""
            told(f"round {number} {one.name}: {seconds:.2f} s, {done.cpu_s:.2f} s of processor{peak}")
            if done.peak_mb is not None:
                score.peak_mb.append(done.peak_mb)
            elif number:
                score.seconds.append(seconds)
                score.cpu_s.append(done.cpu_s)
    return scores


def once(one: Contestant, files: Path, *, watch: bool) -> tuple[Run, dict[str, Any]]:
    """The contestant's run and its answer. Raises: SystemExit where the answer is wrong."""
    out = Path(tempfile.mkdtemp(prefix="craton-bench-"))
    try:
        done = run(list(one.command(files, out / "out")), watch=watch)
    finally:
        shutil.rmtree(out, ignore_errors=True)
    if done.code not in one.codes:
        raise SystemExit(f"{one.name} ended with {done.code}: {done.stderr[-2_000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    for name, value in one.wanted.items():
        if answer.get(name) != value:
            raise SystemExit(f"{one.name} says {name} = {answer.get(name)}, the corpus holds {value}")
    return done, answer


def ratio(peer: Sequence[float], ours: Sequence[float]) -> tuple[float, float, float]:
    """How many times as little ours took: the median of the rounds' ratios, the lowest and the highest."""
    ratios = [a / b for a, b in zip(peer, ours, strict=True)]
    return statistics.median(ratios), min(ratios), max(ratios)
