"""AWS's answers as plain JSON values, without secrets.

What AWS's own models call sensitive is masked, but for what Craton compares with a manifest that says it too,
and so are members that hold secrets without being called so. That a value is there stays visible.

Source: the trait `smithy.api#sensitive` as botocore 1.44.5 tells it, `shape.metadata["sensitive"]`.
"""

from __future__ import annotations

import base64
import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from craton.logs.masking import MASKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import Shape

_SECRETS: Final = frozenset(
    {
        # Keys and tokens that IAM, STS, ECR and CodeArtifact hand out.
        *("SecretAccessKey", "SessionToken", "authorizationToken", "AuthorizationToken", "TokenCode"),
        # Credentials for one service, Bedrock's long-term keys among them: shown once, when they are made.
        *("ServicePassword", "ServiceApiKeyValue", "ServiceCredentialSecret"),
        *(
            "Password",
            "password",
            "SecretString",
            "SecretBinary",
            "PrivateKey",
            "privateKey",
            "PrivateKeyPlaintext",
        ),
    }
)
"""Members that hold secrets in whatever service; not all of them are called sensitive."""

_TOLD: Final = frozenset(
    {
        # Accounts are known by name and mail address: the manifest tells both.
        *("AccountName", "CreateAccountName", "Email"),
        # Who is told of a budget stands in the manifest.
        "SubscriberAddress",
        # Which key encrypts, not the key.
        "SSEKMSKeyId",
        "InferenceProfileDescription",
    }
)
_TOLD_FORMS: Final = ("Guardrail",)
"""Shapes that are called sensitive and are not masked. A guardrail's texts are the manifest's own: whether
somebody changed them is what drift asks."""

_OPEN_PARAMETERS: Final = frozenset({"String", "StringList"})
"""Types of SSM's parameters that are no secrets: those are of the type `SecureString`."""

_SIGNED: Final = ("X-Amz-Signature=", "x-amz-signature=")


def plain(answer: Mapping[str, Any], shape: Shape | None) -> dict[str, Any]:
    """The answer as JSON values, masked; the frame of the call is dropped.

    Shapes: times are ISO 8601 in UTC with `Z`, bytes and streams are Base64.
    """
    members = shape.members if shape is not None else {}
    return {
        name: _value(value, members.get(name), name)
        for name, value in answer.items()
        if name != "ResponseMetadata"
    }


def _value(value: Any, shape: Shape | None, name: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if name in _SECRETS or (shape is not None and _is_sensitive(shape)):
        return MASKED
    if isinstance(value, str):
        return MASKED if any(sign in value for sign in _SIGNED) else value
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, dict):
        return _structure(value, shape)
    if isinstance(value, (list, tuple)):
        inner = shape.member if shape is not None and shape.type_name == "list" else None
        return [_value(one, inner, name) for one in value]
    return _scalar(value)


def _structure(value: Mapping[str, Any], shape: Shape | None) -> dict[str, Any]:
    if shape is not None and shape.type_name == "map":
        return {str(key): _value(one, shape.value, str(key)) for key, one in value.items()}
    members = shape.members if shape is not None and shape.type_name == "structure" else {}
    if value.get("Type") in _OPEN_PARAMETERS and "Value" in members:
        members = {**members, "Value": None}
    return {str(key): _value(one, members.get(key), str(key)) for key, one in value.items()}


def _scalar(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)
        return aware.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "read"):
        return base64.b64encode(value.read()).decode()
    raise TypeError(f"no JSON value for {type(value).__name__}")


def _is_sensitive(shape: Shape) -> bool:
    if not shape.metadata.get("sensitive"):
        return False
    return shape.name not in _TOLD and not shape.name.startswith(_TOLD_FORMS)
