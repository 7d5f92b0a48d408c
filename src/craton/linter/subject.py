"""What is linted: documents as they were read, and the policies in them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from craton.codec.yaml_nodes import Source
from craton.core.diagnostic import Diagnostic
from craton.core.policy import Policy, PolicyKind

DocumentForm = Literal[
    "policy", "statement_list", "template", "fragment", "bedrock_policy", "tag_policy", "unreadable", "other"
]
"""What a document is.

`policy` is an IAM policy document, `statement_list` a list of statements as Terraform's modules for policies
take them, `template` a CloudFormation template and `fragment` the resources of one alone. `bedrock_policy`
and `tag_policy` are policies of Organizations in their own languages. `other` is none of these.
"""


class Subject(Struct, frozen=True, kw_only=True):
    """One policy and where it stands on the way of a request.

    `kind_told` says whether a person or a template named the kind; else it is the likeliest one.
    `written` is the policy as it would be saved, None where that is not known before it is deployed.
    """

    policy: Policy
    kind: PolicyKind
    kind_told: bool
    written: str | None = None


class Document(Struct, frozen=True, kw_only=True):
    """One file as it was read. `problems` is what is wrong with its form, `subjects` the policies in it."""

    file: str
    form: DocumentForm
    text: str
    source: Source
    problems: tuple[Diagnostic, ...] = ()
    subjects: tuple[Subject, ...] = ()
