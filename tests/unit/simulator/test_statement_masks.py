"""The bits of a policy set say of each statement alone whether it speaks of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from tests.property.policies_and_requests import ACCOUNT, ALLOW_ALL, policy_of, policy_sets, requests

from craton.simulator.authorizer import Authorizer
from craton.simulator.masks import StatementMasks
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from craton.simulator.request import Request


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(policy_sets, requests())
def test_a_bit_is_what_its_statement_says_alone(policies: PolicySet, request: Request) -> None:
    masks = StatementMasks(policies)
    certain, possible = masks.matching(request)
    for number, one in enumerate(masks.statements):
        alone = replace(one.policy, statements=(one.statement,))
        single = PolicySet(account=ACCOUNT, resource=alone, boundaries=policies.boundaries)
        found = StatementMasks(single).matching(request)
        assert (certain >> number & 1, possible >> number & 1) == (found.certain & 1, found.possible & 1)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(policy_sets, requests())
def test_the_statements_that_speak_decide_by_themselves(policies: PolicySet, request: Request) -> None:
    authorizer = Authorizer(policies)
    request = replace(request, unknown_keys=frozenset())
    speaking = authorizer.masks.matching(request).certain
    assert authorizer.settled(speaking, authorizer.way(request)) == authorizer.decide(request)


def test_components_answer_for_themselves() -> None:
    denial = {"Effect": "Deny", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a/*"}
    masks = StatementMasks(PolicySet(account=ACCOUNT, identity=(policy_of(ALLOW_ALL, denial),)))
    assert masks.actions["S3:getObject"] == 0b11
    assert masks.actions["s3:PutObject"] == 0b01
    assert masks.resources["arn:aws:s3:::a/b"] == 0b11
    assert masks.resources["arn:aws:s3:::A/b"] == 0b01
    assert masks.principals[f"arn:aws:iam::{ACCOUNT}:role/x"].named == 0b11


def test_a_group_answers_by_the_values_of_its_keys_alone() -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    policy = policy_of(ALLOW_ALL, {**ALLOW_ALL, "Condition": condition})
    (group,) = StatementMasks(PolicySet(account=ACCOUNT, identity=(policy,))).groups
    assert group.keys == ("aws:requestedregion",)
    assert group.bits == 0b10
    assert group.masks[(("us-east-1",),)].certain & 0b11 == 0b11
    assert group.masks[(("eu-west-1",),)].certain & 0b11 == 0b01
    assert group.masks[(None,)].certain & 0b11 == 0b01
