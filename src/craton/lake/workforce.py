"""Worker processes that share nothing and end with the process that started them.

Each worker has a pipe of its own whose other end only its master holds: when the master is gone, even by
`kill -9`, the worker reads the end of the pipe and leaves.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import traceback
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Final, Self

from craton.core.errors import CratonError, DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from multiprocessing.process import BaseProcess

_PRELOADED: Final = ["craton.lake.worker"]

_ALLOCATOR: Final = {
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TOP_PAD_": str(16 << 20),
}
"""How workers use glibc's allocator: what one batch of rows gives back is kept for the next.

By default it goes back to the system and comes again page by page, which takes a tenth of the time. Other
allocators take no notice.

Source: mallopt(3), the Linux manual page, retrieved 2026-11-26.
"""


class Workforce:
    """Runs methods of one object per process. With a `size` of 0 everything runs in this process."""

    def __init__(self, make: Callable[[], Any], size: int) -> None:
        self._workers: list[tuple[BaseProcess, Connection]] = []
        self._alone = make() if size == 0 else None
        context = multiprocessing.get_context("forkserver")
        if size:
            prepare()
        for _ in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, make), daemon=True)
            process.start()
            theirs.close()
            self._workers.append((process, ours))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process, pipe in self._workers:
            pipe.close()
            process.join(timeout=5)
            if process.is_alive():
                process.kill()

    def each(self, method: str) -> None:
        """Every worker has run the method."""
        if self._alone is not None:
            getattr(self._alone, method)()
            return
        for _, pipe in self._workers:
            pipe.send((method, ()))
        for _, pipe in self._workers:
            _received(pipe)

    def spread(self, method: str, tasks: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """The results of the method for each task, as they come."""
        if self._alone is not None:
            for one in tasks:
                yield getattr(self._alone, method)(*one)
            return
        waiting: Iterator[tuple[Any, ...] | None] = iter(tasks)
        busy: list[Connection] = []
        idle = [pipe for _, pipe in self._workers]
        while True:
            while idle:
                task: tuple[Any, ...] | None = next(waiting, None)
                if task is None:
                    break
                pipe = idle.pop()
                pipe.send((method, task))
                busy.append(pipe)
            if not busy:
                return
            for ready in wait(busy):
                pipe = next(one for one in busy if one is ready)
                busy.remove(pipe)
                idle.append(pipe)
                yield _received(pipe)


def prepare() -> None:
    """The process that workers come from is starting, so that they are there sooner."""
    multiprocessing.set_forkserver_preload(_PRELOADED)
    with _environment(_ALLOCATOR):
        forkserver.ensure_running()


@contextlib.contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Within, the settings are in the environment, but for those that stand there already."""
    added = {name: value for name, value in settings.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def _received(pipe: Connection) -> Any:
    try:
        fault, result = pipe.recv()
    except EOFError as error:
        raise DataError(
            "a worker process ended before its work",
            hint="look for a lack of memory, then run the command again",
        ) from error
    if fault is not None:
        if isinstance(result, (CratonError, OSError)):
            raise result
        raise RuntimeError(fault)
    return result


def _serve(pipe: Connection, make: Callable[[], Any]) -> None:
    """The life of a worker: one task after the other until the master is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    worker = make()
    while True:
        try:
            method, task = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)
        try:
            answer: tuple[str | None, Any] = (None, getattr(worker, method)(*task))
        except Exception as error:  # noqa: BLE001 - the master raises it again, with this traceback
            told = error if isinstance(error, (CratonError, OSError)) else None
            answer = (traceback.format_exc(), told)
        try:
            pipe.send(answer)
        except (BrokenPipeError, OSError):
            os._exit(0)
