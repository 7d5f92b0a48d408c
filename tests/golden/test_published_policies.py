"""What `craton lint` finds in the policies that others published, each line of it judged by AWS's pages.

`published_policies.txt` names the findings; docs/concepts/linting.md says which of them are accepted although
the policy may be meant so.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from craton.engine.linting import lint

APPROVED = Path(__file__).parent / "published_policies.txt"
TODAY = dt.date(2026, 11, 26)


def test_what_is_found_in_published_policies_is_what_was_judged(shared_data: Path) -> None:
    folder = shared_data / "policies"
    report = lint([folder], today=TODAY)
    found = [
        f"{one.severity} {one.rule} {Path(one.place.file).relative_to(folder).as_posix()}:{one.place.line}"
        for one in report.findings
    ]
    approved = [line for line in APPROVED.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert "\n".join(found) == "\n".join(approved)
    assert report.skipped == ()


def test_most_published_policies_are_sound(shared_data: Path) -> None:
    report = lint([shared_data / "policies"], today=TODAY)
    assert len(report.files) >= 79
    assert len({one.place.file for one in report.findings}) <= len(report.files) / 4
