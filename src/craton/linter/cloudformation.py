"""What cfn-lint says of a template, in our words and with its own ids.

cfn-lint is imported when the first template is met: plain policies do not pay for it.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from craton.core.diagnostic import Place
from craton.core.quoting import listed, ticked
from craton.core.spelling import nearest
from craton.linter.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cfnlint.match import Match
    from cfnlint.runner import Runner

    from craton.core.diagnostic import Severity
    from craton.linter.subject import Document

OF_CFN_LINT: Final = re.compile(r"[EW]\d{4}")
"""What the ids of cfn-lint look like."""

_REGION: Final = "us-east-1"
_TOLD_BY_OUR_RULES: Final = frozenset({"E3510", "E3512", "E3513", "E3514", "E3530"})
"""Rules on policies in templates: our own name the place within the policy."""
_OF_WHOLE_TEMPLATES: Final = frozenset({"E1001", "E1010", "E1011", "E1019", "E1020", "E1028", "E3005"})
"""Rules on names that a fragment takes from the template that it is cut from."""
_WARNINGS: Final = frozenset(
    {
        *("W1028", "W1030", "W1031", "W1032", "W1033", "W1034", "W1035", "W1036", "W1040", "W1051"),
        *("W2030", "W2031", "W2531", "W3034", "W3663", "W3664", "W3690", "W3691", "W3694", "W3696"),
        *("W3697", "W6001"),
    }
)
"""Warnings of what fails or ends; those about taste and tidiness are left out."""

_INDENT: Final = "  "
_HEAD: Final = "Resources:\n"
_JSON_HEAD: Final = '{"Resources": '
_ONE_OF: Final = re.compile(r"^'(?P<text>.*)' is not one of \[(?P<known>.*)\]", re.DOTALL)
_REQUIRED: Final = re.compile(r"^'(?P<name>[^']*)' is a required property")
_NO_TYPE: Final = re.compile(r"^Resource type '(?P<name>[^']*)' does not exist")
_QUOTED: Final = re.compile(r"'([^'\n]*)'")
_WORDS_OF: Final = re.compile(r"[A-Za-z]+")
_NO_TYPE_OF_LOGGING: Final = (
    "no type switches invocation logging on: "
    "a custom resource can call `PutModelInvocationLoggingConfiguration`"
)


def template_faults(document: Document, regions: tuple[str, ...] = (_REGION,)) -> Iterator[Fault]:
    """All that matters of what cfn-lint finds in any of the Regions, at its place in the file."""
    is_fragment = document.form == "fragment"
    is_json = document.text.lstrip().startswith("{")
    text = _whole(document.text, is_json=is_json) if is_fragment else document.text
    for match in _matches(text, regions):
        rule = match.rule.id
        if rule in _TOLD_BY_OUR_RULES or (rule.startswith("W") and rule not in _WARNINGS):
            continue
        if not OF_CFN_LINT.fullmatch(rule) or (is_fragment and rule in _OF_WHOLE_TEMPLATES):
            continue
        line, column = match.linenumber, match.columnnumber
        if is_fragment and is_json:
            column -= len(_JSON_HEAD) if line == 1 else 0
        elif is_fragment:
            line, column = line - 1, column - len(_INDENT)
        place = Place(document.file, max(1, line), max(1, column))
        severity: Severity = "error" if rule.startswith("E") else "warning"
        yield Fault(_in_our_words(match.message), place, _hint(match.message), severity, rule)


def description(rule_id: str) -> str | None:
    """What cfn-lint says of one of its rules; None where it has none of that id."""
    rules = _runner().rules
    if rule_id not in rules:
        return None
    rule = rules[rule_id]
    return f"{rule.id} of cfn-lint: {rule.shortdesc}\n\n{rule.description}\n\nsource: {rule.source_url}"


@functools.cache
def _runner(regions: tuple[str, ...] = (_REGION,)) -> Runner:
    """The one runner for some Regions: to make it takes cfn-lint longer than most templates."""
    from cfnlint.config import ConfigMixIn  # noqa: PLC0415 - half a second that plain policies need not wait
    from cfnlint.runner import Runner  # noqa: PLC0415 - the same

    return Runner(ConfigMixIn(regions=list(regions)))


def _matches(text: str, regions: tuple[str, ...]) -> Iterable[Match]:
    """All that cfn-lint finds in a template."""
    from cfnlint.decode.decode import decode_str  # noqa: PLC0415 - the same

    template, problems = decode_str(text)
    if template is None or problems:
        return tuple(problems)
    return tuple(_runner(regions).validate_template(template))


def _whole(text: str, *, is_json: bool) -> str:
    """The fragment as the resources of a template."""
    if is_json:
        return f"{_JSON_HEAD}{text}}}"
    return _HEAD + "".join(f"{_INDENT}{line}" for line in text.splitlines(keepends=True))


def _in_our_words(message: str) -> str:
    """One line in lower case, user text in back-ticks; a list of all that would be right is counted."""
    one_of = _ONE_OF.match(message)
    if one_of is not None:
        known = _QUOTED.findall(one_of["known"])
        return f"{ticked(one_of['text'])} is none of the {len(known)} values that can stand here"
    text = _QUOTED.sub(lambda found: ticked(found[1]), " ".join(message.split())).rstrip(".")
    if text.count("`") % 2:
        text = text.replace("`", "'")
    return text[:1].lower() + text[1:]


def _hint(message: str) -> str | None:
    """What to write instead, where the message lets it be derived."""
    one_of = _ONE_OF.match(message)
    if one_of is not None:
        known = _QUOTED.findall(one_of["known"])
        meant = _meant(one_of["text"], known)
        return f"write {ticked(meant)}" if meant else f"write one of {listed(known[:10], 'or')}"
    required = _REQUIRED.match(message)
    if required is not None:
        return f"add {ticked(required['name'])}"
    no_type = _NO_TYPE.match(message)
    if no_type is not None and "Logging" in no_type["name"]:
        return _NO_TYPE_OF_LOGGING
    return None


def _meant(text: str, known: list[str]) -> str | None:
    """The value that the text stands for: by its spelling, or as the initials of its last words."""
    for value in known:
        initials = "".join(word[0] for word in _WORDS_OF.findall(value))
        if len(text) > 1 and initials.upper().endswith(text.upper()):
            return value
    return nearest(text, known)
