"""Random policies in force around one user and one role of an account, and calls that they make.

A world is the same for the same seed and number. What `craton.simulator` decides is worked out from the
documents themselves and from what is known of each call, by no part of the emulator.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from msgspec import Struct, structs

from craton.codec.policy_source import read_policy
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from craton.core.policy import Policy

Document = dict[str, Any]
Outcome = Literal["allowed", "denied"]
Holder = Literal["topic", "queue", "bucket", "key", "role"]

ORGANIZATION: Final = "o-rehearse01"
MANAGEMENT: Final = "111111111111"
ACCOUNT: Final = "333333333333"
OTHER: Final = "444444444444"
HOME, AWAY = "us-east-1", "eu-west-1"
NAME: Final = "worlds"
BUCKET: Final = "worlds-bucket"
USER: Final = f"arn:aws:iam::{ACCOUNT}:user/{NAME}"
ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/{NAME}"
SESSION: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/{NAME}/one"
TARGET: Final = f"arn:aws:iam::{ACCOUNT}:role/target"
KEY: Final = "{key}"
"""Stands in documents and calls for the id of the key, which each host makes up."""
KEY_ARN: Final = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/{KEY}"
TOPIC: Final = f"arn:aws:sns:{HOME}:{ACCOUNT}:{NAME}"
QUEUE: Final = f"arn:aws:sqs:{HOME}:{ACCOUNT}:{NAME}"
OBJECTS: Final = ("team/search.txt", "team/ads.txt", "other.txt")
FULL: Final[Document] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
CALLS_A_WORLD: Final = 10


class Call(Struct, frozen=True, kw_only=True):
    """One call of boto3. `holder` is the resource whose own policy counts, `keys` are those of the call."""

    service: str
    method: str
    action: str
    resource: str
    parameters: dict[str, Any]
    holder: Holder | None = None
    region: str = HOME
    keys: dict[str, tuple[str, ...]] = {}


class World(Struct, frozen=True, kw_only=True):
    """What is in force. `levels` are the SCPs of root, OU and account; FullAWSAccess stands as `FULL`."""

    number: int
    caller: Literal["user", "role"]
    levels: tuple[tuple[Document, ...], ...]
    identity: Document
    boundary: Document | None
    session: Document | None
    team: str
    resources: dict[Holder, Document | None]
    calls: tuple[Call, ...]

    @property
    def has_scps(self) -> bool:
        """Whether any SCP but FullAWSAccess is in force."""
        return any(level != (FULL,) for level in self.levels)

    def without_scps(self) -> World:
        """The same, but that nothing but FullAWSAccess is attached."""
        return structs.replace(self, levels=((FULL,),) * 3)

    def principal(self) -> str:
        """The ARN that calls."""
        return USER if self.caller == "user" else SESSION


class Words(NamedTuple):
    """What statements about resources of a kind are made of."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]


def _object(key: str) -> str:
    return f"arn:aws:s3:::{BUCKET}/{key}"


CALLS: Final[tuple[Call, ...]] = (
    Call(service="sns", method="list_topics", action="sns:ListTopics", resource="*", parameters={}),
    Call(
        service="sns", method="list_topics", action="sns:ListTopics", resource="*", parameters={}, region=AWAY
    ),
    Call(
        service="sns",
        method="get_topic_attributes",
        action="sns:GetTopicAttributes",
        resource=TOPIC,
        parameters={"TopicArn": TOPIC},
        holder="topic",
    ),
    Call(
        service="sns",
        method="publish",
        action="sns:Publish",
        resource=TOPIC,
        parameters={"TopicArn": TOPIC, "Message": "one"},
        holder="topic",
    ),
    Call(
        service="sqs",
        method="get_queue_attributes",
        action="sqs:GetQueueAttributes",
        resource=QUEUE,
        parameters={"QueueUrl": "{queue}"},
        holder="queue",
    ),
    Call(
        service="sqs",
        method="send_message",
        action="sqs:SendMessage",
        resource=QUEUE,
        parameters={"QueueUrl": "{queue}", "MessageBody": "one"},
        holder="queue",
    ),
    *(
        Call(
            service="s3",
            method="get_object",
            action="s3:GetObject",
            resource=_object(key),
            parameters={"Bucket": BUCKET, "Key": key},
            holder="bucket",
        )
        for key in OBJECTS
    ),
    Call(
        service="s3",
        method="put_object",
        action="s3:PutObject",
        resource=_object(OBJECTS[0]),
        parameters={"Bucket": BUCKET, "Key": OBJECTS[0], "Body": b"two"},
        holder="bucket",
    ),
    *(
        Call(
            service="s3",
            method="list_objects_v2",
            action="s3:ListBucket",
            resource=f"arn:aws:s3:::{BUCKET}",
            parameters={"Bucket": BUCKET, "Prefix": prefix},
            holder="bucket",
            keys={"s3:prefix": (prefix,)},
        )
        for prefix in ("team/", "other")
    ),
    Call(
        service="kms",
        method="describe_key",
        action="kms:DescribeKey",
        resource=KEY_ARN,
        parameters={"KeyId": KEY_ARN},
        holder="key",
    ),
    Call(
        service="kms",
        method="encrypt",
        action="kms:Encrypt",
        resource=KEY_ARN,
        parameters={"KeyId": KEY_ARN, "Plaintext": b"one"},
        holder="key",
    ),
    Call(
        service="iam",
        method="get_role",
        action="iam:GetRole",
        resource=TARGET,
        parameters={"RoleName": "target"},
    ),
    Call(
        service="sts",
        method="assume_role",
        action="sts:AssumeRole",
        resource=TARGET,
        parameters={"RoleArn": TARGET, "RoleSessionName": "two"},
        holder="role",
        keys={"sts:RoleSessionName": ("two",)},
    ),
    Call(
        service="lambda", method="list_functions", action="lambda:ListFunctions", resource="*", parameters={}
    ),
    Call(
        service="bedrock",
        method="list_foundation_models",
        action="bedrock:ListFoundationModels",
        resource="*",
        parameters={},
        region=AWAY,
    ),
)

_ANYWHERE: Final = Words(
    actions=(
        *("*", "*", "s3:*", "sns:*", "sqs:*", "kms:*", "iam:*", "sts:*"),
        *("s3:Get*", "s3:PutObject", "s3:List*", "sns:Publish", "SNS:get*", "sqs:Send?essage", "kms:Encrypt"),
        *("kms:Describe*", "sts:AssumeRole", "iam:GetRole", "lambda:*", "bedrock:List*", "*:List*"),
    ),
    resources=(
        *("*", "*", "*", TOPIC, QUEUE, f"{_object('team/*')}", f"{_object('*')}", f"arn:aws:s3:::{BUCKET}"),
        *("arn:aws:sns:*:*:*", f"arn:aws:*:{HOME}:{ACCOUNT}:*", KEY_ARN, "arn:aws:iam::*:role/*", TARGET),
        f"{_object('team/')}${{aws:PrincipalTag/team}}.txt",
    ),
)
_OWN: Final[Mapping[Holder, Words]] = {
    "topic": Words(("sns:Publish", "sns:GetTopicAttributes"), (TOPIC,)),
    "queue": Words(("sqs:SendMessage", "sqs:GetQueueAttributes"), (QUEUE,)),
    "bucket": Words(
        ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:List*"),
        (_object("*"), _object("team/*"), f"arn:aws:s3:::{BUCKET}"),
    ),
    "key": Words(("kms:Encrypt", "kms:DescribeKey"), ("*",)),
    "role": Words(("sts:AssumeRole",), ()),
}
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:RequestedRegion": (HOME, AWAY),
    "aws:PrincipalArn": (USER, ROLE, SESSION, f"arn:aws:iam::{ACCOUNT}:*"),
    "aws:PrincipalAccount": (ACCOUNT, OTHER),
    "aws:PrincipalType": ("User", "AssumedRole"),
    "aws:PrincipalTag/team": ("search", "ads", "s*"),
    "aws:PrincipalOrgID": (ORGANIZATION, "o-elsewhere00"),
    "aws:username": (NAME, "other"),
    "aws:ResourceAccount": (ACCOUNT, OTHER),
    "s3:prefix": ("team/", "other", "te*"),
}
_TEXT_OPERATORS: Final = (
    *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"),
    *("StringEqualsIfExists", "StringNotEqualsIfExists", "StringLikeIfExists"),
    *("ForAnyValue:StringLike", "ForAllValues:StringEquals"),
)
_ARN_OPERATORS: Final = ("ArnEquals", "ArnLike", "ArnNotLike", "ArnNotEquals", "ArnLikeIfExists")
_OTHERS: Final[tuple[Document, ...]] = (
    {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
    {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8"]}},
    {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
    {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
    {"Null": {"aws:PrincipalTag/team": "true"}},
    {"Null": {"aws:username": "false"}},
    {"Bool": {"aws:ViaAWSService": "false"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
)


def world(seed: int, number: int) -> World:
    """The world of that number."""
    dice = random.Random(f"{seed}/{number}")
    caller: Literal["user", "role"] = dice.choice(("user", "role"))
    return World(
        number=number,
        caller=caller,
        levels=tuple(_level(dice, is_free=number % 2 == 0) for _ in range(3)),
        identity=_document(dice, _ANYWHERE, allows=0.85, wide=True),
        boundary=_document(dice, _ANYWHERE, allows=0.85, wide=True) if dice.random() < 0.3 else None,
        session=_document(dice, _ANYWHERE, allows=0.85, wide=True)
        if caller == "role" and dice.random() < 0.4
        else None,
        team=dice.choice(("search", "ads")),
        resources={
            "topic": _own(dice, "topic"),
            "queue": _own(dice, "queue") if dice.random() < 0.7 else None,
            "bucket": _own(dice, "bucket") if dice.random() < 0.7 else None,
            "key": _of_key(dice),
            "role": _own(dice, "role"),
        },
        calls=tuple(dice.sample(CALLS, CALLS_A_WORLD)),
    )


def decided(one: World, call: Call) -> Outcome:
    """What `craton.simulator` says of a call, by the documents of its world."""
    resource = one.resources[call.holder] if call.holder else None
    policies = PolicySet(
        account=ACCOUNT,
        resource_account=ACCOUNT,
        scps=tuple(tuple(_policy(document) for document in level) for level in one.levels),
        identity=(_policy(one.identity),),
        boundaries=(_policy(one.boundary),) if one.boundary else (),
        sessions=(_policy(one.session),) if one.session else (),
        resource=_policy(resource) if resource else None,
    )
    request = Request(
        principal=one.principal(), action=call.action, resource=call.resource, context=context(one, call)
    )
    return "allowed" if Authorizer(policies).decide(request).outcome == "allowed" else "denied"


def context(one: World, call: Call) -> dict[str, tuple[str, ...]]:
    """The condition keys of a call, as AWS describes them, as far as worlds ask for them."""
    keys: dict[str, tuple[str, ...]] = {
        "aws:RequestedRegion": (call.region,),
        "aws:PrincipalArn": (USER if one.caller == "user" else ROLE,),
        "aws:PrincipalAccount": (ACCOUNT,),
        "aws:PrincipalType": ("User" if one.caller == "user" else "AssumedRole",),
        "aws:PrincipalOrgID": (ORGANIZATION,),
        "aws:SourceIp": ("127.0.0.1",),
        "aws:CurrentTime": ("2026-11-26T00:00:00Z",),
        "aws:ViaAWSService": ("false",),
        **call.keys,
    }
    if call.resource != "*":
        keys["aws:ResourceAccount"] = (ACCOUNT,)
    if one.caller == "user":
        keys["aws:username"] = (NAME,)
    else:
        keys["aws:PrincipalTag/team"] = (one.team,)
        keys["aws:MultiFactorAuthPresent"] = ("false",)
    return keys


def _policy(document: Document) -> Policy:
    policy, _ = read_policy(json.dumps(document).encode(), "a policy")
    if policy is None:
        raise ValueError(f"no policy: {document}")
    return policy


def _level(dice: random.Random, *, is_free: bool) -> tuple[Document, ...]:
    if is_free or dice.random() < 0.3:
        return (FULL,)
    if dice.random() < 0.25:
        return (_document(dice, _ANYWHERE, allows=1.0, wide=True),)
    return (FULL, _document(dice, _ANYWHERE, allows=0.0))


def _document(dice: random.Random, words: Words, *, allows: float, wide: bool = False) -> Document:
    """Some statements, so many of which allow; where it is to be `wide`, one of them allows everything."""
    made = [_statement(dice, words, allows=allows) for _ in range(dice.randint(1, 3))]
    if wide and dice.random() < 0.6:
        made.append({"Effect": "Allow", "NotAction": dice.choice(words.actions[2:]), "Resource": "*"})
    return {"Version": "2012-10-17", "Statement": made}


def _statement(dice: random.Random, words: Words, *, allows: float) -> Document:
    made: Document = {"Effect": "Allow" if dice.random() < allows else "Deny"}
    actions = dice.sample(words.actions, min(len(words.actions), dice.randint(1, 4)))
    negated = made["Effect"] == "Deny" and dice.random() < 0.1
    made["NotAction" if negated else "Action"] = sorted(set(actions))
    if words.resources:
        resources = dice.sample(words.resources, min(len(words.resources), dice.randint(1, 3)))
        made["NotResource" if negated and dice.random() < 0.3 else "Resource"] = sorted(set(resources))
    if dice.random() < 0.35:
        made["Condition"] = _condition(dice)
    return made


def _condition(dice: random.Random) -> Document:
    if dice.random() < 0.3:
        return dice.choice(_OTHERS)
    key = dice.choice(sorted(_KEYS))
    operators: Sequence[str] = _ARN_OPERATORS if key.endswith("Arn") else _TEXT_OPERATORS
    values = _KEYS[key]
    return {dice.choice(operators): {key: dice.sample(values, dice.randint(1, len(values)))}}


def _own(dice: random.Random, holder: Holder) -> Document:
    """The policy of a resource, which names somebody of the account or everybody."""
    made = []
    for _ in range(dice.randint(1, 2)):
        statement = _statement(dice, _OWN[holder], allows=0.7)
        statement.pop("NotAction", None)
        statement["Action"] = statement.get("Action", list(_OWN[holder].actions))
        if "NotResource" in statement:
            statement["Resource"] = [statement.pop("NotResource")[0]]
        named = dice.choice((USER, ROLE, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, "*"))
        made.append({**statement, "Principal": {"AWS": named}})
    return {"Version": "2012-10-17", "Statement": made}


def _of_key(dice: random.Random) -> Document:
    """A key's policy: the account's administrator has it in reach, and its policies may count, too."""
    delegates = dice.random() < 0.6
    name = "root" if delegates else "role/OrganizationAccountAccessRole"
    keeper = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:{name}"}, "Action": "kms:*"}
    own = _own(dice, "key")
    return {"Version": "2012-10-17", "Statement": [{**keeper, "Resource": "*"}, *own["Statement"]]}
