"""How a state fails: by the name of an error, which retriers and catchers ask for.

Source: "Handling errors in Step Functions workflows", docs.aws.amazon.com/step-functions/latest/dg/
concepts-error-handling.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL: Final = "States.ALL"
RUNTIME: Final = "States.Runtime"
TIMEOUT: Final = "States.Timeout"
TASK_FAILED: Final = "States.TaskFailed"
PARAMETER_PATH: Final = "States.ParameterPathFailure"
RESULT_PATH: Final = "States.ResultPathMatchFailure"
NO_CHOICE: Final = "States.NoChoiceMatched"
INTRINSIC: Final = "States.IntrinsicFailure"
BRANCH: Final = "States.BranchFailed"
_NEVER_CAUGHT: Final = (RUNTIME, "States.DataLimitExceeded")


class StateFailure(Exception):  # noqa: N818 - the language's own word
    """A state failed: `error` is the name, `cause` what is told of it."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


def is_among(error: str, names: Iterable[str], *, of_a_task: bool) -> bool:
    """Whether an error is one of those that a retrier or a catcher names."""
    wanted = set(names)
    if error in wanted:
        return True
    if ALL in wanted:
        return error not in _NEVER_CAUGHT
    return TASK_FAILED in wanted and of_a_task and error not in (TIMEOUT, RUNTIME)
