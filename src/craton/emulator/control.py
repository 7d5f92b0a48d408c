"""What somebody who rehearses asks of the emulator itself, under `/craton-emulator/`.

| call | does |
| --- | --- |
| `POST /craton-emulator/faults` | adds the fault of the body, answers its `id` |
| `GET /craton-emulator/faults` | tells the faults, how many calls each was about and befell |
| `DELETE /craton-emulator/faults` | removes all faults |
| `GET /craton-emulator/state` | tells what was refused with 501, and what failed behind calls |
| `POST /craton-emulator/reset` | forgets everything that was done since the start |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.emulator.faults import Fault
from craton.emulator.responses import PREFIX as RESPONSES
from craton.emulator.wire import Answer

if TYPE_CHECKING:
    from craton.emulator.application import Application

PREFIX: Final = "/craton-emulator/"


def controlled(application: Application, environ: dict[str, Any], body: bytes) -> Answer | None:
    """The answer to a request that is about the emulator itself; None for all others."""
    path = environ["PATH_INFO"]
    if not path.startswith(PREFIX):
        return None
    world = application.world
    if path.startswith(RESPONSES):
        return Answer(200 if world.responses.put(path, body) else 403, {}, b"")
    match environ["REQUEST_METHOD"], path.removeprefix(PREFIX):
        case "POST", "faults":
            try:
                fault = msgspec.json.decode(body, type=Fault)
            except msgspec.DecodeError as error:
                return _told(400, {"problem": str(error)})
            return _told(200, {"id": world.faults.add(fault)})
        case "GET", "faults":
            return _told(200, world.faults.told())
        case "DELETE", "faults":
            world.faults.clear()
            return _told(200, {})
        case "GET", "state":
            return _told(200, {"refused": list(world.refused), "failures": list(world.work.failures)})
        case "POST", "reset":
            application.reset()
            return _told(200, {})
        case _:
            return None if path.startswith(f"{PREFIX}through/") else _told(404, {"problem": f"no {path}"})


def _told(status: int, told: object) -> Answer:
    return Answer(status, {"content-type": "application/json"}, msgspec.json.encode(told))
