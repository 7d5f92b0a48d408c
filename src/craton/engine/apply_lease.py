"""One apply at a time: a run holds the lease for as long as it lives, and what it died with is soon free.

The lease is kept with the state, and renewed in the background, since one change may take hours. Of runs that
died in this folder the next one here knows that they did, and need not wait until their lease has run out.
"""

from __future__ import annotations

import fcntl
import secrets
import threading
from typing import IO, TYPE_CHECKING, Final

from craton.core.errors import CloudError, UserError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from craton.engine.deployment_state import DeploymentState

RENEWED_EVERY_S: Final = 20.0
_FILE: Final = ".runs"
_REMEMBERED: Final = 8


class Run:
    """What tells one run from every other, until the end of the block. `dead` are those of its folder before.

    Raises: UserError where another one goes on in the folder, or it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.id = secrets.token_hex(8)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file: IO[str] = (folder / _FILE).open("a+")
        except OSError as error:
            raise UserError(
                f"`{folder}` cannot be written: {(error.strerror or str(error)).lower()}",
                hint="`--state` names another folder",
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise UserError(
                "an apply goes on here already", hint="wait for its end, then plan again"
            ) from error
        self._file.seek(0)
        self.dead = tuple(self._file.read().split())[-_REMEMBERED:]
        self._file.truncate(0)
        self._file.write("\n".join([*self.dead, self.id]))
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Another one may begin in the folder."""
        self._file.close()


class ApplyLease:
    """The lease of a run, in whichever state it is kept; held within the block.

    Raises, as it begins: UserError where somebody else applies; CloudError where that cannot be told.
    """

    def __init__(self, state: DeploymentState, run: Run, *, holder: str, plan: str) -> None:
        self.state = state
        self._run = run
        self._holder = holder
        self._plan = plan
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._lost: UserError | None = None
        self._renewing = threading.Thread(target=self._renew_now_and_then, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._take(self.state)
        self._renewing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._renewing.join()
        self.state.give_up()

    def renew(self) -> None:
        """Afterwards it is as long as at first. Raises: UserError where it was lost; CloudError."""
        with self._turn:
            if self._lost is not None:
                raise self._lost
            self.state.renew(self._run.id, self._holder, self._plan)

    def move(self, state: DeploymentState) -> None:
        """Afterwards it is held there, and what the state told until now is told there.

        Raises: UserError where somebody else applies there, or the two tell different things; CloudError.
        """
        with self._turn:
            self._take(state)
            try:
                state.move_from(self.state)
            except BaseException:
                state.give_up()
                raise
            self.state.give_up()
            self.state = state

    def _take(self, state: DeploymentState) -> None:
        state.take(self._run.id, self._holder, self._plan, dead=self._run.dead)

    def _renew_now_and_then(self) -> None:
        while not self._ended.wait(RENEWED_EVERY_S):
            try:
                self.renew()
            except UserError as error:
                self._lost = error
                return
            except CloudError:
                continue  # it is still held for a while, and the next change asks again
