"""Writes the table of layers in ARCHITECTURE.md from the import contract and the packages' docstrings."""

from __future__ import annotations

import ast
import tomllib
from typing import TYPE_CHECKING, Any, Final

from scripts.markdown_page import REPOSITORY, between, code, table, write

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH: Final = "ARCHITECTURE.md"
MARK: Final = "layers"


def page() -> str:
    """The page with the table as it is now."""
    text = (REPOSITORY / PATH).read_text("utf-8")
    return between(text, MARK, table(("room", "may import", "what stands there"), _rows()))


def layers() -> list[list[str]]:
    """The rooms of each layer of the contract, from the top."""
    (contract,) = [one for one in _contracts() if one["type"] == "layers"]
    return [[room.strip() for room in layer.split("|")] for layer in contract["layers"]]


def _contracts() -> list[dict[str, Any]]:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    contracts: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return contracts


def _forbidden(room: str) -> set[str]:
    """The rooms below that a further contract keeps this one from importing itself."""
    return {
        module.removeprefix("craton.")
        for contract in _contracts()
        if contract["type"] == "forbidden" and f"craton.{room}" in contract["source_modules"]
        for module in contract["forbidden_modules"]
    }


def _rows() -> Iterator[tuple[str, str, str]]:
    found = layers()
    for depth, rooms in enumerate(found):
        for room in rooms:
            below = [one for lower in found[depth + 1 :] for one in lower if one not in _forbidden(room)]
            yield code(room), ", ".join(below) or "nothing", _purpose(room)


def _purpose(room: str) -> str:
    source = (REPOSITORY / "src" / "craton" / room / "__init__.py").read_text("utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0]


def main() -> None:
    """Writes the table."""
    write(PATH, page)


if __name__ == "__main__":
    main()
