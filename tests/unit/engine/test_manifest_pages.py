"""The pages about manifests say what the program does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from scripts.generate_manifest_reference import PATH, page

from craton.engine.manifests import check

if TYPE_CHECKING:
    from pathlib import Path


def test_the_reference_is_written_from_the_types(repository: Path) -> None:
    written = (repository / PATH).read_text("utf-8")
    assert written == page(), "write it again: python -m scripts.generate_manifest_reference"


@pytest.fixture
def snippets(repository: Path) -> list[str]:
    text = (repository / "docs" / "guides" / "manifest.md").read_text("utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def test_what_the_guide_shows_can_be_written(snippets: list[str], tmp_path: Path) -> None:
    first, account, environments, owners, moved, models, prices, *_ = snippets
    text = first.replace("    - path: workloads/dev", "    - path: sandbox\n    - path: workloads/dev")
    line = '    - {id: "333333333333", name: search-dev, ou: workloads/dev}\n'
    assert line in text
    text = text.replace(line, "".join(f"    {part}\n" for part in account.splitlines()))
    for each in (environments + owners + models + prices, environments + moved + models + prices):
        file = tmp_path / "craton.yaml"
        file.write_text(text + each)
        manifest, diagnostics = check(file)
        assert diagnostics == ()
        assert manifest is not None
        assert manifest.organization.accounts[2].earlier[0].ou == "sandbox"
