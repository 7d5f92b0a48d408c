"""What somebody wants to do, as IAM sees it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class Request(Struct, frozen=True, kw_only=True):
    """One call of one action on one resource.

    `principal` is the ARN of a user, role, role session, federated user or root user, the name of an AWS
    service or identity provider, or `*` for somebody who is not signed in. `resource` is an ARN, or `*`
    where the action knows no resource. `context` is complete: a key that it does not hold is absent from
    the request. Its keys are case-insensitive; a single value is a tuple of one. `unknown_keys` are the
    keys of which the caller cannot tell whether they are there, or with which value; only they can make a
    decision `unknown`, and what `context` says of them does not count.
    """

    principal: str
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown_keys: frozenset[str] = frozenset()
