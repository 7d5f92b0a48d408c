# ruff: noqa: INP001 - content is a folder of data, no package
"""Lets pytest collect content files: their form, each of their cases, and their mutants.

They run through the same runners as `craton test`.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from craton.lake.content_runner import ContentRunner
from craton.lake.mutation import mutate
from craton.registry.content import Content, path_of
from craton.registry.policies import FOLDER, Policies
from craton.simulator.policy_mutation import mutate_policy
from craton.simulator.proofs import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from craton.codec.content_file import Case
    from craton.codec.policy_template import PolicyTemplate
    from craton.core.proof import Outcome
    from craton.registry.content import Mart, Panel


@functools.cache
def _checked() -> tuple[Content, tuple[str, ...]]:
    content, problems = Content.check()
    return content, tuple(str(problem) for problem in problems)


@functools.cache
def _runner() -> ContentRunner:
    return ContentRunner(_checked()[0])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Every `.sql` file under this folder is collected, and every policy."""
    if file_path.suffix == ".sql":
        return ContentTests.from_parent(parent, path=file_path)
    if file_path.suffix == ".yaml" and file_path.parent.name == FOLDER:
        return PolicyTests.from_parent(parent, path=file_path)
    return None


def pytest_sessionfinish() -> None:
    """The scratch database, if there was one, is closed."""
    if _runner.cache_info().currsize:
        _runner().close()
        _runner.cache_clear()


def _slow(item: pytest.Item) -> pytest.Item:
    item.add_marker("slow")
    return item


class ContentTests(pytest.File):
    """The tests of one content file."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test of the file's form, one for each case, one for the mutants."""
        yield FormTest.from_parent(self, name="is sound")
        file = next((file for file in _checked()[0].files() if path_of(file.file) == self.path), None)
        if file is None:
            return
        for case in file.cases()[0]:
            yield CaseTest.from_parent(self, name=case.name, file=file, case=case)
        yield _slow(MutantsTest.from_parent(self, name="no mutant survives", file=file))


class FormTest(pytest.Item):
    """Nothing is wrong with the file's form, its query and its types."""

    def runtest(self) -> None:
        """Fails with every problem of the file."""
        content, problems = _checked()
        file = next((file for file in content.files() if path_of(file.file) == self.path), None)
        shown = file.file if file else self.path.name
        found = [problem for problem in problems if shown in problem.partition(": ")[0]]
        if file is not None and not found:
            found = [str(problem) for problem in _runner().check(file)]
        if file is None or found:
            raise ContentError("\n".join(found) or f"{self.path} cannot be read")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """The problems alone, without a traceback through the runner."""
        return _told(excinfo)


class CaseTest(pytest.Item):
    """One case holds."""

    def __init__(self, *, file: Mart | Panel, case: Case, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._file = file
        self._case = case

    def runtest(self) -> None:
        """Fails with what differs and where the case stands."""
        outcome = _runner().run_case(self._file, self._case)
        if outcome.failure is not None:
            raise ContentError(f"{outcome.place}: {outcome.failure}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """The difference alone, without a traceback through the runner."""
        return _told(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The case's place in its file."""
        return self.path, self._case.place.line - 1, self.name


class MutantsTest(pytest.Item):
    """Every mutant is told apart by a case, or acknowledged."""

    def __init__(self, *, file: Mart | Panel, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._file = file

    def runtest(self) -> None:
        """Fails with the mutants that survive."""
        problems = mutate(_runner(), self._file).problems
        if problems:
            raise ContentError("\n".join(str(problem) for problem in problems))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """The mutants alone, without a traceback through the runner."""
        return _told(excinfo)


@functools.cache
def _policies() -> tuple[Policies, tuple[str, ...]]:
    policies, problems = Policies.check()
    return policies, tuple(str(problem) for problem in problems)


class PolicyTests(pytest.File):
    """The tests of one policy."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test of the file's form, one for each proof and exception, one for the mutants."""
        template = _policies()[0].templates.get(self.path.stem)
        yield PolicyFormTest.from_parent(self, name="is sound")
        if template is None:
            return
        for outcome in run(template):
            yield ProofTest.from_parent(self, name=outcome.case, outcome=outcome)
        yield _slow(PolicyMutantsTest.from_parent(self, name="no mutant survives", template=template))


class PolicyFormTest(pytest.Item):
    """Nothing is wrong with the policy's form, its parameters and what it compiles to."""

    def runtest(self) -> None:
        """Fails with every problem of the file."""
        policies, problems = _policies()
        found = [
            problem for problem in problems if f"/{FOLDER}/{self.path.name}" in problem.partition(": ")[0]
        ]
        if self.path.stem not in policies.templates or found:
            raise ContentError("\n".join(found) or f"{self.path} cannot be read")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """The problems alone, without a traceback through the runner."""
        return _told(excinfo)


class ProofTest(pytest.Item):
    """One proof of a policy holds."""

    def __init__(self, *, outcome: Outcome, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._outcome = outcome

    def runtest(self) -> None:
        """Fails with the request that is decided otherwise, and how."""
        if self._outcome.failure is not None:
            raise ContentError(f"{self._outcome.place}: {self._outcome.failure}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """The difference alone, without a traceback through the runner."""
        return _told(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The proof's place in its file."""
        return self.path, self._outcome.place.line - 1, self.name


class PolicyMutantsTest(pytest.Item):
    """Every mutant of a policy is told apart by a proof, or acknowledged."""

    def __init__(self, *, template: PolicyTemplate, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._template = template

    def runtest(self) -> None:
        """Fails with the mutants that survive."""
        problems = mutate_policy(self._template).problems
        if problems:
            raise ContentError("\n".join(str(problem) for problem in problems))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """The mutants alone, without a traceback through the runner."""
        return _told(excinfo)


class ContentError(Exception):
    """A content file does not hold what it says."""


def _told(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    return str(excinfo.value) if isinstance(excinfo.value, ContentError) else str(excinfo.getrepr())
