from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.compile_example_policies import documents, manifest

from craton.engine.manifests import load
from craton.engine.policies import PoliciesInForce

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_example_s_policies_are_those_that_the_statements_compile_to(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    folder = repository / "examples/acme-org/policies"
    written = documents(manifest())
    assert {file.name for file in folder.iterdir()} == set(written)
    assert {name: (folder / name).read_bytes() for name in written} == written


def test_the_example_attaches_every_policy_that_it_has_and_each_has_its_proofs(repository: Path) -> None:
    path = repository / "examples/acme-org/craton.yaml"
    attached = PoliciesInForce(load(path), path).attached()
    folder = path.parent / "policies"
    assert {one.file for one in attached} == {f"policies/{file.name}" for file in folder.iterdir()}
    assert all(one.template is not None for one in attached)
