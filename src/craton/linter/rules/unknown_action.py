from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import listed, ticked
from craton.core.spelling import nearest
from craton.linter.rule import Example, Fault, Rule
from craton.linter.statements import actions_of, weight
from craton.linter.wildcards import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Subject
    from craton.registry.iam import Service

_AUTHORISED_AS: Final = {
    "bedrock:converse": "bedrock:InvokeModel",
    "bedrock:conversestream": "bedrock:InvokeModelWithResponseStream",
    "bedrock:startasyncinvoke": "bedrock:InvokeModel",
}
"""Operations of the API that IAM knows under the name of another action.

Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html,
…/API_runtime_ConverseStream.html, …/API_runtime_StartAsyncInvoke.html, retrieved 2026-11-23.
"""


def _unknown_actions(subject: Subject, facts: Facts) -> Iterator[Fault]:
    for statement in subject.policy.statements:
        for pattern in statement.actions.patterns:
            service = facts.iam.service(pattern.text.partition(":")[0])
            if service is None or "${" in pattern.text or actions_of(facts.iam, pattern.text):
                continue
            effect = "exempts" if statement.actions.negated else "covers"
            message = f"`{service.prefix}` has no action {ticked(pattern.text)}: it {effect} nothing"
            yield Fault(message, pattern.place, _hint(pattern.text, service), severity=weight(statement))


def _hint(pattern: str, service: Service) -> str | None:
    meant = [name for api, name in _AUTHORISED_AS.items() if covers(pattern.lower(), api)]
    if meant:
        return f"IAM authorises this operation as {listed(list(dict.fromkeys(meant)))}: write that"
    own = pattern.partition(":")[2]
    names = {action.name.partition(":")[2] for action in service.actions.values()}
    found = nearest(own.replace("*", ""), names)
    return f"did you mean {ticked(f'{service.prefix}:{found}')}?" if found else None


RULE = Rule(
    title="the service has no such action",
    severity="error",
    why="""An action that does not exist is accepted and covers nothing: a Deny on it refuses nothing, an
    Allow grants nothing. Names of API operations are not always names of actions: Converse is
    authorised as `bedrock:InvokeModel`.""",
    source='"Actions, resources, and condition keys for AWS services", docs.aws.amazon.com/'
    "service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html, "
    "retrieved 2026-11-26",
    bad=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": »"bedrock:Converse", "Resource": "*"}]
}
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}]
}
"""),
    of_policy=_unknown_actions,
)
