"""Questions in rounds: what follows from an answer is asked in the next one.

So rounds are few, and each is spread over accounts, Regions and services at once. What a journal knows is
not asked again.
"""

from __future__ import annotations

import collections
import itertools
from typing import TYPE_CHECKING, TypeAlias

from craton.core.cloud_call import Read
from craton.core.collect_report import Problem
from craton.engine.reads.question import Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from craton.core.cloud_call import Observation
    from craton.core.ports import Cloud
    from craton.lake.observation_journal import Journal
    from craton.lake.progress import Progress

Asked: TypeAlias = tuple[Plan, Question, Read]


class Rounds:
    """Asks what the journal does not know yet, and counts what came of it.

    `counts` are answers by account and Region, and by status; `problems` are reads that were denied or
    failed, with how often; `asked` counts what was asked now.
    """

    def __init__(self, cloud: Cloud, journal: Journal, progress: Progress) -> None:
        self.counts: dict[tuple[str, str], collections.Counter[str]] = {}
        self.problems: collections.Counter[Problem] = collections.Counter()
        self.asked = 0
        self._cloud = cloud
        self._journal = journal
        self._progress = progress

    def ask(self, questions: Iterable[Asked]) -> None:
        """Afterwards the journal knows the answers, and those of every question that follows."""
        waiting = list(questions)
        for number in itertools.count(1):
            if not waiting:
                return
            self._progress.begin(f"round {number}", len(waiting), unit="reads")
            waiting = self._round(waiting)

    def answers(self, reads: Iterable[Read]) -> Iterator[Observation]:
        """What each read came to: as the journal has it, else as AWS answers now."""
        missing = []
        for read in reads:
            known = self._journal.observation(read)
            if known is not None and known.status != "failed":
                yield known
            else:
                missing.append(read)
        for observation in self._cloud.observe(missing):
            self._journal.add(observation)
            self.asked += 1
            yield observation

    def _round(self, asked: Sequence[Asked]) -> list[Asked]:
        """The questions that follow from the answers."""
        by_key = {read.key: (plan, question) for plan, question, read in asked}
        following: dict[str, Asked] = {}
        for observation in self.answers(read for _, _, read in asked):
            self._progress.advance(1)
            self._count(observation)
            plan, question = by_key[observation.read.key]
            for read, next_question in _following(plan, question, observation):
                following[read.key] = (plan, next_question, read)
        return [following[key] for key in sorted(following)]

    def _count(self, observation: Observation) -> None:
        read = observation.read
        place = (read.account, read.region)
        self.counts.setdefault(place, collections.Counter())[observation.status] += 1
        if observation.status in ("denied", "failed"):
            problem = Problem(
                account=read.account,
                service=read.service,
                operation=read.operation,
                status=observation.status,
                error=observation.error or "",
                message=observation.message or "",
            )
            self.problems[problem] += 1


def _following(plan: Plan, question: Question, observation: Observation) -> Iterator[tuple[Read, Question]]:
    if observation.status != "answered":
        return
    read = observation.read
    for one in question.then:
        for following in one.questions(question, observation.answer):
            yield plan.read(following, read.account, read.region), following
