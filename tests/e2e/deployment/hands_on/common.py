"""Whose accounts are changed, and texts of policies that let in whom nobody should."""

from __future__ import annotations

import json
from typing import Any

MANAGEMENT, HUB, SEARCH = (str(number) * 12 for number in (1, 2, 3))

EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def statement(**parts: Any) -> str:
    """A policy of one statement that lets everybody in, but for these parts."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{**EVERYBODY, **parts}]})


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
)
