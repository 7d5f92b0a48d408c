"""What AWS was asked and answered so far.

Whoever needs an answer takes it as if it were there. Where it is not yet, what was begun is given up, the
question is noted, and everything is worked out again once it is answered: so nobody writes down what is asked
in which order, and independent questions are asked at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from craton.core.cloud_call import Observation, Read

T = TypeVar("T")


class NotAskedError(Exception):
    """Reads whose answers are needed first."""

    def __init__(self, reads: Iterable[Read]) -> None:
        self.reads = tuple(reads)
        super().__init__(", ".join(one.operation for one in self.reads))


class NotKnownError(Exception):
    """A read that came to nothing that can be relied on: denied, failed, or not to be had there."""

    def __init__(self, observation: Observation) -> None:
        self.observation = observation
        super().__init__(_words(observation))


class Seen:
    """Answers by their reads."""

    def __init__(self, observations: Iterable[Observation] = ()) -> None:
        self._answers = {one.read.key: one for one in observations}

    def add(self, observation: Observation) -> None:
        """One answer more, the newest counting."""
        self._answers[observation.read.key] = observation

    def forget(self, operations: Iterable[str]) -> None:
        """Afterwards reads by these operations are asked anew."""
        gone = set(operations)
        self._answers = {key: one for key, one in self._answers.items() if one.read.operation not in gone}

    def told(self, read: Read) -> Any:
        """The answer; None where what is asked for does not exist.

        Raises: NotAskedError, NotKnownError.
        """
        return self.told_each([read])[0]

    def told_each(self, reads: Iterable[Read]) -> list[Any]:
        """The answers of several reads at once.

        Raises: NotAskedError, NotKnownError.
        """
        wanted = list(reads)
        missing = [one for one in wanted if one.key not in self._answers]
        if missing:
            raise NotAskedError(missing)
        found = [self._answers[one.key] for one in wanted]
        for one in found:
            if one.status not in ("answered", "absent"):
                raise NotKnownError(one)
        return [one.answer for one in found]

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Everything that was answered."""
        return tuple(self._answers.values())


def worked_out(
    tasks: Iterable[Callable[[], T]], seen: Seen, ask: Callable[[list[Read]], Iterable[Observation]]
) -> list[T]:
    """What each task gives, once everything that any of them needs to know was asked.

    Rounds are as many as the longest chain of questions; in each, every question is asked once.
    """
    waiting = dict(enumerate(tasks))
    done: dict[int, T] = {}
    while waiting:
        open_reads: dict[str, Read] = {}
        for at, task in list(waiting.items()):
            try:
                done[at] = task()
            except NotAskedError as error:
                open_reads.update((one.key, one) for one in error.reads)
            else:
                del waiting[at]
        for observation in ask(list(open_reads.values())) if open_reads else ():
            seen.add(observation)
    return [done[at] for at in sorted(done)]


def _words(observation: Observation) -> str:
    read = observation.read
    where = f"`{read.service}:{read.operation}` in {read.account} {read.region}"
    why = observation.message or observation.error or observation.status
    return f"{where}: {why}"
