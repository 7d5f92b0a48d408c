"""Craton's own policy statements, compiled with their examples, before its own linter."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from craton.codec.policy_filling import fill
from craton.engine.linting import lint
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 11, 26)

ACCEPTED = {
    ("approved_regions", "profile_denied"): "it denies profiles outside the approved Regions, as is meant",
    (
        "mantle_same_rules",
        "uncovered_surface",
    ): "it speaks of mantle alone, for use beside rules on bedrock-runtime",
    ("tags_required", "uncovered_surface"): "a call bears no tags: only what is made can",
}
"""Findings that are known, and why each may stand."""


def test_nothing_is_found_that_is_not_known_and_explained(tmp_path: Path) -> None:
    for template in Policies.load().templates.values():
        (tmp_path / f"{template.id}.json").write_bytes(fill(template, template.examples()).json())
    report = lint([tmp_path], today=TODAY)
    assert len(report.files) == len(Policies.load().templates)
    found = {(one.place.file.rpartition("/")[2].removesuffix(".json"), one.rule) for one in report.findings}
    assert found <= set(ACCEPTED)
