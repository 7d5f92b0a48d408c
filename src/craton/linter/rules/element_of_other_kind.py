from __future__ import annotations

from typing import TYPE_CHECKING

from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import PolicyKind, Statement
    from craton.linter.facts import Facts
    from craton.linter.subject import Subject

_NAMES: dict[PolicyKind, str] = {
    "scp": "an SCP",
    "rcp": "an RCP",
    "identity": "an identity policy",
    "boundary": "a permissions boundary",
    "session": "a session policy",
    "resource": "a resource policy",
    "endpoint": "an endpoint policy",
}


def _of_other_kind(subject: Subject, _: Facts) -> Iterator[Fault]:
    if not subject.kind_told:
        return
    name = _NAMES[subject.kind]
    for statement in subject.policy.statements:
        if subject.kind in ("resource", "endpoint"):
            if statement.principals is None:
                hint = 'say whom the statement is about, such as `"Principal": "*"` with a condition'
                yield Fault(f"a statement of {name} needs a `Principal`", statement.place, hint)
        elif subject.kind == "rcp":
            yield from _of_rcp(statement)
        elif statement.principals is not None:
            hint = f"remove it: {name} is about the principals that it is attached to"
            yield Fault(f"{name} has no `Principal`", statement.principals.place, hint)
        if subject.kind in ("identity", "boundary", "session", "scp", "rcp") and statement.resources is None:
            yield Fault(f"a statement of {name} needs a `Resource`", statement.place, 'write "Resource": "*"')


def _of_rcp(statement: Statement) -> Iterator[Fault]:
    if statement.effect == "Allow":
        yield Fault(
            "an RCP can only deny", statement.place, "`RCPFullAWSAccess`, which AWS attaches, allows all"
        )
    if statement.actions.negated:
        yield Fault("an RCP has no `NotAction`", statement.actions.place, "name the actions")
    principals = statement.principals
    named = () if principals is None or principals.negated else principals.principals
    if not named or any(one.kind != "*" for one in named):
        place = statement.place if principals is None else principals.place
        hint = 'write "Principal": "*", and narrow it with conditions such as `aws:PrincipalOrgID`'
        yield Fault("the `Principal` of an RCP is `*`", place, hint)


RULE = Rule(
    title="an element stands in a policy of a kind that does not have it",
    severity="error",
    why="""Each kind of policy takes its own elements: SCPs and identity policies no principals, resource
    policies always one, RCPs no Allow and no NotAction. AWS refuses the document. Only told where
    the kind is certain, by `--kind` or by the template.""",
    source='"SCP syntax", "RCP syntax", docs.aws.amazon.com/organizations/latest/userguide/'
    "orgs_manage_policies_scps_syntax.html and orgs_manage_policies_rcps_syntax.html; "
    '"IAM JSON policy elements: Principal", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_elements_principal.html; retrieved 2026-11-26",
    bad=Example(
        """\
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Principal": »"*",
    "Action": "organizations:LeaveOrganization",
    "Resource": "*"
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
    "Action": "organizations:LeaveOrganization",
    "Resource": "*"
  }]
}
""",
        kind="scp",
    ),
    of_policy=_of_other_kind,
)
