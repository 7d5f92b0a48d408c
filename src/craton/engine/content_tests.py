"""Running the proofs of content: the package's own, or a user's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.diagnostic import Diagnostic
from craton.core.errors import UserError
from craton.core.proof import MutationReport, Outcome
from craton.engine.lakes import overlays_of
from craton.engine.manifests import load
from craton.engine.progress import Progress, Silent
from craton.lake.content_runner import ContentRunner
from craton.lake.mutation import mutate
from craton.registry.content import KINDS, PACKAGE, Content, path_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.codec.content_file import ContentFile, Header

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
    if path.is_file() and path.suffix in _MANIFEST_ENDINGS:
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
    content, problems = Content.check(chosen.overlays, packaged=chosen.packaged)
    files = [file for file in content.files() if _is_within(file, chosen)]
    rest = {file.file for file in content.files()}
    own = tuple(problem for problem in problems if problem.place.file not in rest)
    if not files and not own:
        raise UserError(f"there is no content in `{path}`", hint="`craton new mart NAME` makes a first file")
    reports: list[FileReport] = []
    progress = progress or Silent()
    progress.begin("mutating" if mutants else "testing", len(files), unit="files")
    with ContentRunner(content) as runner:
        for file in files:
            wrong = [problem for problem in problems if problem.place.file == file.file]
            reports.append(report(runner, file, wrong, mutants=mutants))
            progress.advance(1)
    return ContentReport(files=tuple(reports), problems=own)


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


def _content_folder(path: Path) -> Path:
    """The folder whose `marts` or `panels` the path lies in, or the path itself."""
    for folder in (path, *path.parents):
        if folder.name in KINDS:
            return folder.parent
    return path if path.is_dir() else path.parent


def _is_within(file: ContentFile[Header], chosen: Selection) -> bool:
    return not chosen.within or any(path_of(file.file).is_relative_to(p.resolve()) for p in chosen.within)
