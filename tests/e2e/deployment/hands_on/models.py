"""What Bedrock has: how each is read, and changed by hand."""

from __future__ import annotations

import json
from typing import Any


def tags(bedrock: Any, arn: str) -> Any:
    told = bedrock.list_tags_for_resource(resourceARN=arn)["tags"]
    return {one["key"]: one["value"] for one in told}


def enforced(bedrock: Any, _: str) -> Any:
    told = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]
    return [(one["guardrailArn"], one["guardrailVersion"] != "DRAFT") for one in told]


def enforced_gone(bedrock: Any, _: str) -> None:
    for one in bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]:
        bedrock.delete_enforced_guardrail_configuration(configId=one["configId"])


def guardrail(bedrock: Any, arn: str) -> Any:
    told = bedrock.get_guardrail(guardrailIdentifier=arn)
    return told["blockedInputMessaging"], told.get("contentPolicy"), told.get("topicPolicy")


def guardrail_changed(bedrock: Any, arn: str) -> None:
    told = bedrock.get_guardrail(guardrailIdentifier=arn)
    bedrock.update_guardrail(
        guardrailIdentifier=told["guardrailId"],
        name=told["name"],
        blockedInputMessaging="come in",
        blockedOutputsMessaging=told["blockedOutputsMessaging"],
        contentPolicyConfig={
            "filtersConfig": [{"type": "HATE", "inputStrength": "LOW", "outputStrength": "LOW"}]
        },
        **({"kmsKeyId": told["kmsKeyArn"]} if told.get("kmsKeyArn") else {}),
    )


def versions(bedrock: Any, reference: str) -> Any:
    arn = reference.partition("|")[0]
    told = bedrock.list_guardrails(guardrailIdentifier=arn)["guardrails"]
    return [one["description"] for one in told if one["version"] != "DRAFT"]


def versions_gone(bedrock: Any, reference: str) -> None:
    arn, _, version = reference.partition("|")
    bedrock.delete_guardrail(guardrailIdentifier=arn, guardrailVersion=version)


def resource_policy(bedrock: Any, arn: str) -> Any:
    return json.loads(bedrock.get_resource_policy(resourceArn=arn)["resourcePolicy"])


def resource_policy_changed(bedrock: Any, arn: str) -> None:
    told = resource_policy(bedrock, arn)
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-somebodyelse"}}
    told["Statement"][0]["Condition"] = condition
    policy = json.dumps(told)
    bedrock.put_resource_policy(resourceArn=arn, resourcePolicy=policy)


def logging(bedrock: Any, _: str) -> Any:
    return bedrock.get_model_invocation_logging_configuration().get("loggingConfig")


def logging_off(bedrock: Any, _: str) -> None:
    bedrock.delete_model_invocation_logging_configuration()
