"""Good records of every kind, each with a key of its own and what its row must say."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from benchmarks.traffic import SECRET_TEXT, Traffic
from tests.faults.pieces import Draft

if TYPE_CHECKING:
    from random import Random

    from tests.faults.pieces import Allowed

START = dt.datetime(2026, 7, 5, 10, 11, 12, tzinfo=dt.UTC)
DAYS = 5


def moment(random: Random) -> dt.datetime:
    """A second within some days of July 2026."""
    return START + dt.timedelta(seconds=random.randrange(DAYS * 86_400))


def invocation(random: Random, key: str) -> Draft:
    """An invocation record, with counts, that names its key as request id and as session."""
    traffic = Traffic(random.getrandbits(48), scale=0.2)
    when = moment(random)
    record = traffic.record(when)
    while "errorCode" in record or "outputBodyJson" not in record["output"]:
        record = traffic.record(when)
    record["requestId"] = key
    record["identity"]["arn"] = f"arn:aws:sts::{record['accountId']}:assumed-role/app-search/{key}"
    record["input"].setdefault("inputTokenCount", 7)
    record["input"].setdefault(
        "inputBodyJson", {"messages": [{"role": "user", "content": [{"text": SECRET_TEXT}]}]}
    )
    record["output"].setdefault("outputTokenCount", 11)
    expects: dict[str, Allowed] = {
        "account_id": (record["accountId"],),
        "region": (record["region"],),
        "operation": (record["operation"],),
        "model_id": (record["modelId"],),
        "event_time": (told(when),),
        "input_tokens": (record["input"]["inputTokenCount"],),
        "output_tokens": (record["output"]["outputTokenCount"],),
    }
    return Draft("invocation", key, record, expects)


def api_event(random: Random, key: str) -> Draft:
    """A CloudTrail event of Bedrock or of IAM, with a secret in its response."""
    when = moment(random)
    account = f"{random.randrange(10**12):012d}"
    source, name = random.choice(
        [("bedrock", "Converse"), ("bedrock", "InvokeModel"), ("sts", "AssumeRole"), ("iam", "CreateRole")]
    )
    role = f"arn:aws:iam::{account}:role/app-search"
    record: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::{account}:assumed-role/app-search/{key}",
            "accountId": account,
            "accessKeyId": "ASIAEXAMPLE000000001",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": role},
                "attributes": {"mfaAuthenticated": "false"},
            },
        },
        "eventTime": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.10",
        "userAgent": "aws-sdk-go/1.44",
        "requestParameters": {"modelId": "amazon.nova-lite-v1:0"},
        "responseElements": {"credentials": {"sessionToken": SECRET_TEXT}},
        "requestID": f"request-of-{key}",
        "eventID": key,
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }
    expects: dict[str, Allowed] = {
        "account_id": (account,),
        "region": ("us-east-1",),
        "event_name": (name,),
        "event_time": (told(when),),
    }
    return Draft("api_event", key, record, expects)


def metric(random: Random, key: str) -> Draft:
    """A data point of a metric stream."""
    when = moment(random).replace(second=0)
    total = random.randrange(1_000)
    record = {
        "metric_stream_name": "bedrock",
        "account_id": "111111111111",
        "region": "us-east-1",
        "namespace": "AWS/Bedrock",
        "metric_name": "Invocations",
        "dimensions": {"ModelId": key},
        "timestamp": int(when.timestamp() * 1_000),
        "value": {"count": 3.0, "sum": float(total), "max": 1.0, "min": 0.0},
        "unit": "None",
    }
    return Draft("metric", key, record, {"sum": (float(total),), "event_time": (told(when),)})


MAKERS = {"invocation": invocation, "api_event": api_event, "metric": metric}


def told(when: dt.datetime) -> str:
    """The moment as the tests compare it, to the second."""
    return when.strftime("%Y-%m-%dT%H:%M:%S")
