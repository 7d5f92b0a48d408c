"""Every account of an organization, as the port `Cloud`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from craton.aws.acting import Acting
from craton.aws.api import Api
from craton.aws.pace import Lane, lane_of
from craton.aws.refusal import code_of, message_of, status_of
from craton.aws.sessions import READING_ROLES, Sessions
from craton.aws.spreading import spread
from craton.core.cloud_call import Observation
from craton.logs.masking import masked_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from craton.aws.sessions import Caller
    from craton.core.cloud_call import Call, Read

_THREADS: Final = 24


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


class AwsCloud:
    """AWS with the credentials, the Region and the endpoint that the environment names.

    Of the roles for `reading` the first that can be assumed in an account is used; of those for `changing`
    where something is changed. The caller's own account needs neither. `followed` is told the states that
    an operation goes through. `now` is the time that observations tell.
    """

    def __init__(
        self,
        *,
        reading: tuple[str, ...] = READING_ROLES,
        changing: tuple[str, ...] = (),
        threads: int = _THREADS,
        followed: Callable[[Call, str], None] = lambda _call, _state: None,
        now: Callable[[], dt.datetime] = _now,
    ) -> None:
        """Raises: CloudError where there are no credentials, or AWS does not take them."""
        self.sessions = Sessions(reading=reading, changing=changing)
        self._api = Api(self.sessions)
        self._acting = Acting(self._api, followed=followed)
        self._threads = threads
        self._now = now

    @property
    def caller(self) -> Caller:
        """Whom AWS takes the caller for."""
        return self.sessions.caller

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        """What each read came to, once for equal ones, in whatever order they end.

        Reads are taken as they are needed: of many, few are in memory at a time.
        """
        return spread(_distinct(reads), lane=_lane, run=self._observed, threads=self._threads)

    def act(self, call: Call) -> Mapping[str, Any]:
        """AWS's answer, once the operation is over; an empty one where what is wanted was so already.

        Raises: CloudError where AWS refuses, or the operation fails.
        """
        return self._acting.act(call)

    def _observed(self, read: Read) -> Observation:
        try:
            answer = self._api.ask_all(
                read.account, read.region, read.service, read.operation, read.parameters
            )
        except (ClientError, BotoCoreError) as error:
            known = self._api.has_endpoint(read.service, read.region)
            return Observation(
                read=read,
                at=self._now(),
                status=status_of(error, region_is_known=known),
                error=code_of(error),
                message=masked_message(message_of(error)),
            )
        return Observation(read=read, at=self._now(), status="answered", answer=answer)


def _lane(read: Read) -> Lane:
    return lane_of(read.account, read.region, read.service, read.operation)


def _distinct(reads: Iterable[Read]) -> Iterator[Read]:
    seen: set[str] = set()
    for read in reads:
        if read.key not in seen:
            seen.add(read.key)
            yield read
