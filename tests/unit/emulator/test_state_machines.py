from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session
from tests.unit.emulator.rehearsal import MANAGEMENT

from craton.emulator.catalog import all_services
from craton.emulator.workflows.integration import integration_of, java_name

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

END = {"End": True}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def role(rehearsal: Rehearsal, *actions: str, service: str = "states.amazonaws.com") -> str:
    iam = rehearsal.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam.create_role(RoleName="runner", AssumeRolePolicyDocument=policy(trust))["Role"]
    if actions:
        allowed = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        iam.put_role_policy(RoleName="runner", PolicyName="own", PolicyDocument=policy(allowed))
    return str(made["Arn"])


def machine(rehearsal: Rehearsal, states: dict[str, Any], *actions: str, **more: Any) -> str:
    definition = json.dumps({"StartAt": next(iter(states)), "States": states, **more})
    made = rehearsal.client("stepfunctions").create_state_machine(
        name="respond", definition=definition, roleArn=role(rehearsal, *actions)
    )
    return str(made["stateMachineArn"])


def run(rehearsal: Rehearsal, arn: str, held: Any = None) -> dict[str, Any]:
    client = rehearsal.client("stepfunctions")
    started = client.start_execution(stateMachineArn=arn, input=json.dumps(held or {}))
    rehearsal.rest()
    told: dict[str, Any] = client.describe_execution(executionArn=started["executionArn"])
    return told


def output(rehearsal: Rehearsal, states: dict[str, Any], held: Any = None, *actions: str) -> Any:
    told = run(rehearsal, machine(rehearsal, states, *actions), held)
    assert told["status"] == "SUCCEEDED", (told.get("error"), told.get("cause"))
    return json.loads(told["output"])


def test_paths_and_templates_shape_what_a_state_is_given_and_gives(rehearsal: Rehearsal) -> None:
    states = {
        "Go": {
            "Type": "Pass",
            "InputPath": "$.detail",
            "Parameters": {
                "who.$": "$.user.name",
                "all.$": "$.items[*].id",
                "text.$": "States.Format('{} of {}', $.user.name, $$.StateMachine.Name)",
                "fixed": [1, {"inner.$": "$.items[1].id"}],
            },
            "ResultPath": "$.shaped",
            "OutputPath": "$.shaped",
            "End": True,
        }
    }
    held = {"detail": {"user": {"name": "ann"}, "items": [{"id": 1}, {"id": 2}]}}
    assert output(rehearsal, states, held) == {
        "who": "ann",
        "all": [1, 2],
        "text": "ann of respond",
        "fixed": [1, {"inner": 2}],
    }


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("States.Array(1, 'a', $.n)", [1, "a", 3]),
        ("States.ArrayLength($.list)", 3),
        ("States.ArrayContains($.list, 2)", True),
        ("States.ArrayGetItem($.list, 1)", 2),
        ("States.ArrayUnique(States.Array(1, 1, 2))", [1, 2]),
        ("States.ArrayPartition($.list, 2)", [[1, 2], [3]]),
        ("States.ArrayRange(1, 5, 2)", [1, 3, 5]),
        ("States.MathAdd($.n, -1)", 2),
        ("States.StringSplit('a,b', ',')", ["a", "b"]),
        ("States.StringToJson('[1]')", [1]),
        ("States.JsonToString($.list)", "[1, 2, 3]"),
        ("States.Base64Encode('ab')", "YWI="),
        ("States.Base64Decode('YWI=')", "ab"),
        ("States.Hash('a', 'SHA-256')", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        ("States.JsonMerge($.one, $.two, false)", {"a": 2, "b": 1}),
        (r"States.Format('it\'s \{{}\}', $.n)", "it's {3}"),
    ],
)
def test_functions_of_templates(rehearsal: Rehearsal, call: str, expected: Any) -> None:
    held = {"n": 3, "list": [1, 2, 3], "one": {"a": 1, "b": 1}, "two": {"a": 2}}
    states = {"Go": {"Type": "Pass", "Parameters": {"x.$": call}, **END}}
    assert output(rehearsal, states, held) == {"x": expected}


@pytest.mark.parametrize(
    ("rule", "held", "holds"),
    [
        ({"Variable": "$.a", "StringEquals": "x"}, {"a": "x"}, True),
        ({"Variable": "$.a", "StringEquals": "x"}, {"a": 1}, False),
        ({"Variable": "$.a", "StringMatches": "bed*:Invoke*"}, {"a": "bedrock:InvokeModel"}, True),
        ({"Variable": "$.a", "NumericGreaterThan": 4}, {"a": 4}, False),
        ({"Variable": "$.a", "NumericGreaterThanEqualsPath": "$.b"}, {"a": 4, "b": 4}, True),
        ({"Variable": "$.a", "BooleanEquals": False}, {"a": False}, True),
        ({"Variable": "$.b", "IsPresent": False}, {"a": 1}, True),
        ({"Variable": "$.a", "IsNull": True}, {"a": None}, True),
        (
            {"Variable": "$.a", "TimestampLessThan": "2026-11-26T00:00:00Z"},
            {"a": "2026-11-25T23:00:00Z"},
            True,
        ),
        ({"Not": {"Variable": "$.a", "IsString": True}}, {"a": 1}, True),
        (
            {"And": [{"Variable": "$.a", "IsNumeric": True}, {"Variable": "$.a", "NumericLessThan": 2}]},
            {"a": 1},
            True,
        ),
        (
            {"Or": [{"Variable": "$.a", "NumericEquals": 1}, {"Variable": "$.a", "NumericEquals": 2}]},
            {"a": 3},
            False,
        ),
    ],
)
def test_a_choice_goes_where_the_first_rule_that_holds_says(
    rehearsal: Rehearsal, rule: dict[str, Any], held: Any, *, holds: bool
) -> None:
    states = {
        "Which": {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"},
        "Yes": {"Type": "Pass", "Result": True, **END},
        "No": {"Type": "Pass", "Result": False, **END},
    }
    assert output(rehearsal, states, held) is holds


def test_a_task_calls_a_service_as_the_role_of_the_state_machine(rehearsal: Rehearsal) -> None:
    topic = rehearsal.client("sns").create_topic(Name="alerts")["TopicArn"]
    states = {
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sns:getTopicAttributes",
            "Parameters": {"TopicArn.$": "$.topic"},
            "ResultSelector": {"owner.$": "$.Attributes.Owner"},
            "ResultPath": "$.told",
            "Next": "Switch",
        },
        "Switch": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:bedrock:getModelInvocationLoggingConfiguration",
            "Parameters": {},
            "ResultPath": None,
            "End": True,
        },
    }
    found = output(rehearsal, states, {"topic": topic}, "sns:GetTopicAttributes", "bedrock:Get*")
    assert found == {"topic": topic, "told": {"owner": MANAGEMENT}}


def test_what_the_role_may_not_do_fails_and_is_caught_by_its_name(rehearsal: Rehearsal) -> None:
    states = {
        "Make": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:iam:createUser",
            "Parameters": {"UserName": "x"},
            "Catch": [
                {"ErrorEquals": ["Iam.EntityAlreadyExistsException"], "Next": "There"},
                {"ErrorEquals": ["States.TaskFailed"], "Next": "Denied", "ResultPath": "$.failed"},
            ],
            "End": True,
        },
        "There": {"Type": "Fail", "Error": "Wrong"},
        "Denied": {"Type": "Pass", **END},
    }
    found = output(rehearsal, states, {"kept": 1})
    assert found["kept"] == 1
    assert found["failed"]["Error"] == "Iam.IamException"
    assert "not authorized to perform: iam:CreateUser" in found["failed"]["Cause"]


def test_errors_of_services_bear_the_names_that_the_sdk_for_java_has_for_them(rehearsal: Rehearsal) -> None:
    states = {
        "Make": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:iam:getUser",
            "Parameters": {"UserName": "nobody"},
            "End": True,
        }
    }
    told = run(rehearsal, machine(rehearsal, states, "iam:GetUser"))
    assert (told["status"], told["error"]) == ("FAILED", "Iam.NoSuchEntityException")


@pytest.mark.slow
def test_a_retrier_tries_again_as_often_as_it_says(rehearsal: Rehearsal) -> None:
    retrier = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1.0}
    states = {
        "Make": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:iam:getUser",
            "Parameters": {"UserName": "nobody"},
            "Retry": [retrier],
            "End": True,
        }
    }
    arn = machine(rehearsal, states, "iam:GetUser")
    told = run(rehearsal, arn)
    client = rehearsal.client("stepfunctions")
    events = client.get_execution_history(executionArn=told["executionArn"])["events"]
    assert [one["type"] for one in events].count("TaskFailed") == 3


def test_branches_and_items_each_give_a_result(rehearsal: Rehearsal) -> None:
    inner = {"StartAt": "One", "States": {"One": {"Type": "Pass", "Parameters": {"v.$": "$.v"}, **END}}}
    states = {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "a", **END}}},
                {"StartAt": "B", "States": {"B": {"Type": "Pass", "OutputPath": "$.list", **END}}},
            ],
            "ResultPath": "$.both",
            "Next": "Each",
        },
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.both[1]",
            "ItemSelector": {"v.$": "States.Format('{}:{}', $$.Map.Item.Index, $$.Map.Item.Value)"},
            "ItemProcessor": inner,
            "End": True,
        },
    }
    assert output(rehearsal, states, {"list": ["x", "y"]}) == [{"v": "0:x"}, {"v": "1:y"}]


def test_a_branch_that_fails_is_caught_outside(rehearsal: Rehearsal) -> None:
    branch = {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "Broken", "Cause": "so"}}}
    states = {
        "Both": {
            "Type": "Parallel",
            "Branches": [branch],
            "Catch": [{"ErrorEquals": ["Broken"], "Next": "Rest"}],
            "End": True,
        },
        "Rest": {"Type": "Pass", **END},
    }
    assert output(rehearsal, states) == {"Error": "Broken", "Cause": "so"}


@pytest.mark.slow
def test_a_long_wait_is_cut_short_and_counts_in_full(rehearsal: Rehearsal) -> None:
    states = {"Wait": {"Type": "Wait", "Seconds": 86400, "Next": "End"}, "End": {"Type": "Succeed"}}
    assert output(rehearsal, states) == {}
    client = rehearsal.client("stepfunctions")
    (arn,) = [one["stateMachineArn"] for one in client.list_state_machines()["stateMachines"]]
    definition = json.dumps({"StartAt": "Wait", "States": states, "TimeoutSeconds": 3600})
    client.update_state_machine(stateMachineArn=arn, definition=definition)
    told = run(rehearsal, arn)
    assert (told["status"], told["error"]) == ("TIMED_OUT", "States.Timeout")


def test_an_execution_can_be_stopped(rehearsal: Rehearsal) -> None:
    states = {
        "Wait": {"Type": "Wait", "Seconds": 2, "Next": "Make"},
        "Make": {"Type": "Fail", "Error": "NotStopped"},
    }
    arn, client = machine(rehearsal, states), rehearsal.client("stepfunctions")
    started = client.start_execution(stateMachineArn=arn, name="one")
    client.stop_execution(executionArn=started["executionArn"], error="Enough", cause="by hand")
    rehearsal.rest()
    told = client.describe_execution(executionArn=started["executionArn"])
    assert (told["status"], told["error"], told["cause"]) == ("ABORTED", "Enough", "by hand")
    assert client.list_executions(stateMachineArn=arn, statusFilter="ABORTED")["executions"]
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        client.start_execution(stateMachineArn=arn, name="one")


def test_a_history_tells_what_happened_in_its_order(rehearsal: Rehearsal) -> None:
    told = run(
        rehearsal, machine(rehearsal, {"Go": {"Type": "Pass", "Next": "End"}, "End": {"Type": "Succeed"}})
    )
    client = rehearsal.client("stepfunctions")
    events = client.get_execution_history(executionArn=told["executionArn"])["events"]
    assert [one["type"] for one in events] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]
    assert [one["previousEventId"] for one in events] == [0, 1, 2, 3, 4, 5]


def test_a_rule_of_a_bus_starts_an_execution(rehearsal: Rehearsal) -> None:
    arn = machine(rehearsal, {"Go": {"Type": "Pass", "OutputPath": "$.detail", **END}})
    iam = rehearsal.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
    starter = iam.create_role(RoleName="starter", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    allowed = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": arn}
    iam.put_role_policy(RoleName="starter", PolicyName="own", PolicyDocument=policy(allowed))
    events = rehearsal.client("events")
    events.put_rule(Name="on", EventPattern=json.dumps({"source": ["craton"]}))
    events.put_targets(Rule="on", Targets=[{"Id": "1", "Arn": arn, "RoleArn": starter}])
    events.put_events(Entries=[{"Source": "craton", "DetailType": "finding", "Detail": '{"a": 1}'}])
    rehearsal.rest()
    client = rehearsal.client("stepfunctions")
    (row,) = client.list_executions(stateMachineArn=arn)["executions"]
    told = client.describe_execution(executionArn=row["executionArn"])
    assert json.loads(told["output"]) == {"a": 1}


@pytest.mark.parametrize(
    ("definition", "why"),
    [
        ("{", "INVALID_JSON_DESCRIPTION"),
        ({"StartAt": "A", "States": {"B": {"Type": "Succeed"}}}, "Missing 'StartAt' target: A"),
        ({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}, "Missing 'Next' target: B"),
        ({"StartAt": "A", "States": {"A": {"Type": "Pass"}}}, "Exactly one of Next and End"),
        ({"StartAt": "A", "States": {"A": {"Type": "Task", **END}}}, "The field 'Resource' is required"),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "Retry": [], **END}}},
            "Field 'Retry' is not supported",
        ),
        ({"StartAt": "A", "States": {"A": {"Type": "Sleep"}}}, "is no type of a state"),
        ({"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "a", **END}}}, "Invalid path 'a'"),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "b"}, **END}}},
            "must be a valid JSONPath",
        ),
        (
            {
                "StartAt": "A",
                "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:iam:fly", **END}},
            },
            "is not recognized",
        ),
    ],
)
def test_what_is_no_definition_is_refused(rehearsal: Rehearsal, definition: Any, why: str) -> None:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    client = rehearsal.client("stepfunctions")
    with pytest.raises(ClientError, match="InvalidDefinition") as caught:
        client.create_state_machine(name="x", definition=text, roleArn=role(rehearsal))
    assert why in str(caught.value)
    assert client.validate_state_machine_definition(definition=text)["result"] == "FAIL"


@pytest.mark.parametrize(
    ("definition", "named"),
    [
        ({"QueryLanguage": "JSONata"}, "the query language JSONata"),
        ({"States": {"A": {"Type": "Pass", "Assign": {"x": 1}, **END}}}, "the field Assign"),
        (
            {
                "States": {
                    "A": {
                        "Type": "Map",
                        "ItemProcessor": {
                            "ProcessorConfig": {"Mode": "DISTRIBUTED"},
                            "StartAt": "B",
                            "States": {"B": {"Type": "Succeed"}},
                        },
                        **END,
                    }
                }
            },
            "Map states of the mode DISTRIBUTED",
        ),
        (
            {
                "States": {
                    "A": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                        **END,
                    }
                }
            },
            "waitForTaskToken",
        ),
        (
            {"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", **END}}},
            "dynamodb:putItem",
        ),
        ({"States": {"A": {"Type": "Pass", "InputPath": "$..a", **END}}}, "the path"),
    ],
)
def test_what_state_machines_do_not_do_here_is_refused_by_name(
    rehearsal: Rehearsal, definition: dict[str, Any], named: str
) -> None:
    told = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}, **definition}
    with pytest.raises(ClientError, match=named) as caught:
        rehearsal.client("stepfunctions").create_state_machine(
            name="x", definition=json.dumps(told), roleArn=role(rehearsal)
        )
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_role_that_does_not_let_the_service_in_is_refused(rehearsal: Rehearsal) -> None:
    other = role(rehearsal, service="lambda.amazonaws.com")
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    with pytest.raises(ClientError, match="Neither the global service principal"):
        rehearsal.client("stepfunctions").create_state_machine(name="x", definition=definition, roleArn=other)


@pytest.mark.slow
def test_every_emulated_service_is_called_by_the_id_of_its_model() -> None:
    wrong = {}
    for name in all_services():
        model = Session().get_service_model(name)
        called = str(model.metadata["serviceId"]).replace(" ", "").lower()
        called = {"configservice": "config"}.get(called, called)
        operation = model.operation_names[0]
        told = f"{operation[0].lower()}{operation[1:]}"
        if integration_of(f"arn:aws:states:::aws-sdk:{called}:{told}").service != name:
            wrong[name] = called
    assert wrong == {}
    model = Session().get_service_model
    assert [java_name(model(one)) for one in ("iam", "s3", "logs")] == ["Iam", "S3", "CloudWatchLogs"]
