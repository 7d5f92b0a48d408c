from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import listed, ticked
from craton.linter.own_statements import denied_as_well
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import denies, is_about
from craton.linter.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Statement, Text
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject
    from craton.registry.iam import IamReference

_MODELS: Final = {
    "bedrock:InvokeModel": "InvokeModel and Converse",
    "bedrock:InvokeModelWithResponseStream": "streams",
    "bedrock:CreateModelInvocationJob": "batch jobs",
    "bedrock-mantle:CreateInference": "the bedrock-mantle endpoint",
}
_BEARERS: Final = {
    "bedrock:CallWithBearerToken": "API keys at bedrock-runtime",
    "bedrock-mantle:CallWithBearerToken": "API keys at bedrock-mantle",
}
"""Actions that must be denied together, and what each of them lets through."""

_FIRST: Final = (
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "bedrock:CallWithBearerToken",
)
"""Whoever denies one of these means the models; one of the others alone is denied for its own sake."""


def _uncovered(subject: Subject, facts: Facts) -> Iterator[Fault]:
    statements = subject.policy.statements
    for together in (_MODELS, _BEARERS):
        denied = [action for action in together if any(denies(one, action, facts.iam) for one in statements)]
        opened = [one for one in together if one not in denied and _is_granted(statements, one)]
        named = next(_naming(statements, [one for one in denied if one in _FIRST], facts.iam), None)
        if opened and named is not None:
            statement, pattern = named
            ways = " and ".join(f"{together[action]} ({ticked(action)})" for action in opened)
            message = f"beside {listed(denied)}, which the policy denies, these stay open: {ways}"
            yield Fault(message, pattern.place, denied_as_well(statement, opened, facts.iam))


def _is_granted(statements: tuple[Statement, ...], action: str) -> bool:
    """Whether the policy leaves it to others to allow the action, or allows it itself."""
    grants = [one for one in statements if one.effect == "Allow"]
    return not grants or any(is_about(one, action) for one in grants)


def _naming(
    statements: tuple[Statement, ...], denied: list[str], iam: IamReference
) -> Iterator[tuple[Statement, Text]]:
    """Where one of these actions is denied by its name, or with those of its service."""
    for statement in statements:
        for pattern in () if statement.actions.negated else statement.actions.patterns:
            named = [action for action in denied if covers(pattern.text.lower(), action.lower())]
            is_of_one_service = set(pattern.text.partition(":")[0]).isdisjoint("*?")
            if is_of_one_service and any(denies(statement, action, iam) for action in named):
                yield statement, pattern


RULE = Rule(
    title="only some ways to run models are denied",
    severity="warning",
    why="""Models are reached through several actions: InvokeModel and Converse, their streams, batch
    jobs, and the OpenAI-compatible endpoint bedrock-mantle, which has a prefix of its own that
    `bedrock:*` does not cover. API keys are authorised by one action at each endpoint. What is
    denied at one and open at another is not denied.""",
    source='"InvokeModel", docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html; '
    '"Actions, resources, and condition keys for Amazon Bedrock Mantle", docs.aws.amazon.com/'
    "service-authorization/latest/reference/list_amazonbedrockmantle.html; retrieved 2026-11-23",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Deny", "Action": »"bedrock:InvokeModel", "Resource": "*"}]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Action": [
      "bedrock:InvokeModel*",
      "bedrock:CreateModelInvocationJob",
      "bedrock-mantle:CreateInference"
    ],
    "Resource": "*"
  }]
}
"""),
    of_policy=_uncovered,
)
