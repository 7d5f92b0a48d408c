"""Everything with a name in a guardrail file is explained on its page."""

from __future__ import annotations

import re
from pathlib import Path

from craton.codec.guardrail_file import GuardrailHeader, Sample
from craton.registry.guardrails import Guardrails

PAGE = (Path(__file__).parents[2] / "docs/reference/content.md").read_text("utf-8")
OWN = PAGE.partition("## Guardrails\n")[2].partition("\n## ")[0]


def test_every_field_of_a_guardrail_file_is_explained() -> None:
    rows = re.findall(r"^\| (`[^|]*) \|", OWN, re.MULTILINE)
    cells = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    for part in (GuardrailHeader, Sample):
        assert set(part.__struct_encode_fields__) - cells == set()


def test_every_shipped_tier_is_listed_with_its_title() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", OWN.partition("| tier |")[2], re.MULTILINE))
    assert listed == {name: one.title for name, one in Guardrails.load().tiers.items()}
