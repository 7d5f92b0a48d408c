"""The policy statements: the package's own, and those of the user's overlay folders."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.codec.policy_filling import fill, references
from craton.codec.policy_template import PolicyTemplate, parse_policy_template
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.errors import UserError
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.registry.content import PACKAGE, SHOWN
from craton.registry.iam import iam_reference
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from craton.core.policy import Policy, PolicyKind

FOLDER: Final = "policies"
"""The folder of a content folder that holds policy files."""

_SIZES: Final[Mapping[PolicyKind, str]] = {"scp": "scp_characters", "rcp": "rcp_characters"}
"""The quota of a policy's size, by its kind; those of IAM count what is attached together."""

_ID: Final = re.compile(r"[a-z][a-z0-9_]*")


class Policies(Struct, frozen=True):
    """Policy templates by id, in the order of their ids."""

    templates: Mapping[str, PolicyTemplate]

    @classmethod
    def load(cls, overlays: Sequence[Path] = ()) -> Policies:
        """The package's policies with those of the overlay folders.

        Raises: UserError telling everything that is wrong with an overlay.
        """
        if not overlays:
            return _package()
        found, problems = cls.check(overlays, packaged=False)
        wrong = [problem for problem in problems if problem.severity == "error"]
        if wrong:
            raise UserError("\n".join(str(problem) for problem in wrong))
        return found

    @classmethod
    def check(
        cls, overlays: Sequence[Path] = (), *, packaged: bool = True
    ) -> tuple[Policies, tuple[Diagnostic, ...]]:
        """What can be read, and everything wrong with the overlays and, if `packaged`, with the package."""
        problems: list[Diagnostic] = []
        found: dict[str, PolicyTemplate] = {}
        for folder, shown in ((PACKAGE, SHOWN), *((folder, str(folder)) for folder in overlays)):
            own = folder == PACKAGE
            told: list[Diagnostic] = []
            for template in _read_folder(folder, shown, told):
                told += check_template(template)
                if template.id in found:
                    told.append(_taken(template, found[template.id]))
                    continue
                found[template.id] = template
            problems += told if packaged or not own else []
        return cls(dict(sorted(found.items()))), in_order(problems)


def check_template(template: PolicyTemplate) -> Iterator[Diagnostic]:
    """What is wrong with a policy, compiled with its examples, and with its parameters."""
    named = set(references(template.statements))
    for name in template.header.parameters:
        if name not in named:
            yield Diagnostic(
                rule="parameter_idle",
                message=f"no statement uses the parameter {ticked(name)}",
                place=template.source.key_place(("parameters", name)),
                hint="remove it",
            )
    filled = fill(template, template.examples())
    yield from filled.diagnostics
    if filled.policy is not None:
        yield from _too_large(template, len(filled.json().decode()))
        yield from _unknown_to_iam(filled.policy)


def _too_large(template: PolicyTemplate, size: int) -> Iterator[Diagnostic]:
    name = _SIZES.get(template.header.kind)
    if name is not None and quota(name).standing(size) == "over":
        limit = quota(name).limit
        yield Diagnostic(
            rule="too_large",
            message=f"with its examples the policy has {size:,} characters, and {limit:,} are the most",
            place=template.source.key_place(("statements",)),
            hint="make two policies of it",
        )


def _unknown_to_iam(policy: Policy) -> Iterator[Diagnostic]:
    """Names that IAM has never heard of match nothing, and a policy with them holds less than it says."""
    reference = iam_reference()
    for statement in policy.statements:
        for action in statement.actions.patterns:
            if not reference.actions_matching(action.text):
                message = f"there is no action {ticked(action.text)}"
                hint = did_you_mean(action.text, _actions_of(action.text.partition(":")[0]))
                yield Diagnostic(rule="action_unknown", message=message, place=action.place, hint=hint)
        for condition in statement.conditions:
            if reference.condition_key(condition.key.text) is None:
                message = f"there is no condition key {ticked(condition.key.text)}"
                yield Diagnostic(rule="key_unknown", message=message, place=condition.key.place)


def _actions_of(prefix: str) -> list[str]:
    service = iam_reference().service(prefix)
    return [action.name for action in service.actions.values()] if service is not None else []


def _taken(template: PolicyTemplate, other: PolicyTemplate) -> Diagnostic:
    return Diagnostic(
        rule="duplicate_id",
        message=f"the id `{template.id}` is taken by {other.file}",
        place=Place(template.file),
        hint="content extends what is there and never replaces it: choose another name",
    )


@functools.cache
def _package() -> Policies:
    return Policies({one.id: one for one in _read_folder(PACKAGE, SHOWN, [])})


def _read_folder(folder: Path, shown: str, problems: list[Diagnostic]) -> Iterator[PolicyTemplate]:
    for path in sorted(file for file in (folder / FOLDER).rglob("*") if file.suffix in (".yaml", ".yml")):
        file = f"{shown}/{path.relative_to(folder).as_posix()}"
        if path.parent.name != FOLDER or path.parent.parent != folder:
            message = "policies stand in one folder, and in none below it"
            hint = f"put it into `{shown}/{FOLDER}`"
            problems.append(Diagnostic(rule="no_kind", message=message, place=Place(file), hint=hint))
            continue
        if not _ID.fullmatch(path.stem) or path.suffix != ".yaml":
            problems.append(
                Diagnostic(
                    rule="bad_id",
                    message=f"{ticked(path.name)} is no name for a policy",
                    place=Place(file),
                    hint="name it like `what_holds.yaml`, in lower-case letters, digits and underscores",
                )
            )
        template, wrong = parse_policy_template(path.read_bytes(), id=path.stem, file=file)
        problems += wrong
        if template is not None:
            yield template
