from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.arn import Arn
from craton.core.quoting import ticked
from craton.linter.replacements import EXEMPT, array
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import is_about, is_on
from craton.linter.trial import ACCOUNT, profile_arn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Patterns, Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject

_MODEL: Final = "foundation-model/"
_INVOKING: Final = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
_GEOS: Final = ("us", "eu", "global")


def _denied_profiles(subject: Subject, _: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        resources = statement.resources
        if statement.effect != "Deny" or resources is None or not resources.negated:
            continue
        if not any(is_about(statement, action) for action in _INVOKING) or _asks_for_a_profile(statement):
            continue
        models = list(_models(resources))
        calls = [*(profile_arn(f"{geo}.{one}", "us-east-1") for one in models for geo in _GEOS), _OWN]
        if models and not any(is_on(statement, call) is False for call in calls):
            message = f"every call through an inference profile is denied, of {ticked(models[0])} as well: "
            message += "the profile itself is authorised, and is not in `NotResource`"
            whole = [*(one.text for one in resources.patterns), *EXEMPT]
            hint = (
                f'write "NotResource": {array(whole)}: the model behind a profile is authorised all the same'
            )
            yield Fault(message, resources.patterns[0].place, hint)


def _asks_for_a_profile(statement: Statement) -> bool:
    """Whether the statement is about calls without a profile, or through some."""
    return any(one.key.text.lower() == "bedrock:inferenceprofilearn" for one in statement.conditions)


_OWN: Final = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:application-inference-profile/0a1b2c3d4e5f"


def _models(resources: Patterns) -> Iterator[str]:
    for pattern in resources.patterns:
        arn = Arn.parse(pattern.text)
        if arn is not None and arn.resource.startswith(_MODEL):
            yield arn.resource.removeprefix(_MODEL)


RULE = Rule(
    title="a list of approved models denies every inference profile",
    severity="error",
    why="""A call through an inference profile is authorised on the profile and on the model behind it. A
    Deny on everything but some models also denies the profiles, and most current models are
    reached through profiles alone. Exempting profiles opens nothing, as the model is authorised as
    well.""",
    source='"Prerequisites for inference profiles", docs.aws.amazon.com/bedrock/latest/userguide/'
    'inference-profiles-prereq.html, and "Geographic cross-Region inference", …/'
    "geographic-cross-region-inference.html, retrieved 2026-11-23",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": [
      "bedrock:InvokeModel",
      "bedrock:InvokeModelWithResponseStream",
      "bedrock:CreateModelInvocationJob",
      "bedrock-mantle:CreateInference"
    ],
    "NotResource": »"arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0"
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": [
      "bedrock:InvokeModel",
      "bedrock:InvokeModelWithResponseStream",
      "bedrock:CreateModelInvocationJob",
      "bedrock-mantle:CreateInference"
    ],
    "NotResource": [
      "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0",
      "arn:aws:bedrock:*:*:inference-profile/*",
      "arn:aws:bedrock:*:*:application-inference-profile/*",
      "arn:aws:bedrock:*:*:model-invocation-job/*"
    ]
  }]
}
"""),
    of_policy=_denied_profiles,
)
