"""Checks files as bytes: line ends, size, secrets. `python -m scripts.check_files [FILE…]`, else every file.

Run by the hooks before a commit, and by the tests over the whole tree.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.markdown_page import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES: Final = 1 << 20
"""What is larger is data, and is made by a program rather than kept in the repository."""

_BINARY: Final = frozenset({".png"})

_SECRETS: Final = {
    "an access key": re.compile(r"\b(?:AKIA|ASIA|ABSK)[A-Z0-9]{16,}"),
    "a secret key": re.compile(r"(?i)aws_secret_access_key\s*[=:]\s*[\"']?[A-Za-z0-9+/]{40}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a token": re.compile(r"\b(?:gh[pousr]_|xox[abprs]-|glpat-)[A-Za-z0-9_-]{16,}"),
    "a JSON Web Token": re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"),
}
_INVENTED: Final = "EXAMPLE"
"""Stands in every access key id that is nobody's."""

_FLAWED: Final = "tests/golden/manifests/"
"""Manifests with every flaw that a file can have, in its bytes too."""

_HOLDS_INVENTED_SECRETS: Final = frozenset(
    {
        "src/craton/content/guardrails/basic.yaml",
        "src/craton/content/guardrails/strict.yaml",
        "tests/unit/compiler/test_organization_rehearsed.py",
        "tests/unit/kinds/test_guardrail.py",
        "tests/unit/logs/test_masking.py",
    }
)
"""Prove that secrets are masked or stopped, and so must hold some that look real."""


def problems(file: Path) -> Iterator[str]:
    """Everything wrong with a file of the repository, as `path[:line]: what`."""
    shown = file.relative_to(REPOSITORY).as_posix()
    data = file.read_bytes()
    if len(data) > MOST_BYTES:
        yield f"{shown}: {len(data):,} bytes, more than {MOST_BYTES:,}"
    if file.suffix in _BINARY or shown.startswith(_FLAWED):
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        yield f"{shown}: no UTF-8"
        return
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        yield f"{shown}: does not end with one line feed"
    for number, line in enumerate(text.split("\n"), start=1):
        if line != line.rstrip():
            yield f"{shown}:{number}: blanks at the end of the line"
        if shown not in _HOLDS_INVENTED_SECRETS:
            yield from (f"{shown}:{number}: {what}" for what in _secrets(line))


def _secrets(line: str) -> Iterator[str]:
    for what, pattern in _SECRETS.items():
        if any(_INVENTED not in match[0] for match in pattern.finditer(line)):
            yield what


def tracked() -> list[Path]:
    """Every file that git follows and that is there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - as everybody calls it
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    ).stdout.decode()
    found = (REPOSITORY / name for name in listed.split("\0") if name)
    return [file for file in found if file.is_file()]


def main(arguments: Sequence[str]) -> int:
    """Prints every problem; 1 where there is one."""
    files = [Path(name).resolve() for name in arguments] or tracked()
    found = [problem for file in files for problem in problems(file)]
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
