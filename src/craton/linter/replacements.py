"""What to write instead of keys that are often written and do not exist.

Source: "Actions, resources, and condition keys for Amazon Bedrock" and "… for Amazon Bedrock Mantle",
docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html; "Prerequisites for running
model inference", docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html; retrieved 2026-11-23.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from craton.linter.operators import operator_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.core.policy import Condition, Statement

EXEMPT: Final = (
    "arn:aws:bedrock:*:*:inference-profile/*",
    "arn:aws:bedrock:*:*:application-inference-profile/*",
    "arn:aws:bedrock:*:*:model-invocation-job/*",
)
"""What must be exempt beside approved models: of profiles and batch jobs, the model is authorised as well."""

_MODEL_KEYS: Final = frozenset({"bedrock:modelid", "bedrock:model", "bedrock:foundationmodelid"})
_LOGGING_KEYS: Final = frozenset({"bedrock:modelinvocationloggingenabled"})
_LOGGING: Final = {
    "Effect": "Deny",
    "Action": [
        "bedrock:DeleteModelInvocationLoggingConfiguration",
        "bedrock:PutModelInvocationLoggingConfiguration",
    ],
    "Resource": "*",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/THE-DEPLOYER"}},
}


def instead_of(condition: Condition, statement: Statement) -> str | None:
    """What to write where such a key stands, with the values that were meant; None where it is unknown."""
    key = condition.key.text.lower()
    if key in _LOGGING_KEYS:
        return (
            "no policy can require logging: switch it on in each account and Region, and keep it on with "
            f"{written(_LOGGING)}"
        )
    if key not in _MODEL_KEYS:
        return None
    operator = operator_of(condition.operator.text)
    models = [f"arn:aws:bedrock:*::foundation-model/{value.text}" for value in condition.values]
    excludes = operator is not None and operator.negated
    if excludes and statement.effect == "Deny":
        named = written({"NotResource": [*models, *EXEMPT]})[1:-1]
    elif excludes:
        named = written({"NotResource": models})[1:-1]
    else:
        named = written({"Resource": models})[1:-1]
    return f"models are told by their ARN: instead of the condition and `Resource` write {named}"


def written(value: object) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


def array(texts: Iterable[str]) -> str:
    """Texts as a JSON array."""
    return written(list(texts))
