"""What ten environments come to is still sent in one call."""

from __future__ import annotations

from benchmarks.compile_figures import ENVIRONMENTS, manifest
from tests.unit.compiler.manifests import wanted

from craton.compiler.compilation import templates
from craton.compiler.template_text import template_text
from craton.registry.quotas import quota


def test_every_template_of_ten_environments_can_be_sent_in_a_call() -> None:
    intent, _ = wanted("", manifest())
    assert len(intent.environments) == ENVIRONMENTS == 10
    sizes = {one.name: len(template_text(one.document)) for one in templates(intent)}
    own = {"management", "hub", "member"}
    assert set(sizes) == {*own, *(f"{one}_access" for one in own)}
    limit = quota("template_bytes")
    assert [name for name, size in sizes.items() if limit.standing(size) != "within"] == []
