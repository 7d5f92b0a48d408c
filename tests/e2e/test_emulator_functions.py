"""Functions that really run, and what stacks make of their answers, over HTTP."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from craton.emulator.emulator import emulator
from craton.emulator.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = "111111111111"
CODE = """
import json, urllib.request, boto3, time

def handler(event, context):
    properties = event['ResourceProperties']
    print('asked to', event['RequestType'], properties.get('Name'), event.get('PhysicalResourceId'))
    if properties.get('Fails') == event['RequestType']:
        answer = {'Status': 'FAILED', 'Reason': 'as it was told'}
    else:
        answer = {'Status': 'SUCCESS', 'Data': {'Who': boto3.client('sts').get_caller_identity()['Arn']}}
    if properties.get('Name'):
        answer['PhysicalResourceId'] = properties['Name']
    if properties.get('Silent') == 'true' and event['RequestType'] != 'Delete':
        raise ValueError('nothing to say')
    answer |= {key: event[key] for key in ('StackId', 'RequestId', 'LogicalResourceId')}
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event['ResponseURL'], data=body, method='PUT'))
"""


class Functions:
    """An emulator over HTTP with a function that makes custom resources."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.world = server.application.world
        self.key = self.world.new_administrator(ACCOUNT)
        self.said_before = 0
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        self.client("iam").create_role(
            RoleName="function",
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )
        self.client("iam").attach_role_policy(
            RoleName="function",
            PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        )
        self.stack(
            "function",
            {
                "F": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "FunctionName": "maker",
                        "Runtime": "python3.12",
                        "Handler": "index.handler",
                        "Role": f"arn:aws:iam::{ACCOUNT}:role/function",
                        "Timeout": 10,
                        "Code": {"ZipFile": CODE},
                    },
                }
            },
        )

    def client(self, service: str) -> Any:
        return boto3.Session(*self.key, region_name="us-east-1").client(
            service, endpoint_url=self.server.url, config=Config(retries={"total_max_attempts": 1})
        )

    def stack(self, name: str, resources: dict[str, Any]) -> str:
        """The status of the stack after it was made, or changed."""
        client = self.client("cloudformation")
        body = json.dumps({"Resources": resources})
        if any(one["StackName"] == name for one in client.describe_stacks()["Stacks"]):
            client.update_stack(StackName=name, TemplateBody=body)
        else:
            client.create_stack(StackName=name, TemplateBody=body)
        assert self.world.work.wait(60)
        return str(client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])

    def said(self) -> list[str]:
        """What the function was asked to do in this test, in order."""
        return self._said()[self.said_before :]

    def _said(self) -> list[str]:
        events = self.client("logs").filter_log_events(logGroupName="/aws/lambda/maker")["events"]
        return [
            str(one["message"]).removeprefix("asked to ")
            for one in events
            if str(one["message"]).startswith("asked to ")
        ]

    def remove(self) -> None:
        """What a test deployed is gone, and what the function was asked to do so far is another test's."""
        client = self.client("cloudformation")
        for one in client.describe_stacks()["Stacks"]:
            if one["StackName"] != "function":
                client.delete_stack(StackName=one["StackName"])
        assert self.world.work.wait(60)
        assert [one["StackName"] for one in client.describe_stacks()["Stacks"]] == ["function"]
        self.said_before = len(self._said())

    def reasons(self, name: str) -> list[str]:
        events = self.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        return [one["ResourceStatusReason"] for one in events if one["ResourceStatus"].endswith("_FAILED")]


def thing(**properties: str) -> dict[str, Any]:
    token = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:maker"
    return {"X": {"Type": "Custom::Thing", "Properties": {"ServiceToken": token, **properties}}}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Functions]:
    """The function, deployed once; tests that make another emulated AWS stand last."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(folder))
        with Server(emulator(ACCOUNT)) as server:
            yield Functions(server)
            assert server.application.world.work.failures == []
    assert list(folder.iterdir()) == []


@pytest.fixture
def functions(deployed: Functions) -> Iterator[Functions]:
    """The function, beside which nothing is deployed yet."""
    yield deployed
    deployed.remove()


def test_a_custom_resource_lives_as_its_function_says(functions: Functions) -> None:
    assert functions.stack("one", thing(Name="a")) == "CREATE_COMPLETE"
    assert functions.stack("one", thing(Name="a", Size="2")) == "UPDATE_COMPLETE"
    assert functions.stack("one", thing(Name="b")) == "UPDATE_COMPLETE"
    functions.client("cloudformation").delete_stack(StackName="one")
    assert functions.world.work.wait(60)
    assert functions.said() == [
        "Create a None",
        "Update a a",
        "Update b a",
        "Delete a a",
        "Delete b b",
    ]


def test_a_custom_resource_acts_in_the_role_of_its_function(functions: Functions) -> None:
    body = json.dumps({"Resources": thing(Name="a"), "Outputs": {"Who": {"Value": {"Fn::GetAtt": "X.Who"}}}})
    client = functions.client("cloudformation")
    client.create_stack(StackName="one", TemplateBody=body)
    assert functions.world.work.wait(60)
    found = client.describe_stacks(StackName="one")["Stacks"][0]["Outputs"][0]["OutputValue"]
    assert found == f"arn:aws:sts::{ACCOUNT}:assumed-role/function/maker"


def test_a_failed_creation_is_rolled_back_by_the_function_too(functions: Functions) -> None:
    assert functions.stack("one", thing(Name="a", Fails="Create")) == "ROLLBACK_COMPLETE"
    assert "Message returned: as it was told" in functions.reasons("one")[-1]
    assert functions.said() == ["Create a None", "Delete a a"]


def test_a_failed_update_is_taken_back_by_an_update(functions: Functions) -> None:
    functions.stack("one", thing(Name="a"))
    assert functions.stack("one", thing(Name="a", Fails="Update")) == "UPDATE_ROLLBACK_COMPLETE"
    assert functions.said() == ["Create a None", "Update a a", "Update a a"]


def test_a_function_that_says_nothing_fails_the_resource(functions: Functions) -> None:
    assert functions.stack("one", thing(Name="a", Silent="true")) == "ROLLBACK_COMPLETE"
    assert "did not receive a response from your Custom Resource" in functions.reasons("one")[-1]
    assert "nothing to say" in functions.reasons("one")[-1]


def test_the_service_token_cannot_change(functions: Functions) -> None:
    functions.stack("one", thing(Name="a"))
    other = thing(Name="a")
    other["X"]["Properties"]["ServiceToken"] += "2"
    assert functions.stack("one", other) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Modifying service token is not allowed." in functions.reasons("one")


def test_a_function_that_takes_too_long_is_ended(functions: Functions) -> None:
    code = "import time\ndef handler(event, context):\n    time.sleep(60)\n"
    properties = {
        "FunctionName": "slow",
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": f"arn:aws:iam::{ACCOUNT}:role/function",
        "Timeout": 1,
        "Code": {"ZipFile": code},
    }
    functions.stack("slow", {"F": {"Type": "AWS::Lambda::Function", "Properties": properties}})
    answer = functions.client("lambda").invoke(FunctionName="slow", LogType="Tail")
    assert answer["FunctionError"] == "Unhandled"
    assert "Task timed out after 1.00 seconds" in json.loads(answer["Payload"].read())["errorMessage"]


def test_stopping_ends_functions_that_still_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    note = tmp_path / "process"
    with Server(emulator(ACCOUNT)) as server:
        functions = Functions(server)
        code = (
            "import os, time\n"
            "def handler(event, context):\n"
            f"    open({str(note)!r}, 'w').write(str(os.getpid()))\n"
            "    time.sleep(60)\n"
        )
        properties = {
            "FunctionName": "slow",
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Role": f"arn:aws:iam::{ACCOUNT}:role/function",
            "Timeout": 60,
            "Code": {"ZipFile": code},
        }
        functions.stack("slow", {"F": {"Type": "AWS::Lambda::Function", "Properties": properties}})
        functions.client("lambda").invoke(FunctionName="slow", InvocationType="Event")
        deadline = time.monotonic() + 20
        while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        process = int(note.read_text())
        os.kill(process, 0)
    time.sleep(0.2)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert [one.name for one in tmp_path.iterdir()] == ["process"]
