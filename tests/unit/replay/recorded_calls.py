"""CloudTrail events and invocation records of an invented organization, and a lake of them."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

from craton.cli.program import program

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANAGEMENT, APP, DEV, STRANGER = "111111111111", "333333333333", "444444444444", "999999999999"
SONNET, NOVA = "anthropic.claude-sonnet-4-6", "amazon.nova-lite-v1:0"
PROFILE_ARN = f"arn:aws:bedrock:us-east-1:{APP}:application-inference-profile/abc"
MANIFEST = f"""\
organization:
  id: o-exampleorgid
  management_account: "{MANAGEMENT}"
  hub_account: "222222222222"
  organizational_units: [{{path: workloads/prod}}, {{path: workloads/dev}}]
  accounts:
    - {{id: "{MANAGEMENT}", name: management, ou: root}}
    - {{id: "222222222222", name: hub, ou: root}}
    - {{id: "{APP}", name: app, ou: workloads/prod}}
    - {{id: "{DEV}", name: dev, ou: workloads/dev}}
    - {{id: "555555555555", name: twin, ou: workloads/prod}}
regions: [us-east-1]
models:
  application_inference_profiles:
    - {{arn: "{PROFILE_ARN}", model: us.{SONNET}}}
policies:
"""
_NUMBERS = itertools.count(1)


def event(name: str = "Converse", **changes: Any) -> dict[str, Any]:
    """An event of a role's session; `changes` are its columns' CloudTrail fields, and a few short words."""
    number = next(_NUMBERS)
    account = changes.pop("account", APP)
    role = changes.pop("role", "app")
    model = changes.pop("model", SONNET)
    made = {
        "eventVersion": "1.11",
        "eventID": f"00000000-0000-4000-8000-{number:012d}",
        "requestID": f"10000000-0000-4000-8000-{number:012d}",
        "eventTime": "2026-11-20T12:00:00Z",
        "eventSource": "bedrock.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.10",
        "userAgent": "boto3",
        "requestParameters": {"modelId": model} if model else None,
        "responseElements": None,
        "eventType": "AwsApiCall",
        "recipientAccountId": account,
        "userIdentity": {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::{account}:assumed-role/{role.rpartition('/')[2]}/session",
            "accountId": account,
            "accessKeyId": "ASIAEXAMPLE000000001",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{account}:role/{role}"},
                "attributes": {"mfaAuthenticated": "false"},
            },
        },
    }
    return {**made, **changes}


def invocation(of: dict[str, Any], guardrail: str | None = None) -> dict[str, Any]:
    """The invocation record of a call, with the trace of a guardrail where it had one."""
    body: dict[str, Any] = {
        "output": {"message": {"role": "assistant", "content": []}},
        "stopReason": "end_turn",
    }
    if guardrail is not None:
        body["trace"] = {"guardrail": {"inputAssessment": {guardrail: {"contentPolicy": {"filters": []}}}}}
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": of["eventTime"],
        "accountId": of["recipientAccountId"],
        "region": of["awsRegion"],
        "requestId": of["requestID"],
        "operation": of["eventName"],
        "modelId": of["requestParameters"]["modelId"],
        "identity": {"arn": of["userIdentity"]["arn"]},
        "input": {"inputTokenCount": 1, "inputBodyJson": {"messages": []}},
        "output": {"outputTokenCount": 1, "outputBodyJson": body},
    }


def deny(action: Any, resource: Any = "*", sid: str = "Denied", **condition: Any) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Deny", "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def write_policy(file: Path, *statements: dict[str, Any]) -> Path:
    """A policy document with a statement on each line from the second on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(one) for one in statements)
    file.write_text(f'{{"Version": "2012-10-17", "Statement": [\n{lines}\n]}}')
    return file


def write_manifest(folder: Path, attached: Iterable[tuple[str, str]] = ()) -> Path:
    """A manifest with policies of files that are there, by file and place."""
    listed = [f"  - {{file: {file}, at: {json.dumps(at)}}}" for file, at in attached]
    text = MANIFEST + "\n".join(listed) if listed else MANIFEST.replace("policies:\n", "")
    (folder / "craton.yaml").write_text(text + "\n")
    return folder / "craton.yaml"


def lake_of(folder: Path, *records: dict[str, Any]) -> Path:
    """A lake of the events and records."""
    logs = folder / "logs.jsonl"
    logs.write_text("".join(json.dumps(one) + "\n" for one in records))
    code = program(
        [
            "ingest",
            str(logs),
            "--lake",
            str(folder / "lake"),
            "--manifest",
            str(folder / "craton.yaml"),
            "--quiet",
        ]
    )
    assert code == 0
    return folder / "lake"
