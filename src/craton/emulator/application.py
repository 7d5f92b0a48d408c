"""The way of one request: identify it, know its caller, authorize it, answer it, remember it.

What no service vouches for is answered with 501 and its name, and never handed to moto, which would often
answer with success and do nothing.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import threading
import traceback
import uuid
from typing import TYPE_CHECKING, Any, Final

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from craton.emulator.authentication import INSIDE, authenticated
from craton.emulator.call import Call
from craton.emulator.control import controlled
from craton.emulator.endpoints import entered
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.identification import Directory, access_key_of
from craton.emulator.record import Record
from craton.emulator.wire import Answer, Wire, failure, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from craton.emulator.call import Operation
    from craton.emulator.identification import Identified
    from craton.emulator.service import Service
    from craton.emulator.world import World

    Environ = dict[str, Any]
    StartResponse = Callable[[str, list[tuple[str, str]]], object]
    Stage = Callable[[Call], None]

_SUCCESS: Final = range(200, 400)
_REST_SECONDS: Final = 60
_FOREIGN: Final = (
    "a request that a web page made, or for another host: only programs of this machine may call"
)
_HERE: Final = re.compile(r"(?:127(?:\.\d+){3}|(?:[a-z0-9.-]+\.)?localhost|\[::1\])(?::\d+)?", re.IGNORECASE)


class Application:
    """The emulator as a WSGI application.

    `stages` look at each call before it is answered, in their order, and refuse it by raising ServiceError:
    faults on demand, authorization.
    """

    def __init__(self, world: World, services: Mapping[str, Service], stages: Iterable[Stage] = ()) -> None:
        self.world = world
        self.services = services
        self._stages = tuple(stages)
        self._directory = Directory(services)
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._backends: dict[str, Any] = {}
        self._turns: dict[tuple[str, str], threading.RLock] = {}
        self.begin: Callable[[], None] = lambda: None
        """What makes the world as it is at the start."""

    def reset(self) -> None:
        """All is as it was at the start; what goes on behind calls is waited for first.

        Raises: RuntimeError where it does not come to rest.
        """
        if not self.world.work.wait(_REST_SECONDS):
            raise RuntimeError(f"the emulator did not come to rest within {_REST_SECONDS} s")
        BackendDict.reset()
        reset_model_data()
        self.world.forget()
        self.begin()

    def __call__(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        """Answers one request."""
        answer = self.answer(environ, _body(environ))
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        own = {"status"} if is_head else {"status", "content-length"}
        headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in own]
        if not is_head:
            headers.append(("content-length", str(len(answer.body))))
        start_response(_status_line(answer.status), headers)
        return [b"" if is_head else answer.body]

    def answer(self, environ: Environ, body: bytes) -> Answer:
        """The answer to one request, whose body has been read."""
        if INSIDE not in environ and not _is_of_this_machine(environ):
            return Answer(403, {"content-type": "text/plain"}, _FOREIGN.encode())
        environ = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        told = controlled(self, environ, body)
        if told is not None:
            return told
        environ, endpoint = entered(environ)
        try:
            found = self._directory.identify(environ, body)
        except Exception:  # noqa: BLE001 - whoever sends what nobody foresaw gets an answer, and we get to know
            self.world.work.failures.append(traceback.format_exc())
            return Answer(500, {"content-type": "text/plain"}, b"the emulator cannot tell what is called")
        if found.operation is None or not self._has(found):
            what = f"{found.operation or found.wanted} is not emulated"
            return self._refused(what, found.operation, environ, body)
        request_id = str(uuid.uuid4())
        try:
            answer = self._carried_out(found, environ, body, request_id=request_id, endpoint=endpoint)
        except Exception:  # noqa: BLE001 - a bug of the emulator is told as AWS tells its own, and kept
            self.world.work.failures.append(traceback.format_exc())
            bug = ServiceError("InternalFailure", f"the emulator failed at {found.operation}", 500)
            answer = failure(found.operation, environ, bug, request_id)
        return Answer(answer.status, {"x-amzn-requestid": request_id, **answer.headers}, answer.body)

    def _has(self, found: Identified) -> bool:
        """Whether some service answers what a request calls."""
        if found.operation is None or found.is_elsewhere:
            return False
        service = self.services.get(found.operation.service)
        return service is not None and found.operation.name in service.operations

    def _carried_out(
        self,
        found: Identified,
        environ: Environ,
        body: bytes,
        *,
        request_id: str,
        endpoint: str | None,
    ) -> Answer:
        """The answer of a service, which is remembered once it is known who calls."""
        operation = found.operation
        if operation is None:
            raise NotEmulatedError(found.wanted)
        try:
            caller = authenticated(self.world, found, environ)
            try:
                wire = Wire(operation, caller.account, environ, body)
            except Exception as error:
                raise ServiceError(
                    "SerializationException", f"the request cannot be read: {error}"
                ) from error
            call = Call(
                operation=operation,
                region=found.region,
                caller=caller,
                parameters=wire.parameters,
                environ=environ,
                body=body,
                request_id=request_id,
                time=self.world.now(),
                world=self.world,
                endpoint=endpoint,
            )
        except ServiceError as error:
            return failure(operation, environ, error, request_id)
        return self._recorded(call, self.services[operation.service], wire)

    def _refused(self, what: str, operation: Operation | None, environ: Environ, body: bytes) -> Answer:
        self.world.refused.append(what)
        return refusal(what, operation, environ, body)

    def _recorded(self, call: Call, service: Service, wire: Wire) -> Answer:
        """The answer, after it is remembered."""
        error: ServiceError | None = None
        try:
            answer = self._answered(call, service, wire)
        except NotEmulatedError as lacking:
            return self._refused(f"{call.operation}: {lacking}", call.operation, call.environ, call.body)
        except ServiceError as refused:
            error = refused
            answer = failure(call.operation, call.environ, refused, call.request_id)
        self.world.remember(_record(call, answer, error))
        return answer

    def _answered(self, call: Call, service: Service, wire: Wire) -> Answer:
        for stage in self._stages:
            stage(call)
        name = call.operation.name
        for check in service.checks.get(name, ()):
            check(call)
        with contextlib.ExitStack() as frames:
            for frame in service.frames.get(name, ()):
                frames.enter_context(frame(call))
            if name in service.handlers:
                result = service.handlers[name](call)
                answer = result if isinstance(result, Answer) else wire.success(result)
            else:
                answer = self.by_moto(call)
        if answer.status in _SUCCESS:
            for effect in service.effects.get(name, ()):
                effect(call, answer)
        return answer

    def _backend(self, call: Call) -> Any:
        """The part of moto that answers for the call's service; moto itself looks for it at each call."""
        service = call.operation.service
        if service not in self._backends:
            environ = {**call.environ, "wsgi.input": io.BytesIO(call.body)}
            self._backends[service] = self._moto.get_application(environ)
        return self._backends[service]

    def by_moto(self, call: Call) -> Answer:
        """What moto answers, acting in the caller's account or in that of the resource."""
        worked_in = self.services[call.operation.service].worked_in
        environ = {
            **call.environ,
            "wsgi.input": io.BytesIO(call.body),
            "HTTP_X_MOTO_ACCOUNT_ID": worked_in(call) if worked_in else call.account,
        }
        got: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
            got.update(status=int(status.split(maxsplit=1)[0]), headers=dict(headers))

        turn = self._turns.setdefault(
            (call.operation.service, environ["HTTP_X_MOTO_ACCOUNT_ID"]), threading.RLock()
        )
        try:
            with turn:  # moto walks through what it holds, and is not made for calls at once
                body = b"".join(self._backend(call)(environ, start_response))
        except NotImplementedError as error:
            raise NotEmulatedError(str(error)) from error
        return Answer(got["status"], got["headers"], body)


def _is_of_this_machine(environ: Environ) -> bool:
    """Whether no browser sent the request for some page: keys are not secret enough to keep pages out."""
    from_page = "HTTP_ORIGIN" in environ or environ.get("HTTP_SEC_FETCH_SITE", "none") != "none"
    return not from_page and _HERE.fullmatch(environ.get("HTTP_HOST", "localhost")) is not None


def _body(environ: Environ) -> bytes:
    """The whole body, also where it comes in chunks."""
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", ""):
        environ["wsgi.input_terminated"] = True
        chunked: bytes = environ["wsgi.input"].read()
        return chunked
    length = int(environ.get("CONTENT_LENGTH") or 0)
    read: bytes = environ["wsgi.input"].read(length) if length else b""
    return read


def _status_line(status: int) -> str:
    return f"{status} {'OK' if status in _SUCCESS else 'Error'}"


_ERROR_TEXT: Final = re.compile(rb"<Code>([^<]*)</Code>(?:.*?<Message>([^<]*)</Message>)?", re.DOTALL)


def _record(call: Call, answer: Answer, error: ServiceError | None) -> Record:
    code, message = (error.code, error.message) if error else _error_in(answer)
    return Record(
        event_id=str(uuid.uuid4()),
        request_id=call.request_id,
        time=call.time,
        operation=call.operation,
        caller=call.caller,
        region=call.region,
        parameters=call.parameters,
        answer=None if code or not _changes(call.operation.name) else answer,
        error_code=code,
        error_message=message,
        source_ip=call.environ.get("REMOTE_ADDR", "127.0.0.1"),
        user_agent=call.environ.get("HTTP_USER_AGENT", ""),
        vpc_endpoint_id=call.endpoint,
        access_key_id=access_key_of(call.environ),
        host=call.environ.get("HTTP_HOST", ""),
    )


_READS: Final = ("Get", "List", "Describe", "Head", "Lookup", "Search", "BatchGet")


def _changes(name: str) -> bool:
    """Whether an operation may change something, as far as its name tells."""
    return not name.startswith(_READS)


def _error_in(answer: Answer) -> tuple[str | None, str | None]:
    """The code and message of an error that moto told."""
    if answer.status in _SUCCESS:
        return None, None
    found = _ERROR_TEXT.search(answer.body)
    if found:
        return found[1].decode(), (found[2] or b"").decode()
    try:
        told = json.loads(answer.body)
    except ValueError:
        return str(answer.status), None
    return str(told.get("__type", answer.status)).rpartition("#")[2], told.get("message") or told.get(
        "Message"
    )
