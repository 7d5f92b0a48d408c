"""AWS's own policies that allow all, as values like those that are read from files."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from craton.codec.policy_source import read_policy
from craton.core.manifest_policy_checks import ALLOWS_ALL

if TYPE_CHECKING:
    from craton.core.policy import Policy


@functools.cache
def allowing_all(name: str) -> Policy:
    """A policy that allows all, under the name of AWS's own, for whoever it is asked."""
    principal = '"Principal": "*", ' if name == ALLOWS_ALL["RESOURCE_CONTROL_POLICY"] else ""
    statement = f'{{"Effect": "Allow", {principal}"Action": "*", "Resource": "*"}}'
    policy, _ = read_policy(f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'.encode(), name)
    if policy is None:
        raise AssertionError(name)
    return policy
