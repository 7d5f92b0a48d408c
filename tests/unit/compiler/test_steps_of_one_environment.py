"""A manifest with one environment: nothing is to be chosen, so its stack set gives no parameter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML
from tests.unit.compiler.manifests import SMALL, TODAY

from craton.compiler.layout import STEPS, TEMPLATES
from craton.engine.compiling import compilation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_the_stack_set_gives_only_parameters_that_its_template_has(tmp_path: Path) -> None:
    file = tmp_path / "craton.yaml"
    text = "\n".join(one for one in SMALL.splitlines() if "dev" not in one)
    file.write_text(text)
    made = compilation(file, today=TODAY)
    assert made.compilation is not None, [one.message for one in made.diagnostics]
    files = {one.path: one.content for one in made.compilation.artifacts}
    template = YAML(typ="safe", pure=True).load(files[TEMPLATES["member"]])
    sets = [one for one in json.loads(files[STEPS])["steps"] if one["operation"] == "CreateStackSet"]
    (step,) = (one for one in sets if one["parameters"]["TemplateBody"]["file"] == TEMPLATES["member"])
    given = {one["ParameterKey"] for one in step["parameters"].get("Parameters", ())}
    assert given == set(template.get("Parameters", {}))
