"""Programs that run in AWS Lambda: one file each, inlined into templates, standing on boto3 alone.

Nothing of Craton is imported by them, and nothing of Craton imports them: they are read as text.
"""

from __future__ import annotations

from importlib import resources
from typing import Any, Final

LONGEST: Final = 4_096
"""Characters. Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
aws-properties-lambda-function-code.html, retrieved 2026-11-26."""

RUNTIME: Final = "python3.13"


def inlined(name: str) -> dict[str, Any]:
    """The code of a function, as a property of `AWS::Lambda::Function`.

    Raises: ValueError where it is longer than a template may hold.
    """
    text = (resources.files(__name__) / f"{name}.py").read_text("utf-8")
    if len(text) > LONGEST:
        raise ValueError(f"`{name}.py` has {len(text)} characters, of {LONGEST} that may be inlined")
    return {"ZipFile": text}
