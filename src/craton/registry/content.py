"""The content as a whole: the package's marts and panels, and those of the user's overlay folders."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec import Struct

from craton.codec.content_file import (
    ContentFile,
    Header,
    MartHeader,
    PanelHeader,
    parse_content,
)
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.errors import UserError
from craton.registry.reserved_words import reserved
from craton.registry.tables import FRESHNESS, tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

H = TypeVar("H", bound=Header)

Mart = ContentFile[MartHeader]
Panel = ContentFile[PanelHeader]

PACKAGE: Final = Path(__file__).resolve().parent.parent / "content"
"""The folder of the package's own content."""

KINDS: Final = ("marts", "panels")
"""The folders of a content folder, one for each kind of content."""

SHOWN: Final = "craton/content"
"""How the package's own folder is shown, wherever it is installed."""

_MART_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_PANEL_ID: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class Content(Struct, frozen=True):
    """Marts by id, each after the marts that it reads, and panels by id in the order of their pages."""

    marts: Mapping[str, Mart]
    panels: Mapping[str, Panel]

    @classmethod
    def load(cls, overlays: Sequence[Path] = ()) -> Content:
        """The package's content with that of the overlay folders.

        Overlays are checked through and through; the package's own files were, when it was built.
        Raises: UserError telling everything that is wrong with an overlay.
        """
        if not overlays:
            return _package()
        content, problems = cls.check(overlays, packaged=False)
        wrong = [problem for problem in problems if problem.severity == "error"]
        if wrong:
            raise UserError("\n".join(str(problem) for problem in wrong))
        return content

    @classmethod
    def check(
        cls, overlays: Sequence[Path] = (), *, packaged: bool = True
    ) -> tuple[Content, tuple[Diagnostic, ...]]:
        """What can be read, and everything wrong with the overlays and, if `packaged`, with the package."""
        from craton.registry.content_checks import (  # noqa: PLC0415 - the parser of SQL is slow to load
            Relations,
            check_mart,
            check_panel,
        )

        problems: list[Diagnostic] = []
        own = _read_folder(PACKAGE, SHOWN, problems) if packaged else _package()
        theirs = [_read_folder(folder, str(folder), problems) for folder in overlays]
        marts: dict[str, Mart] = {}
        panels: dict[str, Panel] = {}
        for found in (own, *theirs):
            _add(found.marts, marts, problems)
            _add(found.panels, panels, problems)
        checked = {file.file for found in ((own, *theirs) if packaged else theirs) for file in found.files()}
        relations = Relations.of(marts)
        problems += [
            p for mart in marts.values() if mart.file in checked for p in check_mart(mart, relations)
        ]
        problems += [
            p for panel in panels.values() if panel.file in checked for p in check_panel(panel, relations)
        ]
        ordered, cycle = _in_dependency_order(marts)
        return Content(marts=ordered, panels=_in_page_order(panels)), in_order([*problems, *cycle])

    def files(self) -> Iterator[Mart | Panel]:
        """All marts, then all panels."""
        yield from self.marts.values()
        yield from self.panels.values()

    def upstream(self, file: ContentFile[Header]) -> tuple[Mart, ...]:
        """The marts that a file needs, directly or not, each after those that it reads itself."""
        needed: set[str] = set()
        waiting = list(file.reads)
        while waiting:
            name = waiting.pop()
            if name in self.marts and name not in needed:
                needed.add(name)
                waiting += self.marts[name].reads
        return tuple(mart for mart in self.marts.values() if mart.id in needed)


def path_of(file: str) -> Path:
    """Where a content file lies, by the name under which it is shown."""
    if file.startswith(f"{SHOWN}/"):
        return PACKAGE / file.removeprefix(f"{SHOWN}/")
    return Path(file).resolve()


@functools.cache
def _package() -> Content:
    problems: list[Diagnostic] = []
    found = _read_folder(PACKAGE, SHOWN, problems, packaged=True)
    marts, _ = _in_dependency_order(found.marts)
    return Content(marts=marts, panels=_in_page_order(found.panels))


def _read_folder(folder: Path, shown: str, problems: list[Diagnostic], *, packaged: bool = False) -> Content:
    marts: dict[str, Mart] = {}
    panels: dict[str, Panel] = {}
    if not folder.is_dir():
        problems.append(
            Diagnostic(rule="no_folder", message="there is no such content folder", place=Place(shown))
        )
        return Content(marts, panels)
    for path in sorted(folder.rglob("*.sql")):
        name = path.relative_to(folder).as_posix()
        kind = name.partition("/")[0]
        place = Place(f"{shown}/{name}")
        if name.count("/") != 1 or kind not in KINDS:
            problems.append(
                Diagnostic(
                    rule="no_kind",
                    message="the folder of this file names no kind of content",
                    place=place,
                    hint=f"put it into {' or '.join(f'`{shown}/{known}`' for known in KINDS)}",
                )
            )
            continue
        misnamed = _misnamed(kind, path)
        if misnamed is not None:
            message, hint = misnamed
            problems.append(Diagnostic(rule="bad_id", message=message, place=place, hint=hint))
        data = path.read_bytes()
        if kind == "marts":
            mart, wrong = parse_content(
                data, id=path.stem, file=place.file, header=MartHeader, packaged=packaged
            )
            marts |= {mart.id: mart} if mart else {}
        else:
            panel, wrong = parse_content(
                data, id=path.stem, file=place.file, header=PanelHeader, packaged=packaged
            )
            panels |= {panel.id: panel} if panel else {}
        problems += wrong
    return Content(marts, panels)


def _misnamed(kind: str, path: Path) -> tuple[str, str] | None:
    """Why a file of the kind cannot be named so, and what helps; None where it can."""
    pattern, form = (_MART_ID, "name.sql") if kind == "marts" else (_PANEL_ID, "page.name.sql")
    if not pattern.fullmatch(path.stem):
        helps = f"name it like `{form}`, in lower-case letters, digits and underscores"
        return f"`{path.name}` is no name for one of the {kind}", helps
    return reserved(path.stem) if kind == "marts" else None


def _add(
    found: Mapping[str, ContentFile[H]], known: dict[str, ContentFile[H]], problems: list[Diagnostic]
) -> None:
    for name, file in found.items():
        taken = known[name].file if name in known else None
        if taken is None and (name in tables() or name == FRESHNESS):
            taken = f"the table `{name}`"
        if taken is None:
            known[name] = file
            continue
        problems.append(
            Diagnostic(
                rule="duplicate_id",
                message=f"the id `{name}` is taken by {taken}",
                place=Place(file.file),
                hint="content extends what is there and never replaces it: choose another name",
            )
        )


def _in_dependency_order(marts: Mapping[str, Mart]) -> tuple[dict[str, Mart], list[Diagnostic]]:
    """Each mart after those that it reads, otherwise by name; without order where they read in a circle."""
    graph = {
        name: sorted(read for read in mart.reads if read in marts) for name, mart in sorted(marts.items())
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle: list[str] = error.args[1]
        mart = marts[min(circle)]
        problem = Diagnostic(
            rule="cycle",
            message=f"marts read each other in a circle: {' < '.join(f'`{name}`' for name in circle)}",
            place=mart.header_place("reads"),
        )
        return dict(sorted(marts.items())), [problem]
    return {name: marts[name] for name in order}, []


def _in_page_order(panels: Mapping[str, Panel]) -> dict[str, Panel]:
    return dict(sorted(panels.items(), key=lambda item: (item[1].header.page, item[1].header.order, item[0])))
