"""How long a replay of ten million recorded calls takes, and that a loop over them would say the same.

The calls are those of three thousand workloads, each with its role, model, Region and addresses, over thirty
days, as a trail of an organization is: what calls look like repeats. The loop is measured on a sample,
statement by statement without memory, with the legs found for it; its time is that of as many calls.
"""

from __future__ import annotations

import datetime as dt
import shutil
import time
from typing import TYPE_CHECKING, Any, Final

import msgspec
from benchmarks.figures import Figure
from benchmarks.machine import ROOT
from msgspec import Struct

from craton.engine.manifests import load
from craton.engine.progress import Silent
from craton.engine.replaying import Candidate, candidate, levels, replayed
from craton.lake.session import Session
from craton.lake.snapshot import DataFile, Snapshot
from craton.registry.tables import tables
from craton.replay.answers import ANSWERS, REQUESTS, Answers
from craton.replay.calls import Window
from craton.replay.organization import StatementBook
from craton.replay.request import held
from craton.replay.summary import ReplaySummary
from craton.replay.words import joined
from craton.simulator.condition import criterion
from craton.simulator.wildcard import Glob, glob, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from craton.core.manifest import Manifest
    from craton.simulator.policy_set import Attached
    from craton.simulator.wildcard import Values

EVENTS: Final = 10_000_000
FOLDER: Final = ROOT / "build" / "bench-replay"
SECONDS: Final = 5.0
TIMES: Final = 100.0
WORKLOADS, ACCOUNTS, DAYS = 3_000, 400, 30
FIRST_DAY, DAY_MS = dt.date(2026, 10, 27), 86_400_000
SAMPLE: Final = 10_000
CORES: Final = 2
_UNITS: Final = ("workloads/prod", "workloads/dev", "sandbox")
_MODELS: Final = (
    "anthropic.claude-sonnet-4-6",
    "us.anthropic.claude-sonnet-4-6",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "eu.anthropic.claude-sonnet-4-6",
    "global.anthropic.claude-sonnet-4-6",
    "amazon.nova-pro-v1:0",
    "us.amazon.nova-lite-v1:0",
    "cohere.embed-multilingual-v3",
)
_NAMES: Final = (
    *("Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream"),
    *("Converse", "InvokeModel", "ListFoundationModels", "GetGuardrail"),
)
_REGIONS: Final = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")


class Taken(Struct, frozen=True):
    """What one replay took and found. Units: seconds; `processor` is that of all threads together."""

    wall: float
    processor: float
    found: ReplaySummary


def replaying(events: int, rounds: int, told: Callable[[str], None]) -> tuple[list[Figure], list[str]]:
    """The figures of replay over so many events; the time is the median of some rounds."""
    folder = FOLDER / str(events)
    shutil.rmtree(folder, ignore_errors=True)
    manifest, candidates = organization(folder / "manifest")
    snapshot = lake(folder / "lake", events)
    told(f"{events:,} events written")
    taken = sorted(
        (timed(folder, snapshot, manifest, candidates) for _ in range(rounds)), key=lambda one: one.wall
    )
    whole = taken[len(taken) // 2]
    told(f"replay: {whole.wall:.2f} s, {whole.processor:.2f} s of processor")
    sample = lake(folder / "sample", SAMPLE)
    by_sql = timed(folder, sample, manifest, candidates, lake_name="sample")
    by_masks = timed(folder, sample, manifest, candidates, lake_name="sample", by_masks=True)
    if comparable(by_sql.found) != comparable(by_masks.found):
        raise SystemExit("the fast replay and the reference do not say the same")
    seconds = looped(folder, sample, manifest, candidates) / SAMPLE * events
    tally = whole.found.tally
    if tally.calls != events or not (tally.newly_denied and tally.unknown and tally.unchanged):
        raise SystemExit(f"the replay lost calls, or tells too little: {tally}")
    what = f"replay of {events:,} events against {whole.found.statements} statements, both sides"
    figures = [
        Figure(
            what,
            f"≤ {SECONDS:.0f} s on two cores",
            f"{whole.wall:.2f} s ({whole.processor:.2f} s of processor)",
            "",
            whole.wall <= SECONDS,
        ),
        Figure(
            f"the same against a loop, measured on {SAMPLE:,} events; same answers, masks too",
            f"≥ {TIMES:.0f} times",
            f"loop {seconds:,.0f} s",
            f"{seconds / whole.wall:.0f}",
            seconds / whole.wall >= TIMES,
        ),
    ]
    counted = (
        f"Replay: {tally.newly_denied:,} newly denied, {tally.newly_allowed:,} newly allowed, "
        f"{tally.unchanged:,} unchanged, {tally.unknown:,} unknown."
    )
    return figures, [counted, ""]


def comparable(found: ReplaySummary) -> ReplaySummary:
    """A summary without what may differ: which of many events are examples, and how they were decided."""
    return msgspec.structs.replace(
        found,
        simulated=(),
        reasons=tuple(msgspec.structs.replace(one, examples=()) for one in found.reasons),
        unknown_keys=tuple(msgspec.structs.replace(one, examples=()) for one in found.unknown_keys),
    )


def timed(
    folder: Path,
    snapshot: Snapshot,
    manifest: Manifest,
    candidates: tuple[Candidate, ...],
    *,
    lake_name: str = "lake",
    by_masks: bool = False,
) -> Taken:
    """One replay of everything, from the policies' files to the summary."""
    session = Session(folder / lake_name, snapshot)
    session.query(f"SET threads = {CORES}")
    started, used = time.perf_counter(), time.process_time()
    found = replayed(
        session,
        manifest,
        folder / "manifest" / "craton.yaml",
        candidates=candidates,
        removals=(),
        window=Window(),
        progress=Silent(),
        by_masks=by_masks,
    )
    taken = Taken(time.perf_counter() - started, time.process_time() - used, found)
    session.close()
    return taken


def looped(folder: Path, snapshot: Snapshot, manifest: Manifest, candidates: tuple[Candidate, ...]) -> float:
    """The seconds of a loop over the legs of all calls, whose answers are those of the reference."""
    session = Session(folder / "sample", snapshot)
    organized = levels(manifest, folder / "manifest" / "craton.yaml", candidates)
    book = StatementBook(organized.accounts.values())
    answers = Answers(session, organized, book, evaluator="masks")
    answers.find(Window())
    pairs = ", ".join(f"v{place}, h{place}" for place in range(len(answers.keys)))
    rows = session.query(
        f"SELECT action, resource{', ' if pairs else ''}{pairs} FROM {REQUESTS} ORDER BY g, leg"
    )
    tests = [Looped(one) for one in book.statements]
    started = time.perf_counter()
    found = [answer(tests, answers.keys, row) for row in rows.rows]
    seconds = time.perf_counter() - started
    known = session.query(f"SELECT * EXCLUDE (g, leg, court) FROM {ANSWERS} ORDER BY g, leg")
    names = known.names
    certain = [names.index(name) for name in names if name.startswith("c")]
    possible = [names.index(name) for name in names if name.startswith("p")]
    expected = [
        (joined([row[at] for at in certain]), joined([row[at] for at in possible])) for row in known.rows
    ]
    if found != expected:
        raise SystemExit("the loop and the reference do not say the same")
    session.close()
    return seconds


class Looped:
    """One statement as somebody writes it down who only wants it decided: patterns, then conditions."""

    def __init__(self, one: Attached) -> None:
        statement = one.statement
        self.actions = globs([text.text.lower() for text in statement.actions.patterns])
        self.actions_negated = statement.actions.negated
        resources = statement.resources
        self.resources = globs([text.text for text in resources.patterns]) if resources else []
        self.resources_negated = bool(resources and resources.negated)
        self.whole = any(text.text == "*" for text in resources.patterns) if resources else True
        self.conditions = [criterion(condition, one.policy.version) for condition in statement.conditions]

    def truth(self, action: str, resource: str | None, values: Mapping[str, Values]) -> bool | None:
        """Whether the statement speaks of a request; None where it cannot be told."""
        if any(one.matches(action) for one in self.actions) == self.actions_negated:
            return False
        open_parts = False
        if self.whole or resource is not None:
            fits = self.whole or any(one.matches(resource or "") for one in self.resources)
            if fits == self.resources_negated:
                return False
        else:
            open_parts = True
        for condition in self.conditions:
            found = condition.truth(values)
            if found is False:
                return False
            open_parts = open_parts or found is None
        return None if open_parts else True


def globs(patterns: Sequence[str]) -> list[Glob]:
    """Patterns, ready to be matched."""
    found = []
    for pattern in patterns:
        filled = template(pattern, wildcards=True, variables=False).filled({})
        found.append(glob(filled[0] if filled else ()))
    return found


def answer(tests: list[Looped], keys: tuple[str, ...], row: tuple[Any, ...]) -> tuple[int, int]:
    """Which statements speak of one leg for certain, and which possibly, as bits."""
    action, resource, *pairs = row
    values = {key: held(pairs[2 * place], pairs[2 * place + 1]) for place, key in enumerate(keys)}
    certain = possible = 0
    for number, test in enumerate(tests):
        truth = test.truth(action, resource, values)
        certain |= (truth is True) << number
        possible |= (truth is not False) << number
    return certain, possible


def account_id(number: int) -> str:
    """The id of the account of that number."""
    return f"{100_000_000_000 + number * 1_234_567:012d}"


def organization(folder: Path) -> tuple[Manifest, tuple[Candidate, ...]]:
    """An organization with forty statements in force, and what may be attached to it."""
    (folder / "policies").mkdir(parents=True)
    attached = []
    for number, (at, statements) in enumerate(policies()):
        name = f"policies/p{number}.json"
        text = msgspec.json.encode({"Version": "2012-10-17", "Statement": statements})
        (folder / name).write_bytes(text)
        attached.append({"file": name, "at": at})
    accounts = [
        {"id": account_id(number), "name": f"account-{number}", "ou": _UNITS[number % len(_UNITS)]}
        for number in range(ACCOUNTS)
    ]
    manifest = {
        "organization": {
            "id": "o-benchmark1",
            "management_account": accounts[0]["id"],
            "hub_account": accounts[1]["id"],
            "organizational_units": [{"path": unit} for unit in _UNITS],
            "accounts": accounts,
        },
        "regions": list(_REGIONS),
        "policies": attached,
    }
    (folder / "craton.yaml").write_bytes(msgspec.json.encode(manifest))
    new = {"Version": "2012-10-17", "Statement": list(candidate_statements())}
    (folder / "candidate.json").write_bytes(msgspec.json.encode(new))
    return load(folder / "craton.yaml"), (candidate(folder / "candidate.json", "workloads"),)


def deny(sid: str, action: object, resource: object, **condition: object) -> dict[str, object]:
    """A statement that denies; `condition` by operator."""
    made: dict[str, object] = {"Sid": sid, "Effect": "Deny", "Action": action, "Resource": resource}
    return {**made, "Condition": condition} if condition else made


_INVOKE: Final = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
_FOUNDATION: Final = "arn:aws:bedrock:*::foundation-model/*"


def policies() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Forty statements on three levels, of the kinds that organizations write."""
    yield (
        "root",
        [
            {
                "Sid": "Regions",
                "Effect": "Deny",
                "NotAction": ["iam:*", "sts:*", "organizations:*", *_INVOKE],
                "Resource": "*",
                "Condition": {
                    "StringNotEquals": {"aws:RequestedRegion": [*_REGIONS, "us-east-2", "unspecified"]}
                },
            },
            deny(
                "ModelRegions",
                _INVOKE,
                "*",
                StringNotEquals={"aws:RequestedRegion": [*_REGIONS, "us-east-2"]},
                ArnNotLike={"bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:inference-profile/*"},
            ),
            *(
                deny(
                    f"Protected{number}",
                    f"bedrock:{action}",
                    "*",
                    ArnNotLike={
                        "aws:PrincipalArn": ["arn:aws:iam::*:role/deploy-*", f"arn:aws:iam::*:role/a{number}"]
                    },
                )
                for number, action in enumerate(
                    ("Put*", "Delete*", "Update*", "Create*", "Associate*", "Tag*", "Untag*", "Start*")
                )
            ),
        ],
    )
    yield (
        "workloads",
        [
            {
                "Sid": "Models",
                "Effect": "Deny",
                "Action": _INVOKE,
                "NotResource": [
                    f"arn:aws:bedrock:*::foundation-model/{name}*"
                    for name in ("anthropic.", "amazon.", "cohere.")
                ]
                + ["arn:aws:bedrock:*:*:inference-profile/*"],
            },
            *(
                deny(
                    f"Team{number}",
                    _INVOKE,
                    _FOUNDATION,
                    StringLike={"aws:PrincipalArn": f"arn:aws:iam::*:role/blocked-{number}-*"},
                )
                for number in range(9)
            ),
        ],
    )
    yield (
        "workloads/prod",
        [
            deny(
                "Endpoints",
                _INVOKE,
                "*",
                StringNotEqualsIfExists={"aws:SourceVpce": [f"vpce-0{number:02d}" for number in range(50)]},
                BoolIfExists={"aws:ViaAWSService": "false"},
            ),
            deny(
                "Addresses",
                "bedrock:Get*",
                "*",
                NotIpAddress={"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]},
            ),
            deny(
                "Tagged", "bedrock:GetGuardrail", "*", StringNotEquals={"aws:PrincipalTag/team": "platform"}
            ),
            *(
                deny(
                    f"Retired{number}",
                    _INVOKE,
                    f"arn:aws:bedrock:{region}::foundation-model/{model}*",
                    Null={"aws:PrincipalArn": "false"},
                )
                for number, (region, model) in enumerate(
                    (region, model) for region in _REGIONS for model in ("ai21.", "stability.")
                )
            ),
        ],
    )
    yield (
        "sandbox",
        [
            deny("Mfa", "bedrock:*", "*", BoolIfExists={"aws:MultiFactorAuthPresent": "false"}),
            *(
                deny(
                    f"Later{number}",
                    _INVOKE,
                    f"arn:aws:bedrock:*::foundation-model/*{number}*",
                    DateGreaterThan={"aws:CurrentTime": f"2026-11-{10 + number}T00:00:00Z"},
                    ArnLike={"aws:PrincipalArn": f"arn:aws:iam::*:role/*-{number}"},
                )
                for number in range(8)
            ),
        ],
    )


def candidate_statements() -> Iterator[dict[str, object]]:
    """What may be attached: a guardrail for some models, which records do not tell, and three more."""
    yield deny(
        "Guardrail",
        _INVOKE,
        "arn:aws:bedrock:*::foundation-model/amazon.*",
        ArnNotLike={"bedrock:GuardrailIdentifier": "arn:aws:bedrock:*:*:guardrail/g*"},
    )
    yield deny("Haiku", _INVOKE, "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-haiku*")
    yield deny("Global", _INVOKE, "*", StringEquals={"aws:RequestedRegion": "unspecified"})
    yield deny("Listing", "bedrock:List*", "*", ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/*-1*"})


def lake(folder: Path, events: int) -> Snapshot:
    """A lake with so many events, in files by day as an ingest writes them."""
    empty = Snapshot(version=0, schema_version=0, files={})
    session = Session(folder, empty)
    told = columns(DAYS * DAY_MS // events)
    listed = ", ".join(
        f"CAST({told.get(column.name, 'NULL')} AS {column.type}) AS {column.name}"
        for column in tables()["api_event"].columns
    )
    files: dict[str, tuple[DataFile, ...]] = {}
    for number in range(DAYS):
        day = FIRST_DAY + dt.timedelta(days=number)
        path = f"tables/api_event/day={day}/part.parquet"
        (folder / path).parent.mkdir(parents=True)
        first, last = (events * one // DAYS for one in (number, number + 1))
        rows = session.query(
            f"COPY (SELECT {listed} FROM (SELECT i, (hash(i) % {WORKLOADS})::BIGINT AS w "
            f"FROM range({first}, {last}) t(i)) ORDER BY account_id, event_time) "
            f"TO '{folder / path}' (FORMAT parquet, COMPRESSION zstd)"
        ).rows[0][0]
        files[str(day)] = (DataFile(path=path, rows=rows, size=(folder / path).stat().st_size),)
    session.close()
    return Snapshot(version=1, schema_version=0, files={"api_event": files})


def columns(span_ms: int) -> dict[str, str]:
    """The SQL of an event's columns, by its number `i` and its workload `w`; the others are NULL."""
    account = f"(100000000000 + (w % {ACCOUNTS}) * 1234567)"
    model = choice(_MODELS, "w // 5")
    return {
        "event_id": "uuid()",
        "event_time": f"TIMESTAMP '{FIRST_DAY}' + to_milliseconds(i * {span_ms})",
        "account_id": account,
        "region": (
            f"CASE WHEN {model} LIKE 'eu.%' THEN {choice(_REGIONS[2:], 'w // 8')} "
            f"WHEN {model} LIKE 'us.%' THEN {choice(_REGIONS[:2], 'w // 8')} "
            f"ELSE {choice(_REGIONS, 'w // 8')} END"
        ),
        "event_source": "'bedrock.amazonaws.com'",
        "event_name": choice(_NAMES, "w // 11"),
        "event_type": "'AwsApiCall'",
        "request_id": "uuid()",
        "principal_arn": (
            f"'arn:aws:sts::' || {account} || ':assumed-role/app-' || w || '/i-' || (hash(i) % 20)"
        ),
        "principal_type": "'AssumedRole'",
        "session_issuer": f"'arn:aws:iam::' || {account} || ':role/app-' || w",
        "access_key_id": "'ASIA' || lpad(w::VARCHAR, 16, '0')",
        "bearer_token": "false",
        "mfa": "w % 13 = 0",
        "source_ip": "'10.' || (w % 200) || '.7.' || (hash(i) % 4)",
        "vpc_endpoint_id": "CASE WHEN w % 3 > 0 THEN 'vpce-0' || lpad((w % 60)::VARCHAR, 2, '0') END",
        "tls_host": "'bedrock-runtime.amazonaws.com'",
        "read_only": "true",
        "model_id": f"CASE WHEN w // 11 % {len(_NAMES)} < 6 THEN {model} END",
        "error_code": "CASE WHEN i % 997 = 0 THEN 'AccessDenied' END",
        "source_file": "'trail'",
        "source_byte": "0",
        "source_line": "1",
    }


def choice(of: Sequence[str], number: str) -> str:
    """The SQL of one of several texts, by a number."""
    listed = ", ".join(f"'{one}'" for one in of)
    return f"([{listed}])[({number}) % {len(of)} + 1]"
