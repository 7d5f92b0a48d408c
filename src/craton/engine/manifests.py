"""Reading manifests: from a file to a value, or to everything that is wrong with it."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from msgspec import Struct

from craton.codec.canonical_json import indented
from craton.codec.decoding import Decoded, decode
from craton.codec.json_schema import schema_of
from craton.codec.yaml_source import Limits, read
from craton.compiler.statement_checks import statement_problems
from craton.core.diagnostic import Diagnostic, in_order
from craton.core.errors import UserError
from craton.core.intent import intent_of
from craton.core.manifest import Manifest, with_sections
from craton.core.manifest_checks import problems
from craton.core.manifest_fact_checks import Facts, contradictions
from craton.core.manifest_origin import fault
from craton.core.quoting import ticked
from craton.engine.policies import policy_problems
from craton.kinds import kinds
from craton.kinds import sections as known_sections
from craton.registry.content import Content
from craton.registry.guardrails import Guardrails
from craton.registry.policies import Policies
from craton.registry.prices import model_ends, price_table
from craton.registry.regions import known_regions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from craton.core.diagnostic import Place


class Examined(Struct, frozen=True):
    """A manifest's file: its `manifest`, None where more than warnings is found, and its `lines`.

    `origin` leads back from the manifest's values to their places.
    """

    manifest: Manifest | None
    diagnostics: tuple[Diagnostic, ...]
    lines: tuple[str, ...]
    origin: Decoded[Manifest]

    def lines_of(self, place: Place) -> tuple[str, ...]:
        """The lines of the file in which a place is, if that is the manifest's."""
        return self.lines if place.file == self.origin.source.file else ()


def load(path: Path, sections: Mapping[str, type[Struct]] | None = None) -> Manifest:
    """The manifest in the file.

    Raises: UserError where the file cannot be read, or with all that is wrong in it.
    """
    found = examine(path, sections=sections)
    if found.manifest is not None:
        return found.manifest
    faults = [one for one in found.diagnostics if one.severity == "error"]
    told = "\n".join(str(one) for one in faults)
    raise UserError(f"the manifest cannot be used\n{told}", hint=f"`craton validate {path}` shows the places")


def check(
    path: Path, *, today: date | None = None, sections: Mapping[str, type[Struct]] | None = None
) -> tuple[Manifest | None, tuple[Diagnostic, ...]]:
    """The manifest in the file, or None; and everything that is wrong with it, in the order of the file.

    With `today`, also what the facts of that day say against it, such as models that end.
    Raises: UserError where the file cannot be read.
    """
    found = examine(path, today=today, sections=sections)
    return found.manifest, found.diagnostics


def examine(
    path: Path,
    *,
    today: date | None = None,
    sections: Mapping[str, type[Struct]] | None = None,
    with_content: bool = False,
) -> Examined:
    """The same, with the lines of the file.

    `sections` are the types of further sections, by their key; left out, those of every kind. `with_content`
    has every file of the manifest's own content looked at, for which the parser of SQL is loaded.
    Raises: UserError where the file cannot be read.
    """
    return examine_text(_bytes_of(path), path, today=today, sections=sections, with_content=with_content)


def examine_text(
    data: bytes,
    path: Path,
    *,
    today: date | None = None,
    sections: Mapping[str, type[Struct]] | None = None,
    with_content: bool = False,
) -> Examined:
    """The same of what a file would hold, which need not be there yet."""
    source = read(data, str(path))
    decoded = decode(source, with_sections(known_sections() if sections is None else sections))
    diagnostics = in_order(
        (
            *decoded.diagnostics,
            *_found_in(decoded, path, today),
            *_by_kinds(decoded, sections),
            *(_by_policy_files(decoded, path, today) if today is not None and sections is None else ()),
            *(_in_own_content(decoded, path) if with_content else ()),
        )
    )
    sound = decoded.value is not None and all(one.severity != "error" for one in diagnostics)
    return Examined(decoded.value if sound else None, diagnostics, source.lines, decoded)


def schema(sections: Mapping[str, type[Struct]] | None = None) -> bytes:
    """The JSON Schema of manifests, for editors."""
    return indented(
        schema_of(with_sections(known_sections() if sections is None else sections), "Craton manifest")
    )


def _found_in(decoded: Decoded[Manifest], path: Path, today: date | None) -> Iterator[Diagnostic]:
    if decoded.draft is None:
        return
    yield from problems(decoded.draft, decoded)
    yield from _missing_content(decoded.draft, decoded, path)
    yield from policy_problems(decoded.draft, decoded, path)
    if today is not None:
        facts = Facts(
            today=today, regions=known_regions(), models=price_table().models, model_ends=model_ends()
        )
        yield from contradictions(decoded.draft, decoded, facts)


def _by_kinds(
    decoded: Decoded[Manifest], sections: Mapping[str, type[Struct]] | None
) -> Iterator[Diagnostic]:
    """What kinds find in a manifest that is read with all of their sections."""
    if decoded.draft is not None and sections is None:
        for kind in kinds():
            for check in kind.checks:
                yield from check(decoded.draft, decoded)


def _by_policy_files(decoded: Decoded[Manifest], path: Path, today: date) -> Iterator[Diagnostic]:
    """What the manifest says of policy files that is not so, or no more on that day.

    Of content that is flawed itself nothing is said here: who validates, compiles or tests it, is told.
    """
    manifest = decoded.draft
    if manifest is None or not decoded.whole(("content",)):
        return
    try:
        policies = Policies.load(manifest.content_beside(path))
    except UserError:
        return
    yield from statement_problems(intent_of(manifest), policies, decoded, today)


def _in_own_content(decoded: Decoded[Manifest], path: Path) -> Iterator[Diagnostic]:
    """What is wrong with the queries, policies and guardrails in the folders that are there."""
    if decoded.draft is None:
        return
    read = [one for at, one in enumerate(decoded.draft.content) if decoded.whole(("content", at))]
    folders = [path.parent / one for one in read if (path.parent / one).is_dir()]
    if folders:
        for check in (Content.check, Policies.check, Guardrails.check):
            _, problems = check(folders, packaged=False)
            yield from problems


def _missing_content(manifest: Manifest, origin: Decoded[Manifest], path: Path) -> Iterator[Diagnostic]:
    for index, folder in enumerate(manifest.content):
        place = ("content", index)
        if origin.whole(place) and not (path.parent / folder).is_dir():
            message = f"{ticked(folder)} is no folder"
            hint = f"there is no {ticked(str(path.parent / folder))}; folders are relative to the manifest"
            yield fault("content_missing", message, origin.place(place), hint)


def _bytes_of(path: Path) -> bytes:
    """What is in the file; of one that is too large, enough to tell so."""
    try:
        if stat.S_ISREG(path.stat().st_mode) or path.is_dir():
            with path.open("rb") as file:
                return file.read(Limits().size_bytes + 1)
    except FileNotFoundError:
        raise UserError(f"there is no file `{path}`", hint=_near(path)) from None
    except IsADirectoryError:
        hint = f"did you mean `{path / 'craton.yaml'}`?" if (path / "craton.yaml").is_file() else None
        raise UserError(f"`{path}` is a folder, no manifest", hint=hint) from None
    except OSError as error:
        raise UserError(f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}") from None
    # A device has no end, and a pipe may never say anything.
    raise UserError(f"`{path}` is no regular file", hint="save the manifest in a file, and name that")


def _near(path: Path) -> str | None:
    """The manifest that is there, where one was named that is not."""
    if not path.parent.is_dir():
        return f"there is no folder `{path.parent}` either"
    found = sorted(file.name for file in path.parent.iterdir() if file.suffix in (".yaml", ".yml"))
    return f"did you mean `{path.parent / found[0]}`?" if len(found) == 1 else None
