"""A manifest compiled: the files that follow from it, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.compiler.bedrock_policy import bedrock_policy, held_to_it, marks
from craton.compiler.layout import BEDROCK_POLICY, PROOFS, STEPS, TAG_POLICY, TEMPLATES
from craton.compiler.organization import AttachedDocument, attached_documents, organization_document
from craton.compiler.packing import laid_out
from craton.compiler.proof_answers import proofs_document
from craton.compiler.strategy_files import strategy_documents
from craton.compiler.succession import resources
from craton.compiler.tag_policy import tag_policy
from craton.compiler.template import Template, template
from craton.compiler.template_text import template_text
from craton.core.diagnostic import Diagnostic, in_order
from craton.core.organization import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from craton.compiler.organization_policies import OrganizationPolicies
    from craton.compiler.proof_answers import Answered
    from craton.core.intent import Intent
    from craton.core.resource import TemplateName

_DESCRIPTIONS: Final[dict[TemplateName, str]] = {
    "management": "Amazon Bedrock, governed: what the management account holds",
    "hub": "Amazon Bedrock, governed: the account where logs of all accounts rest",
    "member": "Amazon Bedrock, governed: what each account of an environment holds",
    "management_access": "Amazon Bedrock, governed: who reads and changes the management account",
    "hub_access": "Amazon Bedrock, governed: who reads and changes the hub, and all accounts from there",
    "member_access": "Amazon Bedrock, governed: who reads and mends an account from the hub",
}


class Artifact(Struct, frozen=True, order=True):
    """One file. Shapes: `path` is relative, with `/`."""

    path: str
    content: bytes


class Compilation(Struct, frozen=True, kw_only=True):
    """What a manifest comes to. With an error among the `diagnostics`, nothing of it should be deployed."""

    artifacts: tuple[Artifact, ...]
    diagnostics: tuple[Diagnostic, ...]


def compiled(
    intent: Intent, governing: OrganizationPolicies, answers: Iterable[Answered] = ()
) -> Compilation:
    """The files of a manifest, in the order of their paths.

    `governing` are the organization policies of the same intent, and `answers` what was asked to prove them.
    """
    made = list(templates(intent))
    found = [Artifact(TEMPLATES[one.name], template_text(one.document)) for one in made]
    found += [Artifact(path, template_text(document)) for path, document in strategy_documents(intent)]
    found += [Artifact(one.path, one.content) for one in governing.policies]
    documents = list(attached_documents(governing.policies))
    tags = tag_policy(intent.manifest.tags)
    if tags is not None:
        found.append(Artifact(TAG_POLICY, laid_out(tags)))
        documents.append(_of_tags(intent))
    held = bedrock_policy(intent)
    if held is not None:
        found.append(Artifact(BEDROCK_POLICY, laid_out(held)))
        documents.append(_of_bedrock(intent))
    found.append(Artifact(PROOFS, proofs_document(answers)))
    paths = sorted((STEPS, *(one.path for one in found)))
    found.append(
        Artifact(STEPS, organization_document(intent, documents, paths, parameters=_parameters(made)))
    )
    return Compilation(artifacts=tuple(sorted(found)), diagnostics=in_order(governing.diagnostics))


def _parameters(made: Iterable[Template]) -> frozenset[str]:
    """The parameters of the template for members: none where no two environments differ."""
    return frozenset(
        name for one in made if one.name == "member" for name in one.document.get("Parameters", ())
    )


def _of_tags(intent: Intent) -> AttachedDocument:
    return AttachedDocument(
        name=f"{intent.manifest.names.policy}Tags",
        type="TAG_POLICY",
        path=TAG_POLICY,
        about="how cost tags are spelt",
        at=(ROOT,),
    )


def _of_bedrock(intent: Intent) -> AttachedDocument:
    return AttachedDocument(
        name=f"{intent.manifest.names.policy}Guardrail",
        type="BEDROCK_POLICY",
        path=BEDROCK_POLICY,
        about="the guardrail that every call is held to where an environment enforces",
        at=held_to_it(intent),
        outputs=marks(intent),
    )


def templates(intent: Intent) -> Iterator[Template]:
    """The templates in which anything is made."""
    made = resources(intent)
    for name, description in _DESCRIPTIONS.items():
        if any(one.template == name for one in made):
            yield template(
                name,
                made,
                description=description,
                environments=[one.name for one in intent.environments],
                home_region=intent.home_region,
            )
