"""Event buses: events come in, and each rule that is about one hands it to its targets.

Source: "Amazon EventBridge User Guide", docs.aws.amazon.com/eventbridge/latest/userguide/, its pages on event
buses, rules, targets and cross-account events, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.core.arn import Arn
from craton.emulator.delivery.access import LostError, caller_may, check_fault, in_role, lost
from craton.emulator.delivery.targets import Sender, invoke, publish, send
from craton.emulator.errors import NotEmulatedError
from craton.emulator.observation.event_pattern import matches
from craton.emulator.observation.rule_input import input_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from craton.emulator.credentials import Caller
    from craton.emulator.world import World

SERVICE: Final = "events.amazonaws.com"
DEFAULT: Final = "default"
ALL_CALLS: Final = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
_SHELF: Final = "event buses"
TARGETS: Final = frozenset({"lambda", "sns", "sqs", "events", "firehose", "kinesis", "states"})


@dataclass(slots=True, kw_only=True)
class Rule:
    """A rule with its targets by id. `pattern` is None for one that only a schedule fires."""

    name: str
    arn: str
    told: dict[str, Any]
    pattern: dict[str, Any] | None
    managed_by: str | None = None
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_enabled(self) -> bool:
        """Whether it hands on events."""
        return str(self.told.get("State", "ENABLED")).startswith("ENABLED")


@dataclass(slots=True, kw_only=True)
class Bus:
    """An event bus with its rules by name, and the statements of its policy by their ids."""

    name: str
    arn: str
    account: str
    region: str
    created: dt.datetime
    told: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    statements: list[dict[str, Any]] = field(default_factory=list)

    @property
    def policy(self) -> str | None:
        """Its policy as text; None where it has none."""
        if not self.statements:
            return None
        return json.dumps({"Version": "2012-10-17", "Statement": self.statements})


def buses(world: World, account: str, region: str) -> dict[str, Bus]:
    """The buses of an account and Region by name; the default one is always there."""
    held: dict[str, Bus] = world.shelf(account, region, _SHELF)
    if DEFAULT not in held:
        held[DEFAULT] = Bus(
            name=DEFAULT,
            arn=f"arn:aws:events:{region}:{account}:event-bus/{DEFAULT}",
            account=account,
            region=region,
            created=world.now(),
        )
    return held


def bus_of(world: World, arn: str) -> Bus | None:
    """The bus of an ARN; None where there is none."""
    told = Arn.parse(arn)
    if told is None or told.service != "events":
        return None
    return buses(world, told.account, told.region).get(told.resource.removeprefix("event-bus/"))


def event(
    world: World,
    place: tuple[str, str],
    source: str,
    kind: str,
    detail: Mapping[str, Any],
    *,
    resources: tuple[str, ...] = (),
    at: dt.datetime | None = None,
) -> dict[str, Any]:
    """An event of an account and Region, as rules and targets see it."""
    account, region = place
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": account,
        "time": f"{at or world.now():%Y-%m-%dT%H:%M:%SZ}",
        "region": region,
        "resources": list(resources),
        "detail": detail,
    }


def hand_on(world: World, bus: Bus, told: Mapping[str, Any], *, of_a_read: bool = False) -> None:
    """Every rule of the bus that is about an event has its targets get it, behind the call.

    `of_a_read` marks the event of a call that changed nothing, which only some rules want.
    """
    for rule in list(bus.rules.values()):
        wants_reads = rule.told.get("State") == ALL_CALLS
        if not rule.is_enabled or rule.pattern is None or (of_a_read and not wants_reads):
            continue
        if matches(rule.pattern, told):
            fire(world, bus, rule, told)


def fire(world: World, bus: Bus, rule: Rule, told: Mapping[str, Any]) -> None:
    """The targets of a rule get an event, behind the call."""
    for target in list(rule.targets.values()):
        work = functools.partial(_delivered, world, bus, rule, target, told)
        world.work.start(f"rule {rule.name}", work)


def _delivered(
    world: World, bus: Bus, rule: Rule, target: Mapping[str, Any], told: Mapping[str, Any]
) -> None:
    """A target got its input, or its queue for dead letters did, or it is kept as lost."""
    text = input_of(target, told, rule.arn, rule.name)
    arn = Arn.parse(str(target["Arn"]))
    try:
        check_fault(world, "events", bus.account, bus.region)
        if arn is not None and arn.service == "events":
            _to_bus(world, bus, rule, target, told)
        elif arn is not None and arn.service in ("firehose", "kinesis"):
            _to_stream(world, _role(world, bus, rule, target), arn, text)
        elif arn is not None and arn.service == "states":
            client = world.inside.client("stepfunctions", arn.region, _role(world, bus, rule, target))
            client.start_execution(stateMachineArn=str(arn), input=text)
        else:
            _to(world, Sender(SERVICE, rule.arn, bus.account), str(target["Arn"]), text)
    except (LostError, ClientError, NotEmulatedError) as why:
        letters = (target.get("DeadLetterConfig") or {}).get("Arn")
        what = f"the event {told['id']} of {rule.arn} to {target['Arn']}"
        try:
            if not letters:
                raise LostError(str(why)) from why  # noqa: TRY301 - the same end as a queue that is closed
            send(world, Sender(SERVICE, rule.arn, bus.account), str(letters), text)
        except (LostError, ClientError):
            lost(world, what, why)


def _to(world: World, sender: Sender, target: str, text: str) -> None:
    """A target whose own policy lets EventBridge in got a text."""
    parsed = Arn.parse(target)
    match parsed.service if parsed else "":
        case "lambda":
            invoke(world, sender, target, text)
        case "sns":
            publish(world, sender, target, text)
        case "sqs":
            send(world, sender, target, text)
        case other:
            raise NotEmulatedError(f"targets of {other}")


def _to_stream(world: World, caller: Caller, target: Arn, text: str) -> None:
    """A stream got a text, in the role of the target."""
    client = world.inside.client(target.service, target.region, caller)
    if target.service == "firehose":
        name = target.resource.partition("/")[2]
        client.put_record(DeliveryStreamName=name, Record={"Data": text.encode()})
    else:
        client.put_record(StreamARN=str(target), Data=text.encode(), PartitionKey=str(uuid.uuid4()))


def _role(world: World, bus: Bus, rule: Rule, target: Mapping[str, Any]) -> Caller:
    """EventBridge in the role of a target. Raises: LostError."""
    role = target.get("RoleArn")
    if not role:
        raise LostError(f"the target {target['Arn']} has no role")
    return in_role(world, str(role), SERVICE, rule.name[:64], source_arn=rule.arn, source_account=bus.account)


def _to_bus(world: World, bus: Bus, rule: Rule, target: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    """Another bus has the event, whose account and Region stay those of its origin.

    What came from another account is not sent on to a third.
    """
    arn = str(target["Arn"])
    other = bus_of(world, arn)
    if other is None:
        raise LostError(f"the event bus {arn} does not exist")
    is_abroad = other.account != bus.account
    if is_abroad and told["account"] != bus.account:
        raise LostError(f"events of {told['account']} are not sent on from {bus.account}")
    if target.get("RoleArn"):
        caller = _role(world, bus, rule, target)
    elif is_abroad:
        caller = world.keyring.root_key(bus.account).caller
    else:
        raise LostError(f"the target {arn} has no role")
    if not caller_may(world, caller, "events:PutEvents", arn, policy=other.policy, owner=other.account):
        raise LostError(f"{caller.arn} may not put events on {arn}")
    hand_on(world, other, told)
