"""AWS Secrets Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.secretsmanager.models import secretsmanager_backends

from craton.core.arn import Arn
from craton.emulator.errors import NotEmulatedError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call

SERVICE = Service(
    "secretsmanager",
    moto=(
        *("CreateSecret", "DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecret"),
        *("DeleteSecret", "ListSecrets", "TagResource", "UntagResource"),
    ),
)


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """A secret is authorised by its whole ARN, also where a name tells it."""
    named = call.parameters.get("SecretId") or call.parameters.get("Name")
    if not named or call.operation.name == "ListSecrets":
        return None
    return [(f"secretsmanager:{call.operation.name}", _arn(call, str(named)))]


def _arn(call: Call, named: str) -> str:
    if Arn.parse(named) is not None:
        return named
    for secret in secretsmanager_backends[call.account][call.region].secrets.values():
        if secret.name == named:
            return str(secret.arn)
    return f"arn:aws:secretsmanager:{call.region}:{call.account}:secret:{named}"


@SERVICE.before("CreateSecret")
def refuse_unknown(call: Call) -> None:
    """Raises: NotEmulatedError for parameters that would be dropped."""
    for name in ("AddReplicaRegions", "Type"):
        if call.parameters.get(name):
            raise NotEmulatedError(f"the parameter {name}")
