"""A rule of AWS Config: whether an account logs invocations as it should, and has its guardrail enforced."""

import json
from datetime import datetime
from typing import Any

import boto3

LOGGING = "logging"


def handler(event: dict[str, Any], _context: Any) -> None:
    """Puts one evaluation of the account, whose Regions are all looked at. What cannot be read fails."""
    asked = json.loads(event["ruleParameters"])
    told = json.loads(event["invokingEvent"])
    account = event["accountId"]
    session = in_account(asked["role"].replace("{account}", account))
    found = {region: wrong(session, region, asked) for region in asked["regions"].split(",")}
    faults = [f"{region}: {fault}" for region, fault in found.items() if fault]
    evaluation = {
        "ComplianceResourceType": "AWS::::Account",
        "ComplianceResourceId": account,
        "ComplianceType": "NON_COMPLIANT" if faults else "COMPLIANT",
        "OrderingTimestamp": datetime.fromisoformat(told["notificationCreationTime"]),
    }
    if faults:
        evaluation["Annotation"] = "; ".join(faults)[:256]
    session.client("config").put_evaluations(Evaluations=[evaluation], ResultToken=event["resultToken"])


def in_account(role: str) -> Any:
    """A session of the role."""
    keys = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="config-rule")["Credentials"]
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def wrong(session: Any, region: str, asked: dict[str, str]) -> str:
    """What is not as it should be in a Region; nothing where all is."""
    bedrock = session.client("bedrock", region_name=region)
    if asked["check"] == LOGGING:
        return wrong_logging(bedrock.get_model_invocation_logging_configuration(), asked)
    held = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]
    return "" if held else "no guardrail is enforced"


def wrong_logging(told: dict[str, Any], asked: dict[str, str]) -> str:
    """What is not as it should be about logging."""
    held = told.get("loggingConfig")
    if not held:
        return "invocations are not logged"
    group = held.get("cloudWatchConfig", {}).get("logGroupName")
    bucket = held.get("s3Config", {}).get("bucketName", "")
    if not (group == asked["group"] if asked["group"] else bucket.startswith(asked["bucket"])):
        return "invocations are logged elsewhere"
    lacking = [one for one in asked["bodies"].split(",") if not held.get(f"{one}DataDeliveryEnabled")]
    return f"logs lack {', '.join(lacking)}" if lacking else ""
