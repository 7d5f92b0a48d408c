from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean
from craton.linter.operators import operator_of
from craton.linter.rule import Example, Fault, Rule
from craton.linter.wildcards import is_wild, overlap
from craton.registry.regions import known_regions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Severity
    from craton.core.policy import Condition, Text
    from craton.linter.facts import Facts
    from craton.linter.operators import Operator
    from craton.linter.subject import Subject

_ACCOUNT_KEYS: Final = ("aws:principalaccount", "aws:resourceaccount", "aws:sourceaccount")
_DIGITS: Final = re.compile(r"[\d-]+")
_ACCOUNT: Final = re.compile(r"\d{12}")
_SESSION: Final = re.compile(r"arn:([^:]*):sts::([^:]*):assumed-role/([^/]*)(?:/.*)?")
_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d+")
_TOKENS: Final = ("SHORT_TERM", "LONG_TERM")
_BARE: Final = re.compile(r"[A-Za-z0-9][\w.-]*")
"""What is written where an ARN was meant: a name or an id alone."""

_PRIVATE: Final = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)


class _Reason(NamedTuple):
    """Why no request holds a value, and what to write instead."""

    why: str
    hint: str | None
    severity: Severity = "error"


def _impossible(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for condition in statement.conditions:
            operator = operator_of(condition.operator.text)
            if operator is None or operator.name == "Null":
                continue
            for value, reason in _found(condition, operator, facts):
                message = (
                    f"no request holds {ticked(value.text)} in {ticked(condition.key.text)}: {reason.why}"
                )
                yield Fault(message, value.place, reason.hint, severity=reason.severity)


def _found(condition: Condition, operator: Operator, facts: Facts) -> Iterator[tuple[Text, _Reason]]:
    key = condition.key.text.lower()
    if key == "aws:sourceip":
        yield from _private(condition)
        return
    for value in condition.values:
        reason = None if "${" in value.text else _reason(key, value.text, operator, facts)
        if reason is not None:
            yield value, reason


def _reason(key: str, text: str, operator: Operator, facts: Facts) -> _Reason | None:
    """Why a request cannot hold the value in the key; None where it can, or where nobody knows."""
    if key == "aws:principalarn" and (session := _SESSION.fullmatch(text)):
        partition, account, role = session.groups()
        hint = f"write {ticked(f'arn:{partition}:iam::{account}:role/{role}')}"
        return _Reason("of a session it holds the ARN of the role", hint)
    if key in _ACCOUNT_KEYS and _DIGITS.fullmatch(text) and not _ACCOUNT.fullmatch(text):
        return _Reason("an account has 12 digits", None)
    if key.endswith(":bearertokentype"):
        return _of_tokens(text, operator)
    if key == "aws:requestedregion":
        return _of_regions(text)
    known = facts.iam.condition_key(key)
    if known is not None and known.type == "ARN" and _BARE.fullmatch(text) and not is_wild(text):
        is_sure = key.startswith(("aws:", "bedrock"))
        return _Reason(
            "it holds an ARN", "write the whole ARN, or a pattern of it", "error" if is_sure else "warning"
        )
    return None


def _of_tokens(text: str, operator: Operator) -> _Reason | None:
    meant = text.upper() if "IgnoreCase" in operator.name else text
    if operator.compares != "String" or any(overlap(meant, one) for one in _TOKENS):
        return None
    return _Reason(f"it holds {listed(_TOKENS, 'or')}", did_you_mean(text.upper(), _TOKENS))


def _of_regions(text: str) -> _Reason | None:
    if not _REGION.fullmatch(text) or text in known_regions():
        return None
    hint = did_you_mean(text, sorted(known_regions()))
    return _Reason("there is no such Region, or it is a new one", hint, "warning")


def _private(condition: Condition) -> Iterator[tuple[Text, _Reason]]:
    """All values, where every one is of a private network."""
    networks = [_network(value.text) for value in condition.values]
    if networks and all(one is not None and _is_private(one) for one in networks):
        reason = _Reason("it holds public addresses", "private ones are held by `aws:VpcSourceIp`", "warning")
        yield condition.values[0], reason


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _is_private(network: _Network) -> bool:
    return any(
        one.version == network.version
        and one.prefixlen <= network.prefixlen
        and network.network_address in one
        for one in _PRIVATE
    )


RULE = Rule(
    title="no request holds the value in this key",
    severity="error",
    why="""A value that the key never has equals nothing: an Allow opens nothing, a Deny refuses nothing, and
    a negated operator exempts nobody. `aws:PrincipalArn` of a session is the ARN of its role, not of the
    session; keys of ARNs hold no bare ids; `aws:SourceIp` holds no private address.""",
    source='"AWS global condition context keys", docs.aws.amazon.com/IAM/latest/UserGuide/'
    'reference_policies_condition-keys.html; "Actions, resources, and condition keys for Amazon Bedrock", '
    "docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html; retrieved "
    "2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": ["organizations:LeaveOrganization", "organizations:CloseAccount"],
    "Resource": "*",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": »"arn:aws:sts::*:assumed-role/deployer/*"}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": ["organizations:LeaveOrganization", "organizations:CloseAccount"],
    "Resource": "*",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deployer"}}
  }]
}
"""),
    of_policy=_impossible,
)
