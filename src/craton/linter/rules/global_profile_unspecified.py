from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.linter.replacements import written
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import is_about
from craton.linter.trial import Trial, model_leg, profile_arn, profile_leg, tried
from craton.registry.inference import UNSPECIFIED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Condition, Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject
    from craton.registry.inference import InferenceProfile
    from craton.simulator.decision import Decision

_INVOKE: Final = "bedrock:InvokeModel"
_ANY_GLOBAL: Final = "arn:aws:bedrock:*:*:inference-profile/global.*"


def _denied_without_region(subject: Subject, facts: Facts) -> Iterator[Fault]:
    told = [(one, condition) for one in subject.policy.statements for condition in _on_regions(one)]
    if not any(is_about(one, _INVOKE) for one, _ in told) or _is_deliberate(subject):
        return
    trial = Trial.of(subject)
    decision = None if trial is None else _refusal(trial, tried(subject, facts.profiles))
    if decision is None or not decision.statements:
        return
    by = decision.statements[0].statement.number
    place = next((condition.key.place for one, condition in told if one.number == by), None)
    if place is not None:
        message = (
            "every call through a `global.` inference profile is denied: it is authorised once more without "
            f"a Region, with `aws:RequestedRegion` `{UNSPECIFIED}`"
        )
        yield Fault(message, place, _HINT)


_HINT: Final = (
    f"add `{UNSPECIFIED}` to the Regions where global inference is wanted; where it is not, say so in a "
    "statement of its own: "
    + written(
        {
            "Effect": "Deny",
            "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
            "Resource": "*",
            "Condition": {
                "StringEquals": {"aws:RequestedRegion": UNSPECIFIED},
                "ArnLike": {"bedrock:InferenceProfileArn": _ANY_GLOBAL},
            },
        }
    )
)


def _on_regions(statement: Statement) -> Iterator[Condition]:
    for condition in statement.conditions:
        if condition.key.text.lower() == "aws:requestedregion":
            yield condition


def _is_deliberate(subject: Subject) -> bool:
    """Whether the policy speaks of global profiles anywhere."""
    values = [
        value.text
        for statement in subject.policy.statements
        for condition in statement.conditions
        for value in condition.values
    ]
    return any(value == UNSPECIFIED or "inference-profile/global." in value for value in values)


def _refusal(trial: Trial, profiles: Iterator[InferenceProfile]) -> Decision | None:
    """The denial of the leg without a Region, where the legs with one are allowed."""
    for profile in profiles:
        for source in profile.routes if profile.is_global else ():
            arn = profile_arn(profile.id, source)
            with_region = (profile_leg(profile.id, source), model_leg(profile.model, source, arn))
            if all(trial.allows(_INVOKE, leg) for leg in with_region):
                decision = trial.decide(_INVOKE, model_leg(profile.model, UNSPECIFIED, arn))
                return decision if decision.outcome == "explicit_deny" else None
    return None


RULE = Rule(
    title="a list of Regions denies global inference profiles",
    severity="warning",
    why="""A call through a global profile is authorised a third time, on the model's ARN without a Region
    and with `unspecified` as the requested Region. A list of Regions that leaves it out denies
    every such call; a list that has it lets models run anywhere. Either should be meant.""",
    source='"Global cross-Region inference", docs.aws.amazon.com/bedrock/latest/userguide/'
    "global-cross-region-inference.html, retrieved 2026-11-23",
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
    "Resource": "*",
    "Condition": {"StringNotEquals": {»"aws:RequestedRegion": "sa-east-1"}}
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
    "Resource": "*",
    "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["sa-east-1", "unspecified"]}}
  }]
}
"""),
    of_policy=_denied_without_region,
)
