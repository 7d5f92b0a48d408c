from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from craton.core.arn import Arn
from craton.core.quoting import ticked
from craton.linter.replacements import EXEMPT, array
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import is_about
from craton.linter.trial import Leg, Trial, model_leg, profile_arn, profile_leg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Patterns, Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject

_MODEL: Final = "foundation-model/"
_INVOKE: Final = "bedrock:InvokeModel"
_GEOS: Final = ("us", "eu", "apac", "global")


def _denied_profiles(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        resources = statement.resources
        if statement.effect != "Deny" or resources is None or not resources.negated:
            continue
        model = next(_models(resources), None)
        if model is None or not is_about(statement, _INVOKE) or _asks_for_a_profile(statement):
            continue
        alone = msgspec.structs.replace(subject.policy, statements=(statement,))
        trial = Trial.of(msgspec.structs.replace(subject, policy=alone))
        if trial is not None and _is_reached_directly_alone(trial, model.replace("*", "x"), facts):
            message = f"every call through an inference profile is denied, of {ticked(model)} as well: "
            message += "the profile itself is authorised, and is not in `NotResource`"
            whole = array([*(one.text for one in resources.patterns), *EXEMPT])
            hint = f'write "NotResource": {whole}: the model behind a profile is authorised all the same'
            yield Fault(message, resources.patterns[0].place, hint)


def _is_reached_directly_alone(trial: Trial, model: str, facts: Facts) -> bool:
    """Whether calls of the model pass in some Region, and through a profile in none of these."""
    regions = sorted({region for one in facts.profiles.values() for region in one.routes})
    direct = [region for region in regions if trial.allows(_INVOKE, model_leg(model, region))]
    return bool(direct) and not any(
        trial.allows(_INVOKE, leg) for region in direct for leg in _through_profiles(model, region)
    )


def _through_profiles(model: str, region: str) -> Iterator[Leg]:
    yield from (profile_leg(f"{geo}.{model}", region) for geo in _GEOS)
    yield Leg(profile_arn("0a1b2c3d4e5f", region).replace(":inference-", ":application-inference-"), region)


def _asks_for_a_profile(statement: Statement) -> bool:
    """Whether the statement is about calls without a profile, or through some."""
    return any(one.key.text.lower() == "bedrock:inferenceprofilearn" for one in statement.conditions)


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
