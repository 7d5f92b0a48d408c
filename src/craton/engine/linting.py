"""Linting policies: from files and folders to findings, nothing left out unsaid."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.diagnostic import Diagnostic, in_order
from craton.core.errors import UserError
from craton.core.spelling import did_you_mean
from craton.linter.catalog import rules
from craton.linter.checking import findings
from craton.linter.cloudformation import OF_CFN_LINT, description
from craton.linter.facts import Facts
from craton.linter.reading import read_document
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from craton.core.policy import PolicyKind
    from craton.linter.rule import Rule

SUFFIXES: Final = (".json", ".yaml", ".yml", ".template")
"""The names of files that are looked at in a folder."""

STDIN: Final = Path("-")
_STDIN_NAME: Final = "<stdin>"


class LintReport(Struct, frozen=True, kw_only=True):
    """What a run found. `files` were linted, `skipped` are the files of folders that hold no policy.

    `lines` has the lines of each file with findings, for showing them.
    """

    findings: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    skipped: tuple[str, ...]
    lines: dict[str, tuple[str, ...]]


def lint(paths: Iterable[Path], *, today: dt.date, kind: PolicyKind | None = None) -> LintReport:
    """Everything that is wrong in the files, and in those of the folders; `-` is standard input.

    Raises: UserError where a file cannot be read.
    """
    facts = Facts(today=today, iam=iam_reference())
    found: list[Diagnostic] = []
    files: list[str] = []
    skipped: list[str] = []
    lines: dict[str, tuple[str, ...]] = {}
    for path, is_named in _expanded(paths):
        name = _STDIN_NAME if path == STDIN else str(path)
        document = read_document(_bytes_of(path), name, kind)
        if document.form == "other" and not is_named:
            skipped.append(name)
            continue
        files.append(name)
        of_file = findings(document, facts)
        if of_file:
            lines[name] = document.source.lines
        found += of_file
    return LintReport(findings=in_order(found), files=tuple(files), skipped=tuple(skipped), lines=lines)


def lint_text(
    data: bytes, name: str, *, today: dt.date, kind: PolicyKind | None = None
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong in a document, which goes by that name."""
    facts = Facts(today=today, iam=iam_reference())
    return in_order(findings(read_document(data, name, kind), facts))


def explained(rule_id: str) -> Rule | str:
    """The rule of that id, or what cfn-lint says of one of its own. Raises: UserError where there is none."""
    rule = rules().get(rule_id) or (description(rule_id) if OF_CFN_LINT.fullmatch(rule_id) else None)
    if rule is None:
        hint = did_you_mean(rule_id, rules()) or "docs/reference/lint-rules.md lists every rule"
        raise UserError(f"there is no rule `{rule_id}`", hint=hint)
    return rule


def _expanded(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file once, and whether somebody named it."""
    seen: set[Path] = set()
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if _is_looked_at(one)) if path.is_dir() else None
        for file in [path] if inside is None else inside:
            if file not in seen:
                seen.add(file)
                yield file, inside is None


def _is_looked_at(path: Path) -> bool:
    return path.suffix in SUFFIXES and path.is_file()


def _bytes_of(path: Path) -> bytes:
    if path == STDIN:
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"there is no file `{path}`", hint="name files, folders, or `-`") from None
    except OSError as error:
        raise UserError(f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}") from None
