"""A deny with exceptions denies to whom the deny alone does, but for who is exempt at that time."""

from __future__ import annotations

import datetime as dt
from fnmatch import fnmatchcase

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from craton.codec.policy_filling import fill
from craton.codec.policy_template import Exemption, parse_policy_template
from craton.simulator.authorizer import Authorizer
from craton.simulator.proofs import standing
from craton.simulator.request import Request

FILE = b"""\
title: x
explains: x
kind: scp
sources: [{page: x, says: x, retrieved: 2026-11-26}]
statements:
  - Sid: DenyCalls
    Effect: Deny
    Action: bedrock:InvokeModel
    Resource: "*"
    Condition:
      ArnNotLike: {aws:PrincipalArn: "arn:aws:iam::*:role/deployer"}
      StringNotEquals: {aws:RequestedRegion: us-east-1}
  - Sid: DenyStreams
    Effect: Deny
    Action: bedrock:InvokeModelWithResponseStream
    Resource: "*"
    Condition: {ArnLike: {aws:PrincipalArn: "arn:aws:iam::*:role/*"}}
proofs:
  - {name: a, request: {action: s3:GetObject}, expect: allowed}
  - {name: b, request: {action: bedrock:InvokeModelWithResponseStream}, expect: explicit_deny}
"""
TEMPLATE = parse_policy_template(FILE, id="mine", file="mine.yaml")[0]
assert TEMPLATE is not None
ACTIONS = {
    "bedrock:InvokeModel": "DenyCalls",
    "bedrock:InvokeModelWithResponseStream": "DenyStreams",
}
NAMES = ("deployer", "search", "search-batch", "support")
ACCOUNTS = ("333333333333", "444444444444")
DAYS = st.dates(dt.date(2027, 1, 1), dt.date(2027, 1, 6))
PATTERNS = st.builds(
    "arn:aws:iam::{}:role/{}".format, st.sampled_from([*ACCOUNTS, "*"]), st.sampled_from([*NAMES, "search*"])
)
EXEMPTIONS = st.lists(
    st.builds(
        Exemption,
        owner=st.just("x"),
        reason=st.just("x"),
        until=DAYS,
        principals=st.lists(PATTERNS, min_size=1, max_size=3).map(tuple),
        statements=st.sampled_from([(), ("DenyCalls",), ("DenyStreams",), ("DenyCalls", "DenyStreams")]),
    ),
    max_size=4,
).map(tuple)


def authorizer(exemptions: tuple[Exemption, ...]) -> Authorizer:
    assert TEMPLATE is not None
    header = msgspec.structs.replace(TEMPLATE.header, exceptions=exemptions)
    filled = fill(msgspec.structs.replace(TEMPLATE, header=header), {})
    assert filled.policy is not None, filled.diagnostics
    return Authorizer(standing(filled.policy, "scp"))


@given(
    exemptions=EXEMPTIONS,
    account=st.sampled_from(ACCOUNTS),
    name=st.sampled_from(NAMES),
    action=st.sampled_from(sorted(ACTIONS)),
    region=st.sampled_from(["us-east-1", "eu-west-1"]),
    day=DAYS,
    second=st.sampled_from([dt.time(0, 0, 0), dt.time(12, 0, 0), dt.time(23, 59, 59)]),
)
def test_exceptions_hold_for_who_is_exempt_and_until_their_day_and_change_nothing_else(
    *,
    exemptions: tuple[Exemption, ...],
    account: str,
    name: str,
    action: str,
    region: str,
    day: dt.date,
    second: dt.time,
) -> None:
    principal = f"arn:aws:iam::{account}:role/{name}"
    request = Request(
        principal=principal,
        action=action,
        resource="*",
        context={
            "aws:PrincipalArn": (principal,),
            "aws:RequestedRegion": (region,),
            "aws:CurrentTime": (f"{day.isoformat()}T{second.isoformat()}Z",),
        },
    )
    exempt = any(
        day < one.until
        and (not one.statements or ACTIONS[action] in one.statements)
        and any(fnmatchcase(principal, pattern) for pattern in one.principals)
        for one in exemptions
    )
    without = authorizer(()).decide(request).outcome
    assert authorizer(exemptions).decide(request).outcome == ("allowed" if exempt else without)
