"""What stands at an ARN, for whoever delivers there: keys, queues, topics, functions, and their policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.kms.models import kms_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from craton.core.arn import Arn

if TYPE_CHECKING:
    from moto.kms.models import Key
    from moto.sns.models import Topic

    from craton.emulator.world import World


def key_of(account: str, region: str, name: str) -> Key | None:
    """The key of an id, an ARN, or the name or ARN of an alias; None where there is none."""
    arn = Arn.parse(name)
    if arn is not None:
        account, region, name = arn.account, arn.region, arn.resource.removeprefix("key/")
    backend = kms_backends[account][region]
    if name.startswith("alias/"):
        name = backend.get_key_id_from_alias(name) or ""
    return backend.keys.get(name)


def topic_of(arn: str) -> Topic | None:
    """The topic of that ARN; None where there is none."""
    told = Arn.parse(arn)
    return sns_backends[told.account][told.region].topics.get(arn) if told else None


def policy_of_queue(arn: str) -> str | None:
    """The policy of the queue of that ARN; None where it has none, or is not there."""
    told = Arn.parse(arn)
    if told is None:
        return None
    queue = sqs_backends[told.account][told.region].queues.get(told.resource)
    return str(queue.policy) if queue is not None and queue.policy else None


def url_of_queue(world: World, arn: str) -> str | None:
    """The URL under which calls name the queue of that ARN; None where it is not there."""
    told = Arn.parse(arn)
    if told is None or told.resource not in sqs_backends[told.account][told.region].queues:
        return None
    return f"{world.endpoint or 'http://127.0.0.1'}/{told.account}/{told.resource}"


def policy_of_function(arn: str) -> str | None:
    """The policy of the function of that ARN; None where it has none, or is not there."""
    parts = arn.split(":")
    try:
        found = lambda_backends[parts[4]][parts[3]].get_function(arn)
    except UnknownFunctionException:
        return None
    statements = found.policy.statements
    return json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None
