"""Programs are inlined as they are, but for what explains them."""

from __future__ import annotations

import ast
from importlib import resources

import pytest

from craton.kinds import functions
from craton.kinds.functions import LONGEST, inlined

PROGRAMS = sorted(
    one.name.removesuffix(".py")
    for one in resources.files(functions).iterdir()
    if one.name.endswith(".py") and not one.name.startswith("__")
)


def bare(text: str) -> str:
    """The program without docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]
                one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
            ]
    return ast.dump(tree)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_inlined_program_does_the_same_and_fits(name: str) -> None:
    text = inlined(name)["ZipFile"]
    source = (resources.files(functions) / f"{name}.py").read_text("utf-8")
    assert bare(text) == bare(source)
    assert text.splitlines()[0] == source.splitlines()[0]
    assert len(text) <= LONGEST
    assert text.count('"""') == 2
