"""What AWS would refuse of compiled files, found before anything is deployed.

Sizes and counts are always looked at, and so is whether every action and key of a policy is known. cfn-lint,
which knows each property in each Region, takes seconds a template, and looks at them where it is asked to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from craton.compiler.compilation import templates
from craton.compiler.layout import TEMPLATES
from craton.core.diagnostic import Diagnostic, Place
from craton.linter.checking import findings
from craton.linter.cloudformation import template_faults
from craton.linter.facts import Facts
from craton.linter.reading import read_document
from craton.registry.iam import iam_reference
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from craton.compiler.compilation import Compilation
    from craton.core.intent import Intent
    from craton.core.policy import PolicyKind

_MAY_BE_MEANT: Final = frozenset({"cross_region_broken", "profile_denied"})
"""That profiles route nowhere else is a choice: `geographies: []` of `approved_regions`. Of a Region that is
newer than what is known of profiles, no profile is known."""

_COUNTED: Final = {
    "Resources": "template_resources",
    "Parameters": "template_parameters",
    "Outputs": "template_outputs",
}
_KINDS: Final[dict[str, PolicyKind]] = {"governance/scp": "scp", "governance/rcp": "rcp"}


def size_problems(compilation: Compilation, intent: Intent) -> Iterator[Diagnostic]:
    """Templates that are larger than CloudFormation takes, or hold more of something."""
    for artifact in compilation.artifacts:
        if artifact.path in TEMPLATES.values():
            yield from _beyond(artifact.path, "template_bytes", len(artifact.content))
    for one in templates(intent):
        path = TEMPLATES[one.name]
        for part, name in _COUNTED.items():
            yield from _beyond(path, name, len(one.document.get(part, ())))
        for mapping in one.document.get("Mappings", {}).values():
            most = max((len(attributes) for attributes in mapping.values()), default=0)
            yield from _beyond(path, "template_mapping_attributes", most)


def _beyond(path: str, name: str, amount: int) -> Iterator[Diagnostic]:
    limit = quota(name)
    if limit.standing(amount) == "warn":
        message = f"`{path}` has {amount:,} {limit.unit}, and a call takes {limit.warn_above:,}"
        hint = "put it into a bucket and name it by `TemplateURL`"
        yield Diagnostic(rule=name, message=message, place=Place(path), hint=hint, severity="warning")
    elif limit.standing(amount) == "over":
        message = f"`{path}` has {amount:,} {limit.unit}, and {limit.limit:,} are the most"
        hint = "leave something out, or approve patterns of models in place of ids"
        yield Diagnostic(rule=name, message=message, place=Place(path), hint=hint)


def policy_findings(compilation: Compilation, today: date) -> Iterator[Diagnostic]:
    """What the linter finds in organization policies."""
    facts = Facts(today=today, iam=iam_reference())
    for artifact in compilation.artifacts:
        kind = next((kind for start, kind in _KINDS.items() if artifact.path.startswith(start)), None)
        if kind is not None:
            document = read_document(artifact.content, artifact.path, kind)
            yield from (_as_meant(one) for one in findings(document, facts))


def _as_meant(finding: Diagnostic) -> Diagnostic:
    """What a manifest may want is told, and stops nothing: proofs show what it comes to."""
    if finding.rule in _MAY_BE_MEANT:
        return msgspec.structs.replace(finding, severity="warning")
    return finding


def cloudformation_problems(compilation: Compilation, regions: Sequence[str]) -> Iterator[Diagnostic]:
    """What cfn-lint finds in the templates, in every Region."""
    for artifact in compilation.artifacts:
        if artifact.path not in TEMPLATES.values():
            continue
        document = read_document(artifact.content, artifact.path)
        for fault in template_faults(document, tuple(regions)):
            yield Diagnostic(
                rule=fault.rule or "template",
                message=fault.message,
                place=fault.place,
                hint=fault.hint,
                severity=fault.severity or "error",
            )
