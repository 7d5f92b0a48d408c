from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from craton.linter.rule import Example, Fault, Rule
from craton.linter.template import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Place
    from craton.core.policy import PolicyKind
    from craton.linter.facts import Facts
    from craton.linter.subject import Document

_QUOTAS: Final[dict[PolicyKind, str]] = {
    "scp": "scp_characters",
    "rcp": "rcp_characters",
    "identity": "managed_policy_characters",
    "boundary": "managed_policy_characters",
}
_OF_ORGANIZATIONS: Final = {
    "bedrock_policy": "bedrock_policy_characters",
    "tag_policy": "tag_policy_characters",
}
_WITHOUT_BLANKS: Final = ("managed_policy_characters",)
_BLANK: Final = re.compile(r"\s")
_NAMES: Final = {
    "scp_characters": "an SCP",
    "rcp_characters": "an RCP",
    "managed_policy_characters": "a managed policy",
    "bedrock_policy_characters": "a Bedrock policy",
    "tag_policy_characters": "a tag policy",
}


def _sizes(document: Document, facts: Facts) -> Iterator[Fault]:
    root = document.source.root
    if root is None:
        return
    if document.form in _OF_ORGANIZATIONS:
        yield from _held(document.text, compact(root), root.place, _OF_ORGANIZATIONS[document.form], facts)
    for subject in document.subjects:
        if subject.kind in _QUOTAS and subject.written is not None:
            smallest = compact(root) if document.form == "policy" else subject.written
            yield from _held(subject.written, smallest, subject.policy.place, _QUOTAS[subject.kind], facts)


def _held(written: str, smallest: str, place: Place, name: str, facts: Facts) -> Iterator[Fault]:
    """How the text stands to the quota of that name."""
    quota = facts.quota(name)
    size = len(_BLANK.sub("", written) if name in _WITHOUT_BLANKS else written.strip())
    standing = quota.standing(size)
    if standing == "within":
        return
    hint = f"without blanks it is {len(smallest):,}: minify it" if len(smallest) < size else "split it"
    if quota.standing(len(smallest)) == "over":
        hint = "split it, or say more with fewer patterns: without blanks it is still too large"
    if standing == "over":
        message = f"{_NAMES[name]} holds {quota.limit:,} characters, and this one has {size:,}"
        yield Fault(message, place, hint)
    else:
        message = f"{size:,} characters: older tools and pages hold {_NAMES[name]} to {quota.warn_above:,}"
        yield Fault(message, place, hint, severity="warning")


RULE = Rule(
    title="a policy is larger than AWS takes",
    severity="error",
    why="""Organizations and IAM refuse a policy above its size. In policies of Organizations that are
    saved through an API blanks count, in managed policies of IAM they do not. A warning is given
    where older tools still hold the smaller limit of before May 2026.""",
    source='"Quotas and service limits for AWS Organizations", docs.aws.amazon.com/'
    'organizations/latest/userguide/orgs_reference_limits.html; "IAM and AWS STS quotas", '
    "docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; retrieved 2026-11-26",
    bad=Example(
        """\
»{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "bedrock:DeleteGuardrail",
    "Resource": "*",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": [
"""
        + ",\n".join(
            f'      "arn:aws:iam::*:role/platform/guardrail-administrators-{number:03}"'
            for number in range(80)
        )
        + """
    ]}}
  }]
}
""",
        kind="scp",
    ),
    good=Example(
        """\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": "bedrock:DeleteGuardrail",
    "Resource": "*",
    "Condition": {"ArnNotLike": {
      "aws:PrincipalArn": "arn:aws:iam::*:role/platform/guardrail-administrators-*"
    }}
  }]
}
""",
        kind="scp",
    ),
    of_document=_sizes,
)
