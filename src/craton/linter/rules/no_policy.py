from __future__ import annotations

from typing import TYPE_CHECKING

from craton.linter.rule import Example, Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.subject import Document


def _no_policy(document: Document, _: Facts) -> Iterator[Fault]:
    if document.form == "other" and document.source.root is not None:
        hint = 'a policy is `{"Version": "2012-10-17", "Statement": […]}`, a template has `Resources`'
        yield Fault(
            "this is no policy, and no template that could hold one", document.source.root.place, hint
        )


RULE = Rule(
    title="the file holds no policy",
    severity="error",
    why="""A file that was named to be linted and holds no policy has not been found sound: nothing was
    looked at. In folders such files are skipped and counted.""",
    source='"Grammar of the IAM JSON policy language", docs.aws.amazon.com/IAM/latest/UserGuide/'
    "reference_policies_grammar.html, retrieved 2026-11-26",
    bad=Example("""\
»["organizations:LeaveOrganization"]
"""),
    good=Example("""\
{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]
}
"""),
    of_document=_no_policy,
)
