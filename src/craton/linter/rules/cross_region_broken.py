from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import listed
from craton.linter.replacements import array, written
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import is_about
from craton.linter.trial import Trial, model_leg, profile_arn, profile_leg, tried

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Place
    from craton.core.policy import Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject
    from craton.registry.inference import InferenceProfile

_INVOKE: Final = "bedrock:InvokeModel"
_INVOKING: Final = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")


def _broken(subject: Subject, facts: Facts) -> Iterator[Fault]:
    if not any(is_about(one, _INVOKE) and _tells_regions(one) for one in subject.policy.statements):
        return
    trial = Trial.of(subject)
    if trial is None:
        return
    sources: dict[tuple[str, int], set[str]] = {}
    denied: dict[tuple[str, int], set[str]] = {}
    for geo, source, destinations, number in _refusals(trial, tried(subject, facts.profiles)):
        sources.setdefault((geo, number), set()).add(source)
        denied.setdefault((geo, number), set()).update(destinations)
    statements = {one.number: one for one in subject.policy.statements}
    for (geo, number), regions in denied.items():
        statement = statements.get(number) or _granting(subject)
        message = (
            f"calls through `{geo}.` inference profiles from {listed(sorted(sources[geo, number]))} fail: "
            f"they may run in {listed(sorted(regions))} as well, where "
            f"{'this statement denies them' if number else 'nothing allows them'}"
        )
        yield Fault(message, _place(statement), _hint(statement, geo))


def _refusals(
    trial: Trial, profiles: Iterator[InferenceProfile]
) -> Iterator[tuple[str, str, list[str], int]]:
    """What is refused away from home, of what is allowed at home.

    The geography, the Region of the call, the Regions that refuse, and the number of the statement that
    denies; 0 where none allows.
    """
    for profile in profiles:
        if profile.is_global:
            continue
        for source, destinations in profile.routes.items():
            arn = profile_arn(profile.id, source)
            home = model_leg(profile.model, source, arn)
            if not trial.allows(_INVOKE, profile_leg(profile.id, source)) or not trial.allows(_INVOKE, home):
                continue
            by_statement: dict[int, list[str]] = {}
            for region in destinations:
                decision = trial.decide(_INVOKE, model_leg(profile.model, region, arn))
                if decision.outcome != "allowed":
                    number = decision.statements[0].statement.number if decision.statements else 0
                    by_statement.setdefault(number, []).append(region)
            for number, regions in by_statement.items():
                yield profile.id.partition(".")[0], source, regions, number


def _tells_regions(statement: Statement) -> bool:
    """Whether the statement distinguishes Regions at all."""
    if any(one.key.text.lower() == "aws:requestedregion" for one in statement.conditions):
        return True
    patterns = statement.resources.patterns if statement.resources else ()
    parts = [pattern.text.split(":") for pattern in patterns]
    return any(len(part) > 3 and part[2] == "bedrock" and part[3] not in ("", "*") for part in parts)  # noqa: PLR2004 - the parts of an ARN


def _granting(subject: Subject) -> Statement:
    """The statement that allows the call at home."""
    return next(one for one in subject.policy.statements if one.effect == "Allow" and is_about(one, _INVOKE))


def _place(statement: Statement) -> Place:
    for condition in statement.conditions:
        if condition.key.text.lower() == "aws:requestedregion":
            return condition.key.place
    return statement.resources.place if statement.resources else statement.place


def _hint(statement: Statement, geo: str) -> str:
    profiles = f"arn:aws:bedrock:*:*:inference-profile/{geo}.*"
    if statement.effect == "Allow":
        model = written({"Resource": "arn:aws:bedrock:*::foundation-model/MODEL"})[1:-1]
        through = written({"ArnLike": {"bedrock:InferenceProfileArn": profiles}})
        return f'allow the model in every Region through the profile alone: {model}, "Condition": {through}'
    condition: dict[str, dict[str, object]] = {}
    for one in statement.conditions:
        values = [value.text for value in one.values]
        held = values[0] if len(values) == 1 else values
        condition.setdefault(one.operator.text, {})[one.key.text] = held
    condition.setdefault("ArnNotLike", {})["bedrock:InferenceProfileArn"] = profiles
    if statement.actions.negated or any(one.text == "*" for one in statement.actions.patterns):
        split = {"Effect": "Deny", "Action": _INVOKING, "Resource": "*", "Condition": condition}
        how = f"add {array(_INVOKING)[1:-1]} to" if statement.actions.negated else "name them in"
        return f"{how} `NotAction`, and deny them in a statement of their own: {written(split)}"
    return f'exempt the profiles: "Condition": {written(condition)}'


RULE = Rule(
    title="cross-Region inference is broken",
    severity="error",
    why="""A call through a geographic inference profile is authorised in the Region that it is sent to
    and in every Region that the profile may route it to. A policy that allows the first and not
    all of the others makes such calls fail, with an error that names a Region that nobody asked
    for.""",
    source='"Geographic cross-Region inference", docs.aws.amazon.com/bedrock/latest/userguide/'
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
    "Resource": "*",
    "Condition": {"StringNotEquals": {»"aws:RequestedRegion": ["eu-central-1", "unspecified"]}}
  }]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Deny",
      "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
      "Resource": "*",
      "Condition": {
        "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "unspecified"]},
        "ArnNotLike": {"bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:inference-profile/*"}
      }
    },
    {
      "Effect": "Deny",
      "Action": ["bedrock:CreateModelInvocationJob", "bedrock-mantle:CreateInference"],
      "Resource": "*",
      "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}
    }
  ]
}
"""),
    of_policy=_broken,
)
