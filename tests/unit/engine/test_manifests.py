from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from craton.core.errors import UserError
from craton.core.manifest import Manifest
from craton.core.manifest_section import Section
from craton.engine.manifests import check, examine, load, schema

SMALL = """
organization:
  id: o-exampleorgid
  management_account: "111111111111"
  hub_account: 022222222222
  accounts:
    - {id: "111111111111", name: management, ou: root}
    - {id: 022222222222, name: hub, ou: root}
regions: [us-east-1]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "craton.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def example(repository: Path) -> Path:
    return repository / "examples" / "acme-org" / "craton.yaml"


def test_the_example_is_sound_without_a_warning(example: Path) -> None:
    manifest, diagnostics = check(example, today=dt.date(2026, 11, 24))
    assert diagnostics == ()
    assert manifest == load(example)


@pytest.mark.slow
def test_the_example_has_twelve_accounts_of_which_one_begins_with_zero(example: Path) -> None:
    organization = load(example).organization
    ids = [account.id for account in organization.accounts]
    assert len(set(ids)) == len(ids) == 12
    assert [one for one in ids if one.startswith("0")] == ["012345678901"]
    special = {organization.management_account, organization.hub_account}
    members = [account for account in organization.accounts if account.id not in special]
    assert len(members) == 10
    environments = {load(example).environment_of(account.id, account.ou) for account in members}
    assert environments == {"dev", "test", "staging", "prod", "sandbox"}


def test_an_id_without_quotes_keeps_its_leading_zero(file: Path) -> None:
    assert load(file).organization.hub_account == "022222222222"


def test_what_prices_and_models_need_is_told_by_the_manifest(example: Path) -> None:
    manifest = load(example)
    discount, own = manifest.price_overrides()
    assert (discount.model, str(discount.discount_percent), discount.valid_from) == (
        "anthropic.claude-*",
        "8",
        dt.date(2026, 7, 1),
    )
    assert {meter: str(rate) for meter, rate in own.usd_per_million.items()} == {
        "input": "0.72",
        "output": "2.88",
    }
    profiles = manifest.profiles_by_arn()
    arn = "arn:aws:bedrock:us-west-2:444444444444:application-inference-profile/mt9p4j2y7u6f"
    assert profiles[arn].model == "us.amazon.nova-lite-v1:0"
    assert profiles[arn].tags["project"] == "mail-triage"


def test_loading_stops_with_every_error_and_no_warning(file: Path) -> None:
    file.write_text(
        SMALL.replace("us-east-1", "us-east-1, us-east-1, Paris").replace("name: hub", "nam: hub")
    )
    with pytest.raises(UserError) as stopped:
        load(file)
    lines = stopped.value.message.splitlines()
    assert lines[0] == "the manifest cannot be used"
    assert sum(": error: " in line for line in lines) == 2
    assert "warning" not in stopped.value.message
    assert str(stopped.value.hint) == f"`craton validate {file}` shows the places"


def test_warnings_do_not_stop_loading(file: Path) -> None:
    file.write_text(SMALL.replace("[us-east-1]", "[us-east-1, us-east-1]"))
    manifest, diagnostics = check(file)
    assert [one.severity for one in diagnostics] == ["warning"]
    assert load(file) == manifest


def test_facts_are_held_against_it_only_when_the_day_is_told(file: Path) -> None:
    file.write_text(SMALL.replace("us-east-1", "us-east-9"))
    assert check(file)[1] == ()
    (found,) = check(file, today=dt.date(2026, 11, 24))[1]
    assert found.rule == "region_unknown"


def test_a_model_s_end_is_told_before_it_comes_and_not_too_early(file: Path) -> None:
    environments = "environments: {all: {mode: observe, accounts: []}}"
    models = "models: {approved: {all: [anthropic.claude-opus-4-1-20250805-v1:0]}}"
    file.write_text(f"{SMALL}{environments}\n{models}\n")
    told = {
        day: [one.message for one in check(file, today=day)[1] if one.rule == "model_ends"]
        for day in (dt.date(2026, 10, 9), dt.date(2026, 10, 10), dt.date(2027, 1, 8))
    }
    name = "`anthropic.claude-opus-4-1-20250805-v1:0`"
    assert list(told.values()) == [[], [f"{name} ends on 2027-01-08"], [f"{name} ended on 2027-01-08"]]


def test_own_content_is_looked_for_beside_the_manifest(file: Path) -> None:
    file.write_text(SMALL + "content: [./mine, ../shared-content]\n")
    (file.parent / "mine").mkdir()
    (found,) = check(file)[1]
    assert (found.rule, found.place.line) == ("content_missing", 10)
    (file.parent.parent / "shared-content").mkdir(exist_ok=True)
    assert check(file)[1] == ()


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("craton.yml", "there is no file", "craton.yaml"),
        ("no/craton.yaml", "there is no file", "there is no folder"),
        (".", "is a folder, no manifest", "craton.yaml"),
        ("craton.yaml/x", "cannot be read", None),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_what_is_there(
    file: Path, name: str, message: str, hint: str | None
) -> None:
    with pytest.raises(UserError) as stopped:
        check(file.parent / name)
    assert message in stopped.value.message
    assert hint is None or hint in str(stopped.value.hint)


def test_what_has_no_end_or_never_begins_is_no_manifest(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/zero"), tmp_path / "pipe"):
        with pytest.raises(UserError, match="is no regular file") as caught:
            examine(path)
        assert caught.value.hint == "save the manifest in a file, and name that"


def test_of_a_file_that_is_too_large_no_more_is_read_than_tells_so(file: Path) -> None:
    with file.open("r+b") as written:
        written.truncate(1 << 40)
    (found,) = examine(file).diagnostics
    assert found.rule == "too_large"


class Rooms(Section, frozen=True, kw_only=True):
    """A section of a room above."""

    tier: str
    words: tuple[str, ...] = ()


def test_sections_of_rooms_above_are_decoded_described_and_checked_with_the_rest(file: Path) -> None:
    sections = {"rooms": Rooms}
    file.write_text(f"{SMALL}rooms: {{tier: strict}}\n")
    manifest: Any = load(file, sections)
    assert issubclass(type(manifest), Manifest)
    assert manifest.rooms == Rooms(tier="strict")
    assert "rooms" in json.loads(schema(sections))["$defs"]["Manifest"]["properties"]

    (found,) = check(file)[1]
    assert found.message == "unknown key `rooms`"
    file.write_text(f"{SMALL}room: {{teer: strict}}\n")
    assert [one.hint for one in check(file, sections=sections)[1]] == [
        "did you mean `rooms`?",
        "did you mean `tier`?",
    ]
    file.write_text(SMALL)
    absent: Any = load(file, sections)
    assert absent.rooms is None


def test_a_section_s_name_cannot_be_taken_twice(file: Path) -> None:
    with pytest.raises(ValueError, match="already has a section `prices`"):
        load(file, {"prices": Rooms})


def _as_json(path: Path) -> Any:
    """The file as an editor sees it."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(path.read_text()), default=str))


def test_the_schema_is_sound_and_accepts_the_example(example: Path) -> None:
    described = json.loads(schema())
    jsonschema.Draft202012Validator.check_schema(described)
    jsonschema.Draft202012Validator(described, format_checker=jsonschema.FormatChecker()).validate(
        _as_json(example)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda it: it.update(colour="blue"), []),
        (lambda it: it.pop("organization"), []),
        (lambda it: it["organization"].update(hub_account="1234"), ["organization", "hub_account"]),
        (lambda it: it["environments"]["prod"].update(mode="enforced"), ["environments", "prod", "mode"]),
        (lambda it: it["environments"].update(Prod={"mode": "observe"}), ["environments"]),
        (lambda it: it["prices"][0].update(discount_percent=120), ["prices", 0, "discount_percent"]),
        (lambda it: it["prices"][0].update(since="2026-01-01"), ["prices", 0]),
        (lambda it: it["prices"][0].update({"from": "soon"}), ["prices", 0, "from"]),
        (lambda it: it.update(regions=[]), ["regions"]),
        (lambda it: it["privacy"].update(prefix_hash="true"), ["privacy", "prefix_hash"]),
    ],
)
def test_the_schema_refuses_what_validation_refuses(example: Path, change: Any, where: list[Any]) -> None:
    document = _as_json(example)
    change(document)
    validator = jsonschema.Draft202012Validator(
        json.loads(schema()), format_checker=jsonschema.FormatChecker()
    )
    found = list(validator.iter_errors(document))
    assert [list(error.absolute_path) for error in found] == [where]


def test_every_key_of_the_schema_is_described_and_no_class_is_named() -> None:
    definitions = json.loads(schema())["$defs"]
    bare = [
        f"{name}.{key}"
        for name, definition in definitions.items()
        for key, value in definition["properties"].items()
        if not value.get("description")
    ]
    assert bare == []
    assert all("title" not in definition and definition["description"] for definition in definitions.values())


def test_the_lines_of_the_file_come_with_what_was_found_in_it(file: Path) -> None:
    assert examine(file).lines == tuple(SMALL.split("\n"))
