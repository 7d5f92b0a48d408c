"""The example brought into an emulated organization by Craton's own commands, and used there.

What is run is what anybody would run: `craton emulator`, `plan`, `apply`, `onboard`, `ingest`, each a process
of its own with the emulator's address and keys in its environment. In between, those who call models do.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.aws.model_callers import Keys, ModelCallers
from craton.core.errors import CratonError
from craton.engine.asking import ask
from craton.engine.demo.days import Demonstration
from craton.engine.demo.generation import SEED
from craton.engine.demo.last_hour import Sent, calls_of_hour, send
from craton.engine.demo.layers import Shown, network_of_production, shown
from craton.engine.demo.own_commands import OwnCommands
from craton.engine.demo.preparation import POLICIES
from craton.engine.manifests import load
from craton.registry.prices import model_ends

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from craton.engine.demo.layers import Network
    from craton.engine.demo.preparation import Prepared

FOLDER: Final = "deployed"
HOUR: Final = 17
"""The hour of the day, UTC, whose traffic is sent: one in which all of America is at work."""
_SETTINGS: Final = 4
"""An address, a Region, and a key in two parts."""
_PATIENCE_S: Final = 60.0
_PAUSE_S: Final = 1.0
_LOGS: Final = ("craton-bedrock-archive-", "craton-bedrock-trail-")


class Rehearsed(Struct, frozen=True):
    """What came of it. `arrived` counts the answered calls whose records are in the lake."""

    sent: Sent
    arrived: int
    layers: tuple[Shown, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every record arrived, and each layer stops what it must and nothing else."""
        return self.arrived == len(self.sent.answered) and all(one.is_sound for one in self.layers)


class Rehearsal:
    """One rehearsal in the background. `tell` hears, line by line, how it goes on."""

    def __init__(self, prepared: Prepared, as_of: dt.date, tell: Callable[[str], None]) -> None:
        self._lake = prepared.lake.absolute()
        self._source = prepared.manifest.absolute()
        self._folder = self._source.parent / FOLDER
        self._manifest = load(prepared.manifest)
        self._as_of = as_of
        self._tell = tell
        self._commands = OwnCommands()
        self._thread = threading.Thread(target=self._run, name="rehearsal", daemon=True)
        self._came: Rehearsed | CratonError | None = None

    def start(self) -> None:
        """It goes on behind whoever called this."""
        self._thread.start()

    def outcome(self) -> Rehearsed:
        """What came of it, once it is over. Raises: CratonError where it could not go on."""
        self._thread.join()
        if not isinstance(self._came, Rehearsed):
            raise self._came or CratonError("the rehearsal was stopped")
        return self._came

    def stop(self) -> None:
        """Nothing of it runs any more."""
        self._commands.stop()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            self._came = self._rehearsed()
        except CratonError as error:
            self._came = error
            if not self._commands.is_stopped:
                self._tell(f"the rehearsal ended early: {error}")

    def _rehearsed(self) -> Rehearsed:
        environment = self._commands.serve(
            *("emulator", "--port", "0", "--accounts", str(self._source), "--until-input-ends"),
            settings=_SETTINGS,
        )
        self._tell(f"this organization is emulated at {environment['AWS_ENDPOINT_URL']}")
        callers = ModelCallers(
            environment["AWS_ENDPOINT_URL"],
            Keys(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]),
            self._manifest.regions[0],
        )
        network = network_of_production(callers, self._manifest)
        self._deploy(environment, network)
        sent = self._traffic(callers)
        layers = tuple(self._layers(callers, network))
        arrived = self._gather(callers, environment, sent)
        return Rehearsed(sent, arrived, layers)

    def _deploy(self, environment: Mapping[str, str], network: Network) -> None:
        self._folder.mkdir(exist_ok=True)
        text = _with_network(self._source.read_text("utf-8"), network)
        (self._folder / "craton.yaml").write_text(text, "utf-8")
        policies = self._folder / POLICIES
        if not policies.exists():
            policies.symlink_to(self._source.parent / POLICIES)
        lake = ("--lake", str(self._lake))
        self._say_and_run(environment, "plan", "-o", "plan.json", "--quiet", *lake)
        self._say_and_run(
            environment, "apply", "plan.json", "--why", "the demonstration", *lake, tell=self._indented
        )
        self._say_and_run(environment, "onboard", "--quiet", *lake)

    def _traffic(self, callers: ModelCallers) -> Sent:
        demonstration = Demonstration(self._manifest, as_of=self._as_of, seed=SEED, ends=model_ends())
        calls = calls_of_hour(demonstration, HOUR)
        self._tell(f"an hour of traffic goes through the emulated Bedrock: {len(calls)} calls")
        accounts = frozenset(one.id for one in self._manifest.organization.accounts)
        sent = send(calls, callers, accounts)
        others = "".join(f", {count} {reason}" for reason, count in sent.others)
        self._indented(f"{len(sent.answered)} answered, {sent.denied} denied by policies{others}")
        return sent

    def _layers(self, callers: ModelCallers, network: Network) -> list[Shown]:
        self._tell("each layer stops what it must, and approved work goes on")
        found = []
        for one in shown(callers, self._manifest, network):
            self._indented(f"{one.layer}: {one.asked}: stopped {one.stopped}; {one.beside}")
            found.append(one)
        return found

    def _gather(self, callers: ModelCallers, environment: Mapping[str, str], sent: Sent) -> int:
        """The logs that reached the hub are in the lake; how many of the answered calls are among them."""
        keys = callers.administrator(self._manifest.organization.hub_account)
        held = callers.client("s3", keys).list_buckets()["Buckets"]
        sources = [f"s3://{one['Name']}/" for one in held if one["Name"].startswith(_LOGS)]
        reading = {
            **environment,
            "AWS_ACCESS_KEY_ID": keys.access_key_id,
            "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
            "AWS_SESSION_TOKEN": keys.session_token or "",
        }
        into = ("--lake", str(self._lake), "--manifest", str(self._source))
        end = time.monotonic() + _PATIENCE_S
        while True:
            self._say_and_run(reading, "ingest", *sources, *into, "--quiet")
            arrived = self._arrived(sent)
            if arrived == len(sent.answered) or time.monotonic() > end:
                break
            time.sleep(_PAUSE_S)
        self._indented(f"{arrived} of {len(sent.answered)} answered calls came by the deployed path")
        return arrived

    def _arrived(self, sent: Sent) -> int:
        if not sent.answered:
            return 0
        ids = ", ".join(f"'{one}'" for one in sent.answered)
        question = f"SELECT count(*) FROM invocation WHERE request_id IN ({ids})"  # noqa: S608 - UUIDs of calls
        return int(ask(question, self._lake, manifest=self._source).rows[0][0])

    def _say_and_run(
        self, environment: Mapping[str, str], *words: str, tell: Callable[[str], None] = lambda _: None
    ) -> None:
        self._tell(f"craton {' '.join(words)}")
        self._commands.run(*words, environment=environment, folder=self._folder, tell=tell)

    def _indented(self, line: str) -> None:
        self._tell(f"  {line}")


def _with_network(manifest: str, network: Network) -> str:
    """The manifest with the VPC of production, through whose endpoints models are called there."""
    return (
        f"{manifest.rstrip()}\n\nnetwork:\n  vpcs:\n"
        f'    - account: "{network.account}"\n      region: {network.region}\n      id: {network.id}\n'
        f"      subnets: [{', '.join(network.subnets)}]\n"
        f"      security_groups: [{', '.join(network.security_groups)}]\n"
    )
