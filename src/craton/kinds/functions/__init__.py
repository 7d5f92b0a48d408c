"""Programs that run in AWS Lambda: one file each, inlined into templates, standing on boto3 alone.

Nothing of Craton is imported by them, and nothing of Craton imports them: they are read as text.
"""

from __future__ import annotations

import ast
from importlib import resources
from typing import Any, Final

LONGEST: Final = 4_096
"""Characters. Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
aws-properties-lambda-function-code.html, retrieved 2026-11-26."""

RUNTIME: Final = "python3.13"


def inlined(name: str) -> dict[str, Any]:
    """The code of a function, as a property of `AWS::Lambda::Function`, without what explains it.

    Raises: ValueError where it is longer than a template may hold.
    """
    text = _unexplained((resources.files(__name__) / f"{name}.py").read_text("utf-8"))
    if len(text) > LONGEST:
        raise ValueError(f"`{name}.py` has {len(text)} characters, of {LONGEST} that may be inlined")
    return {"ZipFile": text}


def _unexplained(source: str) -> str:
    """The program without the docstrings of what it defines; a template has few bytes."""
    lines: list[str | None] = [*source.splitlines(keepends=True)]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.lineno > 1:
            lines[node.lineno - 1 : node.end_lineno] = [None] * (
                (node.end_lineno or node.lineno) - node.lineno + 1
            )
    return "".join(line for line in lines if line is not None)
