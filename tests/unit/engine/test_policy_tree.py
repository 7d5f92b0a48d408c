from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from craton.core.manifest import AttachedPolicy, Manifest
from craton.engine.manifests import load
from craton.engine.policies import PoliciesInForce
from craton.engine.policy_catalog import keys_of
from craton.engine.policy_tree import accounts_below, reached_by, tree_of

if TYPE_CHECKING:
    from pathlib import Path

MANAGEMENT = "111111111111"


@pytest.fixture(scope="module")
def path(repository: Path) -> Path:
    return repository / "examples" / "acme-org" / "craton.yaml"


@pytest.fixture(scope="module")
def manifest(path: Path) -> Manifest:
    return load(path)


def test_every_account_stands_in_the_tree_once(manifest: Manifest, path: Path) -> None:
    tree = tree_of(manifest, PoliciesInForce(manifest, path), keys_of(manifest))
    assert sorted(one.at for one in accounts_below(tree)) == sorted(manifest.accounts_by_id())


def test_what_comes_down_is_what_is_in_force(manifest: Manifest, path: Path) -> None:
    in_force = PoliciesInForce(manifest, path)
    for account in accounts_below(tree_of(manifest, in_force, keys_of(manifest))):
        told = [(up.at, one.name) for up in account.inherited for one in up.policies]
        held = [
            (level.at, one.policy.name)
            for level in in_force.of(account.at).levels
            for one in level.policies
            if one.file is not None
        ]
        assert told == held


def test_no_policy_reaches_the_management_account(manifest: Manifest, path: Path) -> None:
    tree = tree_of(manifest, PoliciesInForce(manifest, path), keys_of(manifest))
    reached = {one.at for one in reached_by("organization_stays", accounts_below(tree))}
    assert reached == set(manifest.accounts_by_id()) - {MANAGEMENT}


def test_files_of_one_name_have_keys_of_their_own(manifest: Manifest) -> None:
    files = ("a/regions.json", "b/regions.json", "a/regions.json", "c/regions.json", "odd name?.json")
    attached = tuple(AttachedPolicy(file=file, at="root") for file in files)
    keys = keys_of(msgspec.structs.replace(manifest, policies=attached))
    assert keys == {
        "a/regions.json": "regions",
        "b/regions.json": "regions~2",
        "c/regions.json": "regions~3",
        "odd name?.json": "odd-name-",
    }
