from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from craton.replay.denial import Denial, denial_of

if TYPE_CHECKING:
    from craton.core.policy import PolicyKind

ASKED = (
    "User: arn:aws:sts::333333333333:assumed-role/app/s is not authorized to perform: bedrock:InvokeModel on "
    "resource: arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"
)
RESOURCE = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("a service control policy", "scp"),
        ("a resource control policy", "rcp"),
        ("an identity-based policy", "identity"),
        ("a permissions boundary", "boundary"),
        ("a session policy", "session"),
        ("a resource-based policy", "resource"),
        ("a VPC endpoint policy", "endpoint"),
    ],
)
def test_every_kind_of_policy_that_aws_names_is_known(words: str, kind: PolicyKind) -> None:
    explicit = denial_of(f"{ASKED} with an explicit deny in {words}")
    assert explicit == Denial(
        action="bedrock:InvokeModel",
        resource=RESOURCE,
        by=kind,
        is_explicit=True,
        policy=None,
    )
    name = words.partition(" ")[2]
    implicit = denial_of(f"{ASKED} because no {name} allows the bedrock:InvokeModel action")
    assert implicit is not None
    assert (implicit.by, implicit.is_explicit) == (kind, False)


def test_the_policy_that_a_newer_message_names_is_told() -> None:
    arn = "arn:aws:organizations::111111111111:policy/o-x/service_control_policy/p-abc"
    found = denial_of(f"{ASKED} with an explicit deny in a service control policy: {arn}.")
    assert found is not None
    assert found.policy == arn


def test_a_message_that_names_no_kind_still_tells_action_and_resource() -> None:
    found = denial_of(ASKED)
    assert found == Denial(
        action="bedrock:InvokeModel", resource=RESOURCE, by=None, is_explicit=None, policy=None
    )


@pytest.mark.parametrize("message", [None, "", "Too many tokens, please wait before trying again."])
def test_other_messages_tell_of_no_denial(message: str | None) -> None:
    assert denial_of(message) is None
