"""The managed policies of AWS, known to an account once one is named there: moto would load all, or none."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import AWSManagedPolicy, iam_backends

if TYPE_CHECKING:
    from moto.iam.models import ManagedPolicy

_OF_AWS: Final = "arn:aws:iam::aws:policy/"


def managed_policy(account: str, arn: str) -> ManagedPolicy | None:
    """The managed policy of that ARN as an account sees it: its own, or one of AWS."""
    held = iam_backends[account]["aws"].managed_policies
    if arn.startswith(_OF_AWS) and arn not in held:
        told = _of_aws().get(arn)
        if told is None:
            return None
        held[arn] = AWSManagedPolicy.from_data(told[0], account, "aws", told[1])
    return held.get(arn)


@functools.cache
def _of_aws() -> dict[str, tuple[str, dict[str, Any]]]:
    """The managed policies of AWS that moto ships, by ARN."""
    from moto.iam.aws_managed_policies import (  # noqa: PLC0415 - 5 MB of text, needed by few calls
        aws_managed_policies_data,
    )

    told: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return {f"{_OF_AWS.removesuffix('/')}{held['Path']}{name}": (name, held) for name, held in told.items()}
