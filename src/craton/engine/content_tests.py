"""Running the proofs of content, of queries and of policies: the package's own, or a user's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.diagnostic import Diagnostic, in_order
from craton.core.errors import UserError
from craton.core.proof import MutationReport, Outcome
from craton.engine.guardrail_samples import offline_outcomes
from craton.engine.lakes import overlays_of
from craton.engine.manifests import load
from craton.engine.progress import Progress, Silent
from craton.lake.content_runner import ContentRunner
from craton.lake.mutation import mutate
from craton.registry.content import KINDS, PACKAGE, Content, path_of
from craton.registry.guardrails import FOLDER as GUARDRAILS
from craton.registry.guardrails import Guardrails
from craton.registry.policies import FOLDER as POLICIES
from craton.registry.policies import Policies
from craton.simulator.policy_mutation import mutate_policy
from craton.simulator.proofs import run as run_proofs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.codec.content_file import ContentFile, Header
    from craton.codec.policy_template import PolicyTemplate
    from craton.registry.guardrails import GuardrailTier

_MANIFEST_ENDINGS: Final = (".yaml", ".yml")


class FileReport(Struct, frozen=True):
    """What came of one file: what is wrong with it, how its cases ended, and what became of its mutants.

    A file that is wrong runs no cases; one whose cases fail, or without `mutate`, has no mutants.
    """

    id: str
    file: str
    problems: tuple[Diagnostic, ...]
    outcomes: tuple[Outcome, ...] = ()
    mutation: MutationReport | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong, every case holds, and no mutant survives unacknowledged."""
        return (
            not self.problems
            and all(outcome.failure is None for outcome in self.outcomes)
            and (self.mutation is None or not self.mutation.problems)
        )


class ContentReport(Struct, frozen=True):
    """What came of all files, and the problems that belong to none of them."""

    files: tuple[FileReport, ...]
    problems: tuple[Diagnostic, ...]

    @property
    def holds(self) -> bool:
        """Whether everything holds."""
        return not self.problems and all(file.holds for file in self.files)


class Selection(Struct, frozen=True):
    """The overlay folders to load and the files to test: all under `within`, or everything loaded."""

    overlays: tuple[Path, ...]
    within: tuple[Path, ...] = ()
    packaged: bool = False


def selection(path: Path | None) -> Selection:
    """What `path` selects: a content folder, a folder or file in one, or the content of a manifest.

    None selects the package's own content.
    Raises: UserError where there is nothing at `path`, or the manifest cannot be used.
    """
    if path is None:
        return Selection(overlays=(), packaged=True)
    if not path.exists():
        raise UserError(f"there is no `{path}`", hint="name a content folder, a file in it, or a manifest")
    if (
        path.is_file()
        and path.suffix in _MANIFEST_ENDINGS
        and path.resolve().parent.name
        not in (
            POLICIES,
            GUARDRAILS,
        )
    ):
        folders = overlays_of(load(path), path)
        return Selection(overlays=folders, within=folders)
    if path.resolve().is_relative_to(PACKAGE):
        return Selection(overlays=(), within=(path,), packaged=True)
    return Selection(overlays=(_content_folder(path),), within=(path,))


def run_content_tests(path: Path | None, *, mutants: bool, progress: Progress | None = None) -> ContentReport:
    """What came of the files that `path` selects, which cases hold and, if `mutants`, which mutants live.

    Raises: UserError where there is nothing at `path`, or no content in it.
    """
    chosen = selection(path)
    content, wrong_queries = Content.check(chosen.overlays, packaged=chosen.packaged)
    policies, wrong_policies = Policies.check(chosen.overlays, packaged=chosen.packaged)
    guardrails, wrong_guardrails = Guardrails.check(chosen.overlays, packaged=chosen.packaged)
    problems = in_order([*wrong_queries, *wrong_policies, *wrong_guardrails])
    files = [file for file in content.files() if _is_within(file.file, chosen)]
    templates = [one for one in policies.templates.values() if _is_within(one.file, chosen)]
    tiers = [one for one in guardrails.tiers.values() if _is_within(one.file.file, chosen)]
    readable = {
        *(file.file for file in content.files()),
        *(one.file for one in policies.templates.values()),
        *(one.file.file for one in guardrails.tiers.values()),
    }
    own = tuple(problem for problem in problems if problem.place.file not in readable)
    if not files and not templates and not tiers and not own:
        raise UserError(f"there is no content in `{path}`", hint="`craton new mart NAME` makes a first file")
    progress = progress or Silent()
    progress.begin(
        "mutating" if mutants else "testing", len(files) + len(templates) + len(tiers), unit="files"
    )
    reports = [
        *_query_reports(content, files, problems, mutants=mutants, progress=progress),
        *_policy_reports(templates, problems, mutants=mutants, progress=progress),
        *_guardrail_reports(tiers, problems, progress=progress),
    ]
    return ContentReport(files=tuple(reports), problems=own)


def _query_reports(
    content: Content,
    files: Sequence[ContentFile[Header]],
    problems: Sequence[Diagnostic],
    *,
    mutants: bool,
    progress: Progress,
) -> Iterator[FileReport]:
    if not files:
        return
    with ContentRunner(content) as runner:
        for file in files:
            wrong = [problem for problem in problems if problem.place.file == file.file]
            yield report(runner, file, wrong, mutants=mutants)
            progress.advance(1)


def _policy_reports(
    templates: Sequence[PolicyTemplate],
    problems: Sequence[Diagnostic],
    *,
    mutants: bool,
    progress: Progress,
) -> Iterator[FileReport]:
    for template in templates:
        wrong = [problem for problem in problems if problem.place.file == template.file]
        yield policy_report(template, wrong, mutants=mutants)
        progress.advance(1)


def _guardrail_reports(
    tiers: Sequence[GuardrailTier], problems: Sequence[Diagnostic], *, progress: Progress
) -> Iterator[FileReport]:
    """What comes of guardrail files; they have no mutants, for each word and expression has its sample."""
    for tier in tiers:
        wrong = tuple(problem for problem in problems if problem.place.file == tier.file.file)
        outcomes = () if wrong else offline_outcomes(tier)
        yield FileReport(id=tier.id, file=tier.file.file, problems=wrong, outcomes=outcomes)
        progress.advance(1)


def report(
    runner: ContentRunner, file: ContentFile[Header], wrong: Sequence[Diagnostic], *, mutants: bool
) -> FileReport:
    """What comes of one file, of which `wrong` is known already."""
    problems = (*wrong, *(() if wrong else runner.check(file)))
    if problems:
        return FileReport(id=file.id, file=file.file, problems=tuple(problems))
    outcomes = runner.run(file)
    holds = all(outcome.failure is None for outcome in outcomes)
    return FileReport(
        id=file.id,
        file=file.file,
        problems=(),
        outcomes=outcomes,
        mutation=mutate(runner, file) if mutants and holds else None,
    )


def policy_report(template: PolicyTemplate, wrong: Sequence[Diagnostic], *, mutants: bool) -> FileReport:
    """What comes of one policy file, of which `wrong` is known already."""
    if wrong:
        return FileReport(id=template.id, file=template.file, problems=tuple(wrong))
    outcomes = run_proofs(template)
    holds = all(outcome.failure is None for outcome in outcomes)
    return FileReport(
        id=template.id,
        file=template.file,
        problems=(),
        outcomes=outcomes,
        mutation=mutate_policy(template) if mutants and holds else None,
    )


def _content_folder(path: Path) -> Path:
    """The folder whose `marts`, `panels` or `policies` the path lies in, or the path itself."""
    for folder in (path, *path.parents):
        if folder.name in (*KINDS, POLICIES, GUARDRAILS):
            return folder.parent
    return path if path.is_dir() else path.parent


def _is_within(file: str, chosen: Selection) -> bool:
    return not chosen.within or any(path_of(file).is_relative_to(p.resolve()) for p in chosen.within)
