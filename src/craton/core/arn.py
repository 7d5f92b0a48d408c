"""Amazon Resource Names, taken apart."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

PARTS: Final = 6


class Arn(Struct, frozen=True):
    """The six parts of an ARN; a part that an ARN leaves out is empty.

    Source: "Identify AWS resources with Amazon Resource Names (ARNs)",
    docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html, retrieved 2026-11-26.
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn | None:
        """The parts of `text`, or None where it is no ARN."""
        parts = text.split(":", PARTS - 1)
        if len(parts) != PARTS or parts[0] != "arn":
            return None
        return cls(*parts[1:])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"
