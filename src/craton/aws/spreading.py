"""Work spread over threads, of which no lane takes more than its share.

A lane that must wait, such as a service that is asked twice a second, does not keep the others waiting.
"""

from __future__ import annotations

import collections
import queue
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")

_AT_ONCE_IN_A_LANE: Final = 4
_LOOKED_AHEAD: Final = 1024
"""So many tasks are known at a time, of which the next one is chosen."""


class _Done(Generic[T, R]):
    """A task that is over, with what came of it or what it raised."""

    def __init__(self, lane: Hashable, result: R | None, error: BaseException | None) -> None:
        self.lane = lane
        self._result = result
        self._error = error

    def told(self) -> R:
        """What came of it. Raises: what the task raised."""
        if self._error is not None:
            raise self._error
        return cast("R", self._result)


def spread(
    tasks: Iterable[T], *, lane: Callable[[T], Hashable], run: Callable[[T], R], threads: int
) -> Generator[R, None, None]:
    """What comes of each task, in the order in which they end.

    Tasks are taken as they are needed, in the thread of the caller; what `run` raises is raised here.
    """
    return _Spread(iter(tasks), lane, run, threads).results()


class _Spread(Generic[T, R]):
    def __init__(
        self, tasks: Iterator[T], lane: Callable[[T], Hashable], run: Callable[[T], R], threads: int
    ) -> None:
        self._tasks = tasks
        self._lane = lane
        self._run = run
        self._threads = threads
        self._waiting: dict[Hashable, collections.deque[T]] = {}
        self._known = 0
        self._ready: collections.deque[Hashable] = collections.deque()
        self._running: collections.Counter[Hashable] = collections.Counter()
        self._done: queue.SimpleQueue[_Done[T, R]] = queue.SimpleQueue()

    def results(self) -> Generator[R, None, None]:
        """See `spread`."""
        with ThreadPoolExecutor(self._threads, thread_name_prefix="aws") as pool:
            try:
                while True:
                    self._look_ahead()
                    self._start(pool)
                    if not self._running.total():
                        return
                    over = self._done.get()
                    self._running[over.lane] -= 1
                    self._offer(over.lane)
                    yield over.told()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _look_ahead(self) -> None:
        while self._known < _LOOKED_AHEAD:
            task = next(self._tasks, None)
            if task is None:
                return
            lane = self._lane(task)
            self._waiting.setdefault(lane, collections.deque()).append(task)
            self._known += 1
            self._offer(lane)

    def _offer(self, lane: Hashable) -> None:
        """The lane stands among those of which a task may begin, if one may and it does not yet."""
        room = _AT_ONCE_IN_A_LANE - self._running[lane] - self._ready.count(lane)
        if self._waiting.get(lane) and room > 0 and lane not in self._ready:
            self._ready.append(lane)

    def _start(self, pool: ThreadPoolExecutor) -> None:
        while self._ready and self._running.total() < self._threads:
            lane = self._ready.popleft()
            task = self._waiting[lane].popleft()
            if not self._waiting[lane]:
                del self._waiting[lane]
            self._known -= 1
            self._running[lane] += 1
            pool.submit(self._one, lane, task)
            self._offer(lane)

    def _one(self, lane: Hashable, task: T) -> None:
        try:
            self._done.put(_Done(lane, self._run(task), None))
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are read
            self._done.put(_Done(lane, None, error))
