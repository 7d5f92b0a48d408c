"""Faults of values: the JSON is sound, what stands in it is not what AWS documents."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.faults.pieces import Fate

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.faults.pieces import Allowed, Draft, Kind, Piece

Spoil = "Callable[[Draft, Random], Piece]"

MISSING = object()
INPUT, OUTPUT = "input.inputTokenCount", "output.outputTokenCount"
UNKNOWN: dict[str, Allowed] = {"input_tokens": (None,)}
NO_INPUT: dict[str, Allowed] = {"input_tokens": (None,)}
NO_OUTPUT: dict[str, Allowed] = {"output_tokens": (None,)}
DEEP: Any = []
for _ in range(900):
    DEEP = [DEEP]


def any_of(*columns: str) -> dict[str, Allowed]:
    """The columns whose values nobody asks for."""
    return dict.fromkeys(columns, ())


def setting(
    path: str, value: object, fate: Fate = Fate.ROW, expects: dict[str, Allowed] | None = None, **more: Any
) -> Callable[[Draft, Random], Piece]:
    """The fault that puts `value` at the dotted path, or takes away what is there."""

    def spoil(draft: Draft, random: Random) -> Piece:  # noqa: ARG001 - all faults are called alike
        record = copy.deepcopy(draft.record)
        *above, last = path.split(".")
        holder = record
        for name in above:
            holder = holder[name]
        if value is MISSING:
            del holder[last]
        else:
            holder[last] = value
        return draft.spoilt(record, fate, expects=expects, **more)

    return spoil


def time_as(value: object, told: str) -> Callable[[Draft, Random], Piece]:
    """The fault that writes the time in another form, which still names the moment `told`."""
    return setting("timestamp", value, expects={"event_time": (told,)})


def no_time(value: object) -> Callable[[Draft, Random], Piece]:
    """The fault that writes no time at all."""
    return setting("timestamp", value, Fate.QUARANTINED)


def bodies(value: object) -> Callable[[Draft, Random], Piece]:
    """The fault that puts `value` where both bodies were."""

    def spoil(draft: Draft, random: Random) -> Piece:  # noqa: ARG001
        record = copy.deepcopy(draft.record)
        record["input"]["inputBodyJson"] = record["output"]["outputBodyJson"] = value
        return draft.spoilt(record)

    return spoil


def renamed(path: str, name: str) -> Callable[[Draft, Random], Piece]:
    """The fault that adds a second spelling of a field that is there."""

    def spoil(draft: Draft, random: Random) -> Piece:  # noqa: ARG001
        record = copy.deepcopy(draft.record)
        record[name] = record[path]
        return draft.spoilt(record, unknown=name)

    return spoil


def reversed_keys(draft: Draft, random: Random) -> Piece:
    """The record with its keys the other way round, on every level."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: turned(value[name]) for name in reversed(value)}
        return value

    _ = random
    return draft.spoilt(turned(draft.record))


TOKENS: dict[str, Any] = {
    "tokens: text": setting(INPUT, "123", expects={"input_tokens": (123,)}),
    "tokens: whole float": setting(INPUT, 123.0, expects={"input_tokens": (123,)}),
    "tokens: text of a whole float": setting(INPUT, "123.0", expects={"input_tokens": (123, None)}),
    "tokens: text with blanks": setting(INPUT, " 123 ", expects={"input_tokens": (123, None)}),
    "tokens: fraction": setting(INPUT, 12.5, expects=UNKNOWN),
    "tokens: words": setting(INPUT, "many", expects=UNKNOWN),
    "tokens: empty text": setting(INPUT, "", expects=UNKNOWN),
    "tokens: object": setting(INPUT, {"value": 1}, expects=UNKNOWN),
    "tokens: list": setting(INPUT, [1], expects=UNKNOWN),
    "tokens: true": setting(INPUT, True, expects=UNKNOWN),
    "tokens: false": setting(INPUT, False, expects=UNKNOWN),
    "tokens: text true": setting(INPUT, "true", expects=UNKNOWN),
    "tokens: negative": setting(INPUT, -5, expects=UNKNOWN),
    "tokens: negative text": setting(INPUT, "-5", expects=UNKNOWN),
    "tokens: 10^30": setting(INPUT, 10**30, expects=UNKNOWN),
    "tokens: 10^30 as text": setting(INPUT, str(10**30), expects=UNKNOWN),
    "tokens: 2^63": setting(INPUT, 2**63, expects=UNKNOWN),
    "tokens: 1e400 as text": setting(INPUT, "1e400", expects=UNKNOWN),
    "tokens: null": setting(INPUT, None, expects=UNKNOWN),
    "tokens: missing": setting(INPUT, MISSING, expects=UNKNOWN),
    "tokens: zero": setting(INPUT, 0, expects={"input_tokens": (0,)}),
    "output tokens: object": setting(OUTPUT, {"value": 1}, expects=NO_OUTPUT),
    "output tokens: text": setting(OUTPUT, "17", expects={"output_tokens": (17,)}),
    "output tokens: negative": setting(OUTPUT, -1, expects=NO_OUTPUT),
    "cached tokens: text": setting("input.cacheReadInputTokenCount", "9"),
    "cached tokens: list": setting("input.cacheReadInputTokenCount", [9]),
    "cached tokens: huge": setting("input.cacheWriteInputTokenCount", 10**25),
}
TIMES: dict[str, Any] = {
    "time: with a blank": time_as("2026-07-05 01:02:03", "2026-07-05T01:02:03"),
    "time: seven digits of a second": time_as("2026-07-05T01:02:03.1234567Z", "2026-07-05T01:02:03"),
    "time: nine digits and a blank": time_as("2026-07-05 01:02:03.000000000", "2026-07-05T01:02:03"),
    "time: no zone": time_as("2026-07-05T01:02:03", "2026-07-05T01:02:03"),
    "time: offset over midnight": time_as("2026-07-05T01:02:03+02:30", "2026-07-04T22:32:03"),
    "time: offset zero": time_as("2026-07-05T01:02:03+00:00", "2026-07-05T01:02:03"),
    "time: milliseconds since 1970": time_as(1_783_213_323_000, "2026-07-05T01:02:03"),
    "time: seconds since 1970": time_as(1_783_213_323, "2026-07-05T01:02:03"),
    "time: seconds with a fraction": time_as(1_783_213_323.25, "2026-07-05T01:02:03"),
    "time: last moment of a day": time_as("2026-07-05T23:59:59.999999999Z", "2026-07-05T23:59:59"),
    "time: year 1": no_time("0001-01-01T00:00:00Z"),
    "time: year 9999": no_time("9999-12-31T23:59:59-23:59"),
    "time: 30 February": no_time("2026-02-30T01:02:03Z"),
    "time: words": no_time("yesterday"),
    "time: empty": no_time(""),
    "time: null": no_time(None),
    "time: missing": no_time(MISSING),
    "time: true": no_time(True),
    "time: list": no_time(["2026-07-05T01:02:03Z"]),
    "time: object": no_time({"$date": 1}),
    "time: 10^18": no_time(10**18),
    "time: 10^400": no_time(10**400),
    "time: negative": no_time(-1),
    "time: only a date": setting("timestamp", "2026-07-05", Fate.KEPT, any_of("event_time")),
    "time: leap second": setting("timestamp", "2026-07-05T23:59:60Z", Fate.KEPT, any_of("event_time")),
    "time: compact": setting("timestamp", "20260705T010203Z", Fate.KEPT, any_of("event_time")),
    "time: of mail": setting("timestamp", "Sun, 05 Jul 2026 01:02:03 GMT", Fate.KEPT, any_of("event_time")),
    "time: milliseconds as text": setting("timestamp", "1783213323000", Fate.KEPT, any_of("event_time")),
}
WHO_AND_WHERE: dict[str, Any] = {
    "account: masked": setting("accountId", "XXXXXXXXXXXXX", expects={"account_id": ("XXXXXXXXXXXXX",)}),
    "account: number": setting("accountId", 123456789012, expects=any_of("account_id")),
    "account: number that lost its zeros": setting("accountId", 23456789012, expects=any_of("account_id")),
    "account: null": setting("accountId", None, Fate.KEPT),
    "account: missing": setting("accountId", MISSING, Fate.KEPT),
    "account: empty": setting("accountId", "", Fate.KEPT),
    "account: list": setting("accountId", ["1"], Fate.KEPT, any_of("account_id")),
    "account: very long": setting("accountId", "1" * 70_000, Fate.KEPT, any_of("account_id")),
    "account: looks like a path": setting("accountId", "../../x", Fate.KEPT, any_of("account_id")),
    "region: null": setting("region", None, expects={"region": (None,)}),
    "region: missing": setting("region", MISSING, expects={"region": (None,)}),
    "region: number": setting("region", 5, expects=any_of("region")),
    "region: invented": setting("region", "mars-north-1", expects={"region": ("mars-north-1",)}),
    "request id: null": setting("requestId", None),
    "request id: missing": setting("requestId", MISSING),
    "request id: empty": setting("requestId", ""),
    "request id: number": setting("requestId", 17),
    "request id: list": setting("requestId", ["a", "b"]),
    "identity: text": setting("identity", "arn:aws:iam::111111111111:user/x"),
    "identity: null": setting("identity", None),
    "identity: missing": setting("identity", MISSING),
    "identity: list": setting("identity", [1, 2]),
    "identity: arn is an object": setting("identity.arn", {"a": 1}),
    "identity: arn is no ARN": setting("identity.arn", "arn:aws:::::"),
    "model: null": setting("modelId", None, expects={"model_id": (None,)}),
    "model: list": setting("modelId", ["a"], expects={"model_id": (None,)}),
    "model: empty": setting("modelId", "", expects={"model_id": ("", None)}),
    "model: ARN of nothing": setting("modelId", "arn:aws:bedrock", expects=any_of("model_id")),
    "model: 100 kB": setting("modelId", "m" * 100_000, expects=any_of("model_id")),
    "operation: null": setting("operation", None, expects={"operation": (None,)}),
    "operation: invented": setting("operation", "Whisper", expects={"operation": ("Whisper",)}),
    "operation: object": setting("operation", {"a": 1}, expects={"operation": (None,)}),
    "error code: list": setting("errorCode", ["a"]),
    "error code: beside an output": setting("errorCode", "ThrottlingException"),
    "inference region: list": setting("inferenceRegion", ["us-east-1"]),
    "schema: missing type": setting("schemaType", MISSING),
    "schema: another type": setting("schemaType", "SomethingElse", Fate.TOLD),
    "schema: type is a number": setting("schemaType", 1),
    "schema: version 2.0": setting("schemaVersion", "2.0"),
    "schema: version is an object": setting("schemaVersion", {"major": 2}),
    "metadata: list": setting("requestMetadata", ["a"]),
    "metadata: text": setting("requestMetadata", "team=search"),
    "metadata: null": setting("requestMetadata", None),
    "metadata: empty": setting("requestMetadata", {}),
    "metadata: values of all types": setting(
        "requestMetadata", {"team": 5, "project": None, "x": {"a": [1]}}
    ),
    "metadata: odd names": setting("requestMetadata", {"": "a", "a.b": "c", "'; --": "d", "😀" * 50: "e"}),
    "metadata: 5,000 entries": setting("requestMetadata", {f"k{i}": "v" for i in range(5_000)}),
}
PARTS: dict[str, Any] = {
    "input: list": setting("input", [1, 2], expects=NO_INPUT),
    "input: text": setting("input", "hello", expects=NO_INPUT),
    "input: number": setting("input", 5, expects=NO_INPUT),
    "input: null": setting("input", None, expects=NO_INPUT),
    "input: missing": setting("input", MISSING, expects=NO_INPUT),
    "output: list": setting("output", [{}], expects=NO_OUTPUT),
    "output: true": setting("output", True, expects=NO_OUTPUT),
    "output: missing": setting("output", MISSING, expects=NO_OUTPUT),
    "body: number": bodies(5),
    "body: true": bodies(True),
    "body: null": bodies(None),
    "body: text with lines of JSON": bodies('x\n{"a": 1}\n{"schemaType": "ModelInvocationLog"}'),
    "body: nested lists": bodies([[1], [{"a": [2]}]]),
    "body: list of texts": bodies(['{"type": "message_start"}', "[DONE]"]),
    "body: list of everything": bodies([1, None, "a", {}, [], {"metadata": 5}]),
    "body: empty list": bodies([]),
    "body: empty object": bodies({}),
    "body: metrics of other types": bodies(
        {
            "metrics": "n/a",
            "stopReason": 3,
            "amazon-bedrock-guardrailAction": ["X"],
            "usage": [],
            "choices": 1,
        }
    ),
    "body: request of other types": bodies(
        {"messages": {"role": 1}, "tools": "x", "max_tokens": "lots", "inferenceConfig": [1], "toolConfig": 2}
    ),
    "body: 900 levels": bodies(DEEP),
    "body: latency negative": bodies({"metrics": {"latencyMs": -3}}),
    "body: latency huge": bodies({"metrics": {"latencyMs": 1e300}}),
    "body: latency text": bodies({"metrics": {"latencyMs": "302"}}),
    "trace: text": bodies({"trace": "guardrail", "stopReason": "guardrail_intervened"}),
    "trace: lists for objects": bodies({"trace": {"guardrail": [{"inputAssessment": [1]}]}}),
    "trace: assessments of all types": bodies(
        {
            "trace": {
                "guardrail": {"inputAssessment": {"g": 5}, "outputAssessments": {"g": [{"topicPolicy": []}]}}
            }
        }
    ),
    "trace: invoke form with numbers": bodies(
        {"amazon-bedrock-trace": 5, "amazon-bedrock-guardrailAction": 7}
    ),
    "unknown field: top": setting("newField", {"a": [1]}, unknown="newField"),
    "unknown field: input": setting("input.newCount", 5, unknown="input.newCount"),
    "unknown field: output": setting("output.newPart", "x", unknown="output.newPart"),
    "unknown field: identity": setting("identity.type", "AssumedRole", unknown="identity.type"),
    "unknown field: odd name": setting("a'b\"c d\n😀`", 1),
    "unknown field: very long name": setting("n" * 50_000, 1),
    "unknown field: empty name": setting("", 1),
    "case variant: requestID": renamed("requestId", "requestID"),
    "case variant: REGION": renamed("region", "REGION"),
    "keys reversed": reversed_keys,
}

EVENTS: dict[str, Any] = {
    "event: no id": setting("eventID", MISSING),
    "event: id null": setting("eventID", None),
    "event: id a number": setting("eventID", 5),
    "event: time with nine digits": setting(
        "eventTime", "2026-07-05 01:02:03.000000000", expects={"event_time": ("2026-07-05T01:02:03",)}
    ),
    "event: time missing": setting("eventTime", MISSING, Fate.QUARANTINED),
    "event: time null": setting("eventTime", None, Fate.QUARANTINED),
    "event: time words": setting("eventTime", "now", Fate.QUARANTINED),
    "event: time of year 1": setting("eventTime", "0001-01-01T00:00:00Z", Fate.QUARANTINED),
    "event: time in seconds": setting("eventTime", 1_783_213_323, Fate.KEPT, any_of("event_time")),
    "event: no caller": setting("userIdentity", MISSING),
    "event: caller null": setting("userIdentity", None),
    "event: caller a text": setting("userIdentity", "root"),
    "event: caller a list": setting("userIdentity", [1]),
    "event: session a text": setting("userIdentity.sessionContext", "x"),
    "event: issuer a list": setting("userIdentity.sessionContext.sessionIssuer", []),
    "event: MFA a boolean": setting("userIdentity.sessionContext.attributes.mfaAuthenticated", True),
    "event: MFA a word": setting("userIdentity.sessionContext.attributes.mfaAuthenticated", "perhaps"),
    "event: no recipient": setting("recipientAccountId", MISSING),
    "event: recipient a number": setting("recipientAccountId", 123456789012, expects=any_of("account_id")),
    "event: region null": setting("awsRegion", None, expects={"region": (None,)}),
    "event: parameters a text": setting("requestParameters", "modelId=x"),
    "event: parameters a list": setting("requestParameters", [{"modelId": 5}]),
    "event: parameters null": setting("requestParameters", None),
    "event: model an object": setting("requestParameters.modelId", {"a": 1}),
    "event: parameters 900 levels deep": setting("requestParameters", {"a": DEEP}, Fate.KEPT),
    "event: parameters 1 MB": setting("requestParameters", {"a": "x" * 1_000_000}),
    "event: read only a text": setting("readOnly", "true"),
    "event: read only a list": setting("readOnly", []),
    "event: resources an object": setting("resources", {"ARN": "arn:aws:s3:::x"}),
    "event: resources of all types": setting("resources", [None, 5, "x", {"ARN": 7}]),
    "event: error message an object": setting("errorMessage", {"a": 1}),
    "event: additional data a list": setting("additionalEventData", [1]),
    "event: additional counts as text": setting(
        "additionalEventData", {"inputTokens": "5", "outputTokens": -1}
    ),
    "event: unknown field": setting("newField", 1, unknown="newField"),
    "event: another service": setting("eventSource", "health.amazonaws.com", Fate.IGNORED),
    "event: source missing": setting("eventSource", MISSING, Fate.TOLD),
    "event: source a number": setting("eventSource", 5, Fate.TOLD),
    "event: name missing": setting("eventName", MISSING, Fate.TOLD),
    "event: name null": setting("eventName", None, Fate.TOLD),
    "event: keys reversed": reversed_keys,
}
METRICS: dict[str, Any] = {
    "metric: sum as text": setting("value.sum", "5", expects={"sum": (5.0, None)}),
    "metric: sum null": setting("value.sum", None, expects={"sum": (None,)}),
    "metric: sum a list": setting("value.sum", [5], expects={"sum": (None,)}),
    "metric: value missing": setting("value", MISSING, Fate.KEPT, any_of("sum")),
    "metric: value a number": setting("value", 5, Fate.KEPT, any_of("sum")),
    "metric: percentiles": setting("value.p99", 5.5),
    "metric: time missing": setting("timestamp", MISSING, Fate.QUARANTINED),
    "metric: time 10^30": setting("timestamp", 10**30, Fate.QUARANTINED),
    "metric: time as text of digits": setting("timestamp", "1783213323000", Fate.KEPT, any_of("event_time")),
    "metric: time in ISO": setting("timestamp", "2026-07-05T01:02:03Z", Fate.KEPT, any_of("event_time")),
    "metric: more dimensions": setting("dimensions.ServiceTier", "flex"),
    "metric: dimension a number": setting("dimensions.ImageSize", 5),
    "metric: unit null": setting("unit", None),
    "metric: unit missing": setting("unit", MISSING),
    "metric: account a number": setting("account_id", 111111111111),
    "metric: account missing": setting("account_id", MISSING, Fate.QUARANTINED),
    "metric: region null": setting("region", None),
    "metric: another service": setting("namespace", "AWS/EC2", Fate.IGNORED),
    "metric: namespace missing": setting("namespace", MISSING, Fate.TOLD),
    "metric: name missing": setting("metric_name", MISSING, Fate.TOLD),
    "metric: unknown field": setting("newField", 1, unknown="newField"),
}

FIELD_FAULTS: dict[Kind, dict[str, Any]] = {
    "invocation": TOKENS | TIMES | WHO_AND_WHERE | PARTS,
    "api_event": EVENTS,
    "metric": METRICS,
}
