"""AWS's API in every account: one call at a time, at its pace, again where it may succeed a moment later."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Final

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, DataNotFoundError
from botocore.paginate import Paginator

from craton.aws.answer import plain
from craton.aws.pace import Pacing, lane_of
from craton.aws.refusal import is_throttling, passes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.model import OperationModel, ServiceModel
    from botocore.paginate import PaginatorModel

    from craton.aws.sessions import Sessions

_TRIES_IF_THROTTLED: Final = 12
_TRIES_IF_BROKEN: Final = 5
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 20.0

_TOKENS: Final = ("NextToken", "nextToken")
"""What operations name the place at which the next page begins, that have no paginator in botocore."""


class Api:
    """Calls of any service in any account; safe to use from several threads.

    `sleep` and `chance` are how it waits and what the length of a wait is drawn by, `clock` is what waiting
    moves.
    """

    def __init__(
        self,
        sessions: Sessions,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self._pacing = Pacing(clock)
        self._sleep = sleep
        self._chance = chance
        self._models: dict[str, ServiceModel] = {}
        self._pagings: dict[tuple[str, str], dict[str, Any] | None] = {}

    def ask(
        self,
        account: str,
        region: str,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        changing: bool = False,
    ) -> dict[str, Any]:
        """AWS's answer to one call, as JSON values; one page of it where there are more.

        Raises: botocore's ClientError or BotoCoreError, once trying again is of no use; CloudError where
            nothing says as whom to call.
        """
        raw = self._raw(account, region, service, operation, parameters, changing=changing)
        return plain(raw, self.operation(service, operation).output_shape)

    def ask_all(
        self, account: str, region: str, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The same with all pages: their lists are joined, all else is as the first page has it."""
        paging = self._paging(service, operation)
        if paging is None or _begins_within(parameters, paging):
            return self.ask(account, region, service, operation, parameters)

        def method(**given: Any) -> dict[str, Any]:
            return self._raw(account, region, service, operation, given)

        model = self.operation(service, operation)
        pages = iter(Paginator(method, paging, model).paginate(**parameters))
        whole: dict[str, Any] = dict(next(pages))
        for page in pages:
            for path in _listed(paging["result_key"]):
                _extend(whole, page, path.split("."))
        for token in _listed(paging["output_token"]):
            whole.pop(token, None)
        return plain(whole, model.output_shape)

    def operation(self, service: str, name: str) -> OperationModel:
        """What botocore knows of an operation."""
        model = self._models.get(service)
        if model is None:
            model = self._models[service] = self._sessions.session.get_service_model(service)
        return model.operation_model(name)

    def has_endpoint(self, service: str, region: str) -> bool:
        """Whether botocore knows an endpoint of the service in the Region; so where it knows none at all."""
        known = self._sessions.session.get_available_regions(service, self._sessions.caller.partition)
        return not known or region in known

    def _raw(
        self,
        account: str,
        region: str,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        changing: bool = False,
    ) -> dict[str, Any]:
        lane = lane_of(account, region, service, operation)
        method = getattr(self._sessions.client(service, region), xform_name(operation))
        tries = 0
        while True:
            self._wait(self._pacing.pause(lane, operation))
            tries += 1
            try:
                with self._sessions.speaking_for(account, changing=changing):
                    answer: dict[str, Any] = method(**parameters)
            except (ClientError, BotoCoreError) as error:
                if is_throttling(error):
                    self._pacing.throttled(lane)
                if tries >= _tries(error):
                    raise
                self._wait(self._chance() * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tries))
            else:
                self._pacing.answered(lane)
                return answer

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._sleep(seconds)

    def _paging(self, service: str, operation: str) -> dict[str, Any] | None:
        """How the pages of an operation hang together, as botocore tells; None where it has but one."""
        key = (service, operation)
        if key not in self._pagings:
            try:
                self._pagings[key] = self._paginators(service).get_paginator(operation)
            except (DataNotFoundError, ValueError):
                self._pagings[key] = _by_token(self.operation(service, operation))
        return self._pagings[key]

    def _paginators(self, service: str) -> PaginatorModel:
        return self._sessions.session.get_paginator_model(service)


def _tries(error: ClientError | BotoCoreError) -> int:
    """So often a call that ends so is tried."""
    if is_throttling(error):
        return _TRIES_IF_THROTTLED
    return _TRIES_IF_BROKEN if passes(error) else 1


def _by_token(model: OperationModel) -> dict[str, Any] | None:
    """How pages hang together where an operation takes the token that it gives."""
    if model.input_shape is None or model.output_shape is None:
        return None
    given = model.output_shape.members
    token = next((name for name in _TOKENS if name in model.input_shape.members and name in given), None)
    if token is None:
        return None
    lists = [name for name, shape in given.items() if shape.type_name == "list"]
    return {"input_token": token, "output_token": token, "result_key": lists}


def _begins_within(parameters: Mapping[str, Any], paging: Mapping[str, Any]) -> bool:
    """Whether a call names the page that it wants."""
    return any(token in parameters for token in _listed(paging["input_token"]))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _extend(whole: dict[str, Any], page: Mapping[str, Any], path: list[str]) -> None:
    """What stands in a page at the path stands behind what the whole has there."""
    *outer, last = path
    for name in outer:
        whole, page = whole.setdefault(name, {}), page.get(name, {})
    more = page.get(last)
    if not more:
        return
    if last not in whole or whole[last] is None:
        whole[last] = more
    elif isinstance(more, list):
        whole[last] = [*whole[last], *more]
    elif isinstance(more, dict):
        whole[last] = {**whole[last], **more}
