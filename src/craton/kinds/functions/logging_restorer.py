"""Puts the logging of Bedrock's invocations back in the account and Region of which an event tells."""

import json
import os
from typing import Any

import boto3


def handler(event: dict[str, Any], _: Any) -> str:
    """Logging is as the account's parameter says, in whose name it is put there."""
    account, region = event["account"], event["region"]
    session = assumed(os.environ["ROLE"].format(account=account), region)
    wanted = wanted_in(session.client("ssm"))
    if wanted is None:
        return told("not wanted", account, region)
    bedrock = session.client("bedrock")
    held = bedrock.get_model_invocation_logging_configuration().get("loggingConfig")
    if within(wanted, held):
        return told("as wanted", account, region)
    bedrock.put_model_invocation_logging_configuration(loggingConfig=wanted)
    return told("restored", account, region)


def assumed(role: str, region: str) -> Any:
    """A session of the role in a Region."""
    made = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="logging-restorer")
    keys = made["Credentials"]
    return boto3.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=region
    )


def wanted_in(ssm: Any) -> dict[str, Any] | None:
    """The configuration that the account's stack wants; None where there is no such stack."""
    try:
        text = ssm.get_parameter(Name=os.environ["PARAMETER"])["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None
    found: dict[str, Any] = json.loads(text)
    return found


def within(wanted: Any, held: Any) -> bool:
    """Whether all that is wanted is held; Bedrock may tell more."""
    if isinstance(wanted, dict):
        return isinstance(held, dict) and all(within(wanted[key], held.get(key)) for key in wanted)
    return bool(wanted == held)


def told(what: str, account: str, region: str) -> str:
    """What was found or done, in the log as well."""
    text = f"{what}: {account} {region}"
    print(text)
    return text
