"""The rest of an organization's trail: what people and programs do beside calling models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.engine.demo.cast import person, program, user
from craton.engine.demo.prose import CANARY
from craton.engine.demo.trail import event
from craton.engine.demo.workloads import Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.engine.demo.calls import Caller
    from craton.engine.demo.dice import Dice

Event = dict[str, Any]

DEPLOYER: Final = Program("CratonDeployer", 1, "function")
ENGINEER: Final = "rita.engel@acme.example"
OPERATORS: Final = "PlatformEngineer"

_READS: Final = (
    ("bedrock", "ListFoundationModels", None),
    ("bedrock", "ListGuardrails", {"maxResults": 1000}),
    ("bedrock", "GetModelInvocationLoggingConfiguration", None),
    ("bedrock", "ListInferenceProfiles", None),
    ("iam", "ListRoles", None),
    ("logs", "DescribeLogGroups", {"logGroupNamePrefix": "/aws/bedrock"}),
    ("cloudtrail", "DescribeTrails", None),
    ("config", "DescribeConfigurationRecorders", None),
    (
        "s3",
        "GetBucketPolicy",
        {"bucketName": "acme-logs", "Host": "acme-logs.s3.amazonaws.com", "policy": ""},
    ),
)
_ELSEWHERE: Final = (
    ("ec2", "DescribeInstances"),
    ("lambda", "ListFunctions20150331"),
    ("signin", "ConsoleLogin"),
    ("dynamodb", "DescribeTable"),
    ("ecs", "DescribeTasks"),
    ("monitoring", "GetMetricData"),
    ("secretsmanager", "DescribeSecret"),
)
_TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
            "Resource": "arn:aws:bedrock:*::foundation-model/anthropic.claude-haiku-*",
        }
    ],
}


def everyday_events(
    dice: Dice, account_id: str, region: str, day_ms: int, guardrails: Sequence[str]
) -> Iterator[Event]:
    """What an account's trail holds on any day, without the calls to models."""
    operator = person(account_id, OPERATORS, ENGINEER)
    for _ in range(3):
        yield assumed_role(dice, account_id, region, day_ms + dice.below(86_400_000))
    for _ in range(2):
        service, name, parameters = dice.one_of(_READS)
        at = day_ms + dice.below(86_400_000)
        yield event(dice, operator, at=at, region=region, service=service, name=name, parameters=parameters)
    for _ in range(4):
        service, name = dice.one_of(_ELSEWHERE)
        at = day_ms + dice.below(86_400_000)
        yield event(dice, operator, at=at, region=region, service=service, name=name, parameters=None)
    if dice.chance(0.05):
        yield changed_role(dice, operator, region, day_ms + dice.below(86_400_000))
    if guardrails and dice.chance(0.04):
        guardrail = dice.one_of(guardrails)
        yield changed_guardrail(dice, operator, region, day_ms + dice.below(86_400_000), guardrail)


def assumed_role(dice: Dice, account_id: str, region: str, at: int) -> Event:
    """A deployment takes a role: the answer carries session tokens, which must not be kept."""
    deployer = program(account_id, DEPLOYER, 0)
    role = f"arn:aws:iam::{account_id}:role/deploy-{dice.below(4)}"
    parameters = {"roleArn": role, "roleSessionName": "pipeline", "durationSeconds": 3600}
    made = event(
        dice, deployer, at=at, region=region, service="sts", name="AssumeRole", parameters=parameters
    )
    made["responseElements"] = {
        "credentials": {
            "accessKeyId": f"ASIA{dice.letters(16)}",
            "sessionToken": f"IQoJb3JpZ2luX2VjE{CANARY}{dice.letters(80)}",
            "expiration": "Oct 1, 2026, 1:00:00 PM",
        },
        "assumedRoleUser": {"assumedRoleId": f"{deployer.principal_id}", "arn": f"{role}/pipeline"},
    }
    made["resources"] = [{"accountId": account_id, "type": "AWS::IAM::Role", "ARN": role}]
    return made


def changed_role(dice: Dice, operator: Caller, region: str, at: int) -> Event:
    """Somebody gives a role the right to call models."""
    parameters = {"roleName": "support-assist", "policyName": "bedrock", "policyDocument": json.dumps(_TRUST)}
    return event(
        dice,
        operator,
        at=at,
        region=region,
        service="iam",
        name="PutRolePolicy",
        parameters=parameters,
        read_only=False,
    )


def changed_guardrail(dice: Dice, operator: Caller, region: str, at: int, guardrail: str) -> Event:
    """Somebody changes a guardrail; AWS hides the name."""
    parameters = {"guardrailIdentifier": guardrail, "name": "HIDDEN_DUE_TO_SECURITY_REASONS"}
    return event(
        dice,
        operator,
        at=at,
        region=region,
        service="bedrock",
        name="UpdateGuardrail",
        parameters=parameters,
        read_only=False,
    )


def logging_event(dice: Dice, caller: Caller, region: str, at: int, *, on: bool) -> Event:
    """Invocation logging is switched on or off. Deleting the configuration has no parameters."""
    bucket = f"acme-bedrock-logs-{caller.account_id}-{region}"
    configuration = {
        "loggingConfig": {
            "s3Config": {"bucketName": bucket, "keyPrefix": ""},
            "textDataDeliveryEnabled": True,
            "imageDataDeliveryEnabled": True,
            "embeddingDataDeliveryEnabled": True,
            "videoDataDeliveryEnabled": False,
        }
    }
    verb = "Put" if on else "Delete"
    return event(
        dice,
        caller,
        at=at,
        region=region,
        service="bedrock",
        name=f"{verb}ModelInvocationLoggingConfiguration",
        parameters=configuration if on else None,
        read_only=False,
    )


def batch_event(dice: Dice, account_id: str, region: str, at: int) -> Event:
    """A batch job is begun. What it calls stands in no invocation log."""
    caller = program(account_id, Program("search-indexer", 1, "function"), 0)
    location = f"s3://acme-batch-{account_id}"
    return event(
        dice,
        caller,
        at=at,
        region=region,
        service="bedrock",
        name="CreateModelInvocationJob",
        parameters={
            "jobName": f"catalog-{dice.digits(6)}",
            "modelId": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "roleArn": f"arn:aws:iam::{account_id}:role/search-batch",
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"{location}/in/"}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"{location}/out/"}},
        },
        read_only=False,
    )


def mantle_event(dice: Dice, account_id: str, region: str, at: int) -> Event:
    """An inference through the OpenAI-compatible endpoint: a data event, and in no invocation log."""
    caller = program(account_id, Program("platform-evals", 2, "task"), dice.below(2))
    made = event(
        dice,
        caller,
        at=at,
        region=region,
        service="bedrock-mantle",
        name="CreateInference",
        parameters={"model": "openai.gpt-oss-120b", "stream": True, "service_tier": "default"},
        read_only=False,
        data=True,
        host=f"bedrock-mantle.{region}.api.aws",
    )
    arn = f"arn:aws:bedrock-mantle:{region}:{account_id}:project/default"
    made["resources"] = [{"accountId": account_id, "type": "AWS::BedrockMantle::Project", "ARN": arn}]
    return made


def speech_event(dice: Dice, account_id: str, region: str, at: int) -> Event:
    """A spoken conversation: a data event, and in no invocation log."""
    caller = program(account_id, Program("support-voice", 1, "task"), 0)
    made = event(
        dice,
        caller,
        at=at,
        region=region,
        service="bedrock",
        name="InvokeModelWithBidirectionalStream",
        parameters={"modelId": "amazon.nova-2-sonic-v1:0"},
        data=True,
        host=f"bedrock-runtime.{region}.amazonaws.com",
    )
    arn = f"arn:aws:bedrock:{region}::foundation-model/amazon.nova-2-sonic-v1:0"
    made["resources"] = [{"accountId": account_id, "type": "AWS::Bedrock::Model", "ARN": arn}]
    return made


def denied_event(dice: Dice, account_id: str, region: str, at: int) -> Event:
    """Somebody tries a model in an account where nobody may; the event tells no message."""
    curious = person(account_id, "ReadOnly", "tom.fischer@acme.example")
    made = event(
        dice,
        curious,
        at=at,
        region=region,
        service="bedrock",
        name="Converse",
        parameters=None,
        host=f"bedrock-runtime.{region}.amazonaws.com",
    )
    made["errorCode"] = "AccessDeniedException"
    return made


def key_made_events(dice: Dice, account_id: str, name: str, at: int) -> Iterator[Event]:
    """The console makes a long-term Bedrock API key: a user, its policy, and the credential."""
    maker = person(account_id, "Hackathon", "uma.patel@acme.example")
    policy = "arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess"
    credential = {"userName": name, "serviceName": "bedrock.amazonaws.com", "credentialAgeDays": 365}
    steps: tuple[tuple[str, Event], ...] = (
        ("CreateUser", {"userName": name}),
        ("AttachUserPolicy", {"userName": name, "policyArn": policy}),
        ("CreateServiceSpecificCredential", credential),
    )
    for step, (api, parameters) in enumerate(steps):
        made = event(
            dice,
            maker,
            at=at + 1000 * step,
            region="us-east-1",
            service="iam",
            name=api,
            parameters=parameters,
            read_only=False,
        )
        if api == "CreateServiceSpecificCredential":
            secret = {
                "serviceSpecificCredentialId": credential_id(account_id, name),
                "serviceCredentialSecret": CANARY,
            }
            made["responseElements"] = {"serviceSpecificCredential": secret}
        yield made


def key_stopped_event(dice: Dice, account_id: str, name: str, by: str, at: int) -> Event:
    """Somebody deactivates the key."""
    parameters = {
        "userName": name,
        "serviceSpecificCredentialId": credential_id(account_id, name),
        "status": "Inactive",
    }
    return event(
        dice,
        person(account_id, OPERATORS, by),
        at=at,
        region="us-east-1",
        service="iam",
        name="UpdateServiceSpecificCredential",
        parameters=parameters,
        read_only=False,
    )


def credential_id(account_id: str, name: str) -> str:
    """The id of a user's Bedrock API key."""
    return f"ACCA{user(account_id, name).principal_id[4:]}"
