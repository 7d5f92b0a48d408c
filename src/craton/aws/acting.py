"""A call that changes something, or has AWS look: carried out once, and followed to its end."""

from __future__ import annotations

import itertools
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

import jmespath
import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from craton.aws.failure import reasons
from craton.aws.refusal import code_of, message_of, status_of, told
from craton.core.errors import CloudError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from craton.aws.api import Api
    from craton.core.cloud_call import Call, Until

_TOKENS: Final = ("ClientRequestToken", "ClientToken", "clientRequestToken", "clientToken")
"""What operations call the token that makes a call one and the same, beside those that botocore marks."""

_NAMESPACE: Final = uuid.UUID("6b1f2f0c-6a0e-4c0e-9d4e-1f4b7f6f2b11")

_ALREADY_TAKEN: Final = frozenset({"OperationIdAlreadyExistsException", "TokenAlreadyExistsException"})
"""AWS knows the token: the call was made before, and its operation goes on or is over."""

_CONFLICTS: Final = frozenset(
    {
        "ConcurrentModification",  # IAM
        "ConcurrentModificationException",  # Organizations, EventBridge, Firehose
        "FinalizingOrganizationException",
        "OperationAborted",  # S3
        "OperationInProgressException",  # stack sets
        "PolicyChangesInProgressException",
        "StaleRequestException",
    }
)
_IN_PROGRESS: Final = "_IN_PROGRESS state and can not be updated"
"""What CloudFormation says, as a ValidationError, of a stack in which something else goes on."""

_ABSENT: Final = "absent"
_FIRST_PAUSE: Final = 0.2
_GROWTH: Final = 1.5
_LONGEST_PAUSE: Final = 15.0
_LONGEST_WAIT: Final = 6 * 3600.0
_NOT_SEEN_YET: Final = 10
"""So often an operation may not be known yet where it is asked for, right after it began."""


class Acting:
    """Carries calls out. `followed` is told each state that an operation is seen in."""

    def __init__(
        self,
        api: Api,
        *,
        followed: Callable[[Call, str], None] = lambda _call, _state: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._followed = followed
        self._sleep = sleep
        self._clock = clock

    def act(self, call: Call) -> Mapping[str, Any]:
        """AWS's answer, once the operation is over; an empty one where it was so already.

        Raises: CloudError where AWS refuses, or the operation fails.
        """
        parameters = {**call.parameters, **self._tokens(call)}
        try:
            answer = self._begun(call, parameters)
        except (ClientError, BotoCoreError) as error:
            code = code_of(error)
            if code in _ALREADY_TAKEN:
                answer = self._told_by_token(call, parameters)
            elif code in call.done:
                answer = {}
            elif any(words in message_of(error) for words in call.done):
                return {}
            else:
                raise self._refused(call, error) from error
        if call.until is not None:
            self._wait_for(call, call.until, answer)
        return answer

    def _begun(self, call: Call, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """AWS's answer to the call, once nothing else stands in its way."""
        deadline = self._clock() + _LONGEST_WAIT
        for pause in _pauses():
            try:
                return self._api.ask(
                    call.account,
                    call.region,
                    call.service,
                    call.operation,
                    parameters,
                    changing=not call.looks,
                )
            except ClientError as error:
                if not _is_conflict(error) or self._clock() > deadline:
                    raise
                self._followed(call, code_of(error))
            self._sleep(pause)
        raise AssertionError("pauses have no end")

    def _tokens(self, call: Call) -> dict[str, str]:
        """The parameters that make the call one and the same however often it is made."""
        model = self._api.operation(call.service, call.operation)
        known = model.input_shape.members if model.input_shape is not None else {}
        names = [*model.idempotent_members, *(name for name in _TOKENS if name in known)]
        return {name: _token(call) for name in names if name not in call.parameters}

    def _told_by_token(self, call: Call, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """What the first of these calls was answered, so far as the token tells it."""
        given = self._api.operation(call.service, call.operation).output_shape
        names = given.members if given is not None else {}
        return {name: value for name, value in parameters.items() if name in names}

    def _wait_for(self, call: Call, until: Until, answer: Mapping[str, Any]) -> None:
        taken = {name: answer[field] for name, field in until.taken.items() if field in answer}
        parameters = {**until.parameters, **taken}
        deadline = self._clock() + _LONGEST_WAIT
        for asked, pause in enumerate(_pauses()):
            state, words = self._state(call, until, parameters)
            self._followed(call, state)
            if state in until.succeeded:
                return
            if state in until.failed or (state == _ABSENT and asked >= _NOT_SEEN_YET):
                lines = dict.fromkeys([*words, *reasons(self._api, call, parameters)])
                why = "".join(f"\n  {line}" for line in lines)
                raise CloudError(f"{_place(call)} ended as `{state}`{why}", code=state)
            if self._clock() > deadline:
                raise CloudError(f"{_place(call)} is still `{state}` after {_LONGEST_WAIT / 3600:.0f} hours")
            self._sleep(pause)

    def _state(self, call: Call, until: Until, parameters: Mapping[str, Any]) -> tuple[str, list[str]]:
        """In which state the operation is, and the words that tell why."""
        try:
            answer = self._api.ask(
                call.account,
                call.region,
                call.service,
                until.operation,
                parameters,
                changing=not call.looks,
            )
        except (ClientError, BotoCoreError) as error:
            if status_of(error) == "absent":
                return _ABSENT, []
            raise self._refused(call, error) from error
        words = jmespath.search(until.reason, answer) if until.reason is not None else None
        return str(jmespath.search(until.path, answer)), [str(words)] if words else []

    def _refused(self, call: Call, error: ClientError | BotoCoreError) -> CloudError:
        return CloudError(f"{_place(call)} was refused: {told(error)}", code=code_of(error))


def _token(call: Call) -> str:
    """The same for the same call of the same occasion.

    Shapes: a UUID, which every service takes.
    """
    return str(uuid.uuid5(_NAMESPACE, msgspec.json.encode(call, order="sorted").decode()))


def _pauses() -> Iterator[float]:
    """How long to wait between one look and the next, without end."""
    return (min(_LONGEST_PAUSE, _FIRST_PAUSE * _GROWTH ** min(number, 20)) for number in itertools.count())


def _is_conflict(error: ClientError) -> bool:
    """Whether something else is going on that will be over."""
    return code_of(error) in _CONFLICTS or _IN_PROGRESS in message_of(error)


def _place(call: Call) -> str:
    return f"`{call.service}:{call.operation}` in account {call.account}, {call.region}"
