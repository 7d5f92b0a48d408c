"""Writes docs/reference/lint-rules.md from the rules themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from scripts.markdown_page import code, note, table, write

from craton.linter.catalog import rules
from craton.linter.rule import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.rule import Example, Rule

PATH: Final = "docs/reference/lint-rules.md"

_LONGEST: Final = 60
_HEAD: Final = """# Rules of `craton lint`

What `craton lint` finds, and why it matters. `craton lint --explain RULE` prints one of these on a terminal.
Each rule is one file of `src/craton/linter/rules`, and its two examples are its tests.
[Linting](../concepts/linting.md) says how files are read, and which findings on sound policies are accepted.

`error`: the policy is refused by AWS, or does not do what it says. `warning`: it does something that was
hardly meant. A finding that is less sure than its rule is told as a warning. Ids such as `E3030` and `W2531`
are those of cfn-lint.
"""


def page() -> str:
    """The page."""
    listed = [(f"[`{name}`](#{name})", rule.severity, rule.title) for name, rule in rules().items()]
    parts = [note("generate_lint_rules"), _HEAD.strip(), table(("rule", "severity", "finds"), listed)]
    for name, rule in rules().items():
        parts += _section(name, rule)
    return "\n\n".join(parts) + "\n"


def _section(name: str, rule: Rule) -> Iterator[str]:
    yield f"## {name}"
    yield f"{rule.severity.capitalize()}: {rule.title}."
    yield " ".join(rule.why.split())
    yield f"Source: {rule.source}"
    yield from _example("Found", rule.bad)
    yield from _example("Sound", rule.good)


def _example(head: str, example: Example) -> Iterator[str]:
    kind = f", as {code('--kind ' + example.kind)}" if example.kind else ""
    yield f"{head}{kind}:"
    language = _language(example)
    lines = example.text.replace(MARK, "").rstrip().split("\n")
    if len(lines) > _LONGEST:
        left_out = len(lines) - _LONGEST
        lines = [*lines[: _LONGEST // 2], f"… {left_out} lines …", *lines[-_LONGEST // 2 :]]
        language = "text"
    yield "\n".join([f"```{language}", *lines, "```"])


def _language(example: Example) -> str:
    """What the example is written in; `text` where that is just what is wrong with it."""
    text = example.text.replace(MARK, "")
    try:
        if example.file.endswith(".yaml"):
            YAML(typ="safe").load(text)
            return "yaml"
        json.loads(text)
    except (YAMLError, ValueError):
        return "text"
    return "json"


def main() -> None:
    """Writes the page."""
    write(PATH, page)


if __name__ == "__main__":
    main()
