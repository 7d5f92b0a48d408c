"""Laws that hold for every policy set and every request."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.property.policies_and_requests import (
    ACCOUNT,
    KEYS,
    lists,
    policy_of,
    policy_sets,
    requests,
    statements,
)

from craton.codec.policy_source import read_policy
from craton.core.errors import UserError
from craton.simulator.authorizer import Authorizer
from craton.simulator.case import Case, CaseReader
from craton.simulator.change import applied
from craton.simulator.flip import smallest_change
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request
from craton.simulator.wildcard import glob, template

if TYPE_CHECKING:
    from craton.core.policy import Policy
    from craton.simulator.decision import Outcome

KINDS = ("identity", "boundaries", "sessions", "endpoints")


def outcome(policies: PolicySet, request: Request) -> Outcome:
    return Authorizer(policies).decide(request).outcome


def known(request: Request) -> Request:
    return replace(request, unknown_keys=frozenset())


@pytest.mark.slow
@settings(max_examples=60)
@given(policy_sets, requests(), statements(effects=("Deny",)), st.sampled_from(KINDS))
def test_a_deny_never_widens(policies: PolicySet, request: Request, deny: dict[str, Any], kind: str) -> None:
    request = known(request)
    denying = policy_of(deny)
    if getattr(policies, kind):
        policies_and_deny = replace(policies, **{kind: (*getattr(policies, kind), denying)})
        before, after = outcome(policies, request), outcome(policies_and_deny, request)
        assert after in (before, "explicit_deny")


@pytest.mark.slow
@settings(max_examples=80)
@given(policy_sets, requests(), st.randoms(use_true_random=False))
def test_the_order_of_policies_and_statements_does_not_matter(
    policies: PolicySet, request: Request, chance: Any
) -> None:
    def mixed(held: tuple[Policy, ...]) -> tuple[Policy, ...]:
        turned = [replace(one, statements=shuffled(one.statements)) for one in held]
        return shuffled(tuple(turned))

    def shuffled(held: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(held, len(held)))

    other = replace(
        policies,
        scps=tuple(mixed(level) for level in policies.scps),
        rcps=tuple(mixed(level) for level in policies.rcps),
        resource=mixed((policies.resource,))[0] if policies.resource else None,
        identity=mixed(policies.identity),
        boundaries=mixed(policies.boundaries),
        sessions=mixed(policies.sessions),
        endpoints=mixed(policies.endpoints),
    )
    one, two = Authorizer(policies).decide(request), Authorizer(other).decide(request)
    assert (one.outcome, one.blocked_by, one.unknown_keys) == (two.outcome, two.blocked_by, two.unknown_keys)
    assert {id(x.statement) for x in one.statements} == {id(x.statement) for x in two.statements}


@pytest.mark.slow
@settings(max_examples=60)
@given(policy_sets, requests(), lists())
def test_an_scp_never_grants(policies: PolicySet, request: Request, level: tuple[Policy, ...]) -> None:
    request = known(request)
    assert outcome(replace(policies, scps=(level,)), request) != "allowed" or (
        outcome(replace(policies, scps=()), request) == "allowed"
    )


@pytest.mark.slow
@settings(max_examples=60)
@given(policy_sets, requests(), lists(), st.integers(0, 3))
def test_one_more_level_never_widens(
    policies: PolicySet, request: Request, level: tuple[Policy, ...], at: int
) -> None:
    request = known(request)
    deeper = replace(policies, scps=(*policies.scps[:at], level, *policies.scps[at:]))
    assert outcome(deeper, request) != "allowed" or outcome(policies, request) == "allowed"


PIECES = st.lists(st.sampled_from(["a", "b", "*", "?", ":", "/", "aa", "\n"]), max_size=8).map("".join)


def by_force(pattern: str, text: str) -> bool:
    """Whether the pattern matches, by trying everything."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(by_force(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and by_force(pattern[1:], text[1:])


@settings(max_examples=100)
@given(PIECES, st.text("ab:/\n*", max_size=12))
def test_the_wildcard_matcher_equals_trying_everything(pattern: str, text: str) -> None:
    filled = template(pattern, wildcards=True, variables=False).filled({})
    assert filled is not None
    assert glob(filled[0]).matches(text) == by_force(pattern, text)
    as_regex = "".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in pattern)
    assert glob(filled[0]).matches(text) == bool(re.fullmatch(as_regex, text, re.DOTALL))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(policy_sets, requests())
def test_what_is_decided_despite_unknown_keys_is_decided_so_whatever_they_hold(
    policies: PolicySet, request: Request
) -> None:
    authorizer = Authorizer(policies)
    decision = authorizer.decide(request)
    assert set(decision.unknown_keys) <= request.unknown_keys
    assert bool(decision.unknown_keys) == (decision.outcome == "unknown")
    if decision.outcome == "unknown":
        return
    unknown = sorted(request.unknown_keys)
    pools = [[None, *((value,) for value in KEYS[key]), tuple(KEYS[key])] for key in unknown]
    for chosen in itertools.product(*pools):
        context = {key: held for key, held in request.context.items() if key not in unknown}
        context |= {key: held for key, held in zip(unknown, chosen, strict=True) if held is not None}
        assert authorizer.decide(replace(known(request), context=context)).outcome == decision.outcome


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(policy_sets, requests())
def test_the_suggested_change_flips_the_decision(policies: PolicySet, request: Request) -> None:
    authorizer = Authorizer(policies)
    before = authorizer.decide(request).outcome
    change = smallest_change(authorizer, request)
    assert str(change)
    after = outcome(*applied(change, policies, request))
    match before:
        case "allowed":
            assert after in ("explicit_deny", "implicit_deny")
        case "unknown":
            assert after != "unknown"
        case _:
            assert after == "allowed"


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Version", "Statement", "Effect", "Action", "Resource", "Condition", "Principal"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(JSON, requests())
@example(
    {"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Strange": {"": "x"}}}},
    Request(principal="*", action="", resource=""),
)
def test_no_document_crashes_the_engine(document: Any, request: Request) -> None:
    policy, problems = read_policy(json.dumps(document).encode(), "random.json")
    assert policy is not None or problems
    if policy is not None:
        try:
            decision = Authorizer(PolicySet(account=ACCOUNT, identity=(policy,))).decide(request)
        except UserError as error:
            assert error.message.startswith("random.json:")  # noqa: PT017 - either end is right
        else:
            assert decision.outcome in ("allowed", "explicit_deny", "implicit_deny", "unknown")


@settings(max_examples=60)
@given(st.binary(max_size=60) | JSON.map(json.dumps).map(str.encode))
def test_no_line_crashes_the_reader_of_cases(line: bytes) -> None:
    found = CaseReader("cases.jsonl").read(line, 7)
    assert isinstance(found, Case) or (found and all(one.place.line == 7 for one in found))


@pytest.mark.slow
@settings(max_examples=80)
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.text(max_size=10), policy_sets)
def test_no_request_crashes_the_engine(
    principal: str, action: str, resource: str, value: str, policies: PolicySet
) -> None:
    context = dict.fromkeys(KEYS, (value,))
    request = Request(principal=principal, action=action, resource=resource, context=context)
    assert Authorizer(policies).decide(request).outcome in ("allowed", "explicit_deny", "implicit_deny")
