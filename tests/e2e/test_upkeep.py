"""A lake over time: late records, own marts, compaction, rebuilding, S3."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from craton.cli.program import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def run(*arguments: str | Path, cwd: Path, **env: str) -> tuple[int, str, str]:
    output, talk = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), pytest.MonkeyPatch.context() as patched:
        for name, value in env.items():
            patched.setenv(name, value)
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(talk):
            code = program([str(argument) for argument in arguments])
    return code, output.getvalue(), talk.getvalue()


def craton(*arguments: str | Path, cwd: Path, **env: str) -> Any:
    code, output, talk = run(*arguments, cwd=cwd, **env)
    assert code in (0, 2), talk
    return json.loads(output)


def told(*arguments: str | Path, cwd: Path) -> tuple[int, str]:
    code, _, talk = run(*arguments, cwd=cwd)
    return code, talk


def record(number: int, day: int, **changes: Any) -> bytes:
    told = {
        "schemaType": "ModelInvocationLog",
        "timestamp": f"2026-10-{day:02d}T12:00:00Z",
        "accountId": "555555555555",
        "region": "us-east-1",
        "requestId": f"00000000-0000-4000-8000-{number:012d}",
        "operation": "Converse",
        "modelId": "amazon.nova-lite-v1:0",
        "identity": {"arn": "arn:aws:sts::555555555555:assumed-role/app/session"},
        "input": {"inputTokenCount": 1000, "inputBodyJson": {"messages": []}},
        "output": {"outputTokenCount": 10},
    }
    return json.dumps(told | changes).encode() + b"\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.json").write_bytes(record(1, 1) + record(2, 2) + record(3, 3))
    return tmp_path


def ingest(place: Path, source: str | Path = "logs", **env: str) -> Any:
    return craton("ingest", source, "--lake", "lake", "--format", "json", cwd=place, **env)


def ask(place: Path, sql: str) -> Any:
    return craton("sql", sql, "--lake", "lake", "--format", "json", cwd=place)


def newest(place: Path) -> dict[str, Any]:
    """The newest snapshot of the lake."""
    told: dict[str, Any] = json.loads(max((place / "lake/snapshots").glob("*.json")).read_bytes())
    return told


def origins(place: Path) -> dict[str, str]:
    told: dict[str, str] = newest(place)["origins"]["usage_daily"]
    return told


def test_a_late_record_opens_only_its_own_day_again(place: Path) -> None:
    ingest(place)
    before = origins(place)
    (place / "logs/late.json").write_bytes(record(4, 2))

    ingest(place)

    after = origins(place)
    assert {day for day in after if after[day] != before[day]} == {"2026-10-02"}
    assert ask(place, "SELECT day, calls FROM usage_daily ORDER BY day") == [
        {"day": "2026-10-01", "calls": 1},
        {"day": "2026-10-02", "calls": 2},
        {"day": "2026-10-03", "calls": 1},
    ]


LONG_PROMPT = (
    "--- title: Long prompts\n--- grain: a day\n--- key: [day]\n--- reads: [invocation]\n"
    "--- explains: How many calls of a day sent more than 500 tokens.\n"
    "--- columns: {calls: calls with more than 500 input tokens}\n"
    "SELECT day, count(*) AS calls\nFROM invocation\nWHERE input_tokens > 500\nGROUP BY day\n"
    "--? - {name: no data gives no rows, given: {}, expect: []}\n"
    "--? - name: a long prompt counts and a short one does not\n"
    "--?   given: {invocation: [{set: {input_tokens: 501}}, {set: {input_tokens: 500}}]}\n"
    "--?   expect: [{calls: 1}]\n"
    "--? - name: days are kept apart\n"
    "--?   given: {invocation: [{}, {set: {event_time: 2026-10-02T00:00:00Z}}]}\n"
    "--?   expect: [{calls: 1}, {calls: 1}]\n"
)
LONG_CALLS = "SELECT sum(calls) AS calls FROM long_prompt"


def write_own_mart(place: Path, repository: Path, mart: str) -> None:
    """The folder's manifest names its own content, which is this mart."""
    manifest = (repository / "examples/acme-org/craton.yaml").read_text("utf-8")
    lines = [line for line in manifest.splitlines() if not line.startswith("content:")]
    shutil.copytree(repository / "examples/acme-org/policies", place / "policies", dirs_exist_ok=True)
    (place / "craton.yaml").write_text("\n".join([*lines, "content: [./content]", ""]), "utf-8")
    (place / "content/marts").mkdir(parents=True, exist_ok=True)
    (place / "content/marts/long_prompt.sql").write_text(mart, "utf-8")


def version_of(place: Path) -> int:
    return int(newest(place)["version"])


def test_a_mart_dropped_into_the_own_content_is_built_and_can_be_asked(place: Path, repository: Path) -> None:
    write_own_mart(place, repository, LONG_PROMPT)

    ingest(place)

    assert ask(place, LONG_CALLS) == [{"calls": 3}]


@pytest.mark.parametrize("verb", [("ingest", "logs"), ("compact",)])
def test_a_mart_that_is_written_anew_is_right_at_once_and_built_by_the_next_writer(
    place: Path, repository: Path, verb: tuple[str, ...]
) -> None:
    ingest(place)
    former = version_of(place)
    for condition, calls in (("input_tokens > 500", 3), ("input_tokens > 500 AND output_tokens > 10", None)):
        write_own_mart(place, repository, LONG_PROMPT.replace("input_tokens > 500", condition))
        assert ask(place, LONG_CALLS) == [{"calls": calls}]
        assert rows_told_of(place, "long_prompt") == (calls or 0)
        assert version_of(place) == former

        for _ in range(2):
            craton(*verb, "--lake", "lake", "--format", "json", cwd=place)
            assert version_of(place) == former + 1
        assert newest(place)["files"].get("long_prompt", {}).keys() == ({"2026-10"} if calls else set())
        assert ask(place, LONG_CALLS) == [{"calls": calls}]
        former += 1


def rows_told_of(place: Path, name: str) -> int:
    """How many rows `craton sql` says that a relation has, when it lists them."""
    told = craton("sql", "--lake", "lake", "--format", "json", cwd=place)
    return next(int(one["rows"]) for one in told if one["name"] == name)


def test_compaction_changes_files_and_no_row(place: Path) -> None:
    for number in range(4, 6):
        ingest(place)
        (place / f"logs/{number}.json").write_bytes(record(number, 1))
    ingest(place)
    before = ask(place, "SELECT * EXCLUDE (source_file) FROM invocation ORDER BY request_id")

    report = craton("compact", "--lake", "lake", "--format", "json", cwd=place)

    assert report["files_after"] < report["files_before"]
    assert ask(place, "SELECT * EXCLUDE (source_file) FROM invocation ORDER BY request_id") == before
    assert (
        craton("compact", "--lake", "lake", "--format", "json", cwd=place)["files_after"]
        == report["files_after"]
    )


def test_a_rebuild_takes_what_the_manifest_says_now_and_keeps_rows_whose_source_is_gone(
    place: Path, repository: Path
) -> None:
    (place / "logs/gone.json").write_bytes(record(9, 3))
    ingest(place)
    assert ask(place, "SELECT DISTINCT environment FROM invocation") == [{"environment": None}]
    (place / "logs/gone.json").unlink()
    example = repository / "examples/acme-org/craton.yaml"
    shutil.copytree(example.parent / "policies", place / "policies")
    (place / "craton.yaml").write_text(
        example.read_text("utf-8").replace("content: [", "# content: ["), "utf-8"
    )

    report = craton("rebuild", "--lake", "lake", "--format", "json", cwd=place)

    assert report["sources_gone"] == 1
    assert list(report["kept_rows"].values()) == [1]
    found = ask(
        place, "SELECT request_id, environment IS NULL AS unknown FROM invocation ORDER BY request_id"
    )
    assert [row["unknown"] for row in found] == [False, False, False, True]
    assert ask(place, "SELECT count(*) AS files FROM ingested_file") == [{"files": 2}]


@pytest.mark.parametrize("table", ["invocation", "ingested_file", "usage_daily"])
def test_a_lake_of_which_a_file_is_missing_is_refused_until_it_is_rebuilt(place: Path, table: str) -> None:
    (place / "logs/gone.json").write_bytes(record(9, 5))
    ingest(place)
    (place / "logs/gone.json").unlink()
    everything = "SELECT request_id FROM invocation ORDER BY ALL"
    before = ask(place, everything)
    file = min((place / "lake/tables" / table).rglob("*.parquet"))
    file.unlink()

    for asked in (["sql", "SELECT count(*) FROM coverage"], ["sql"], ["ingest", "logs"], ["compact"]):
        code, talk = told(*asked, "--lake", "lake", cwd=place)
        assert (code, file.name in talk, "craton rebuild" in talk) == (1, True, True), talk
    report = craton("rebuild", "--lake", "lake", "--format", "json", cwd=place)

    assert report["missing_files"] == [file.relative_to(place / "lake").as_posix()]
    assert list(report["kept_rows"].values()) == [1]
    assert ask(place, everything) == before
    assert ask(place, "SELECT sum(calls) AS calls FROM usage_daily") == [{"calls": 4}]


@pytest.fixture
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_a_prefix_of_a_bucket_is_ingested_over_http_and_known_the_next_time(place: Path, s3: str) -> None:
    env = {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    client = boto3.client(
        "s3", endpoint_url=s3, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )
    client.create_bucket(Bucket="logs")
    client.put_object(Bucket="logs", Key="in/a.json", Body=record(1, 1) + record(2, 1))
    client.put_object(Bucket="logs", Key="out/b.json", Body=record(3, 1))

    first = ingest(place, "s3://logs/in/", **env)
    again = ingest(place, "s3://logs/in/", **env)

    assert (first["rows"], first["files_read"], first["files_skipped"]) == (2, 1, 0)
    assert (again["rows"], again["files_read"], again["files_skipped"]) == (0, 0, 1)
    assert ask(place, "SELECT DISTINCT source_file FROM invocation") == [
        {"source_file": "s3://logs/in/a.json"}
    ]


def test_what_is_one_is_told_as_one(place: Path) -> None:
    (place / "logs/a.json").write_bytes(record(1, 1))
    _, read, _ = run("ingest", "logs", "--lake", "lake", "--quiet", cwd=place)
    assert [re.sub(" +", " ", line) for line in read.splitlines()] == [
        "1 file read, 0 known already, 0 failed",
        "1 document = 1 row + 0 duplicates + 0 quarantined + 0 ignored",
        " invocations 1 row 0 duplicates 0 quarantined 0 ignored",
    ]
    _, listed, _ = run("sql", "--lake", "lake", cwd=place)
    assert "invocation  (1 row; one row is " in listed
    (place / "logs/a.json").unlink()
    _, rebuilt, _ = run("rebuild", "--lake", "lake", "--quiet", cwd=place)
    told = rebuilt.splitlines()
    assert told[-2] == "1 source, of which 1 is gone"
    assert told[-1].startswith("  1 row kept as it was: ")
    _, compacted, _ = run("compact", "--lake", "lake", "--quiet", cwd=place)
    assert re.match(r"\d+ files? of [\d,]+ bytes became ", compacted)


ORGANIZATION = """
organization:
  id: o-exampleorgid
  management_account: "111111111111"
  hub_account: "111111111111"
  organizational_units: [{path: workloads}]
  accounts:
    - {id: "111111111111", name: management, ou: root}
    - {id: "555555555555", name: risk, ou: workloads}
regions: [us-east-1]
environments: {prod: {mode: observe, organizational_units: [workloads]}}
"""
PRICES = "prices: [{model: amazon.nova-lite-v1:0, from: 2026-01-01, discount_percent: 50}]\n"


@pytest.mark.parametrize(
    "change",
    [
        ("discount_percent: 50", "discount_percent: 10"),
        ("ou: workloads}", "ou: root}"),
        ("{prod: {", "{live: {"),
        (
            "regions:",
            'owners: {business_units: [{name: Risk, match: {accounts: ["555555555555"]}}]}\nregions:',
        ),
        ("regions:", "privacy: {store_text: input}\nregions:"),
    ],
)
def test_rows_that_rest_on_a_manifest_of_before_are_told_until_they_are_rebuilt(
    place: Path, change: tuple[str, str]
) -> None:
    text = ORGANIZATION + PRICES
    assert change[0] in text
    (place / "craton.yaml").write_text(text)
    assert ingest(place)["manifest_changed"] is False
    for line in ("# a remark", "names: {hub_stack: bedrock-hub}"):
        (place / "craton.yaml").write_text(f"{text}{line}\n")
        assert told("ingest", "logs", "--lake", "lake", cwd=place) == (0, "")
    (place / "craton.yaml").write_text(text.replace(*change))
    assert ingest(place)["manifest_changed"] is True
    (place / "logs/b.json").write_bytes(record(4, 3))
    assert ingest(place)["rows"] == 1
    code, talk = told("ingest", "logs", "--lake", "lake", cwd=place)
    assert code == 0
    assert "warning: earlier rows rest on a manifest that says otherwise" in talk
    assert "hint: `craton rebuild --lake lake`" in talk
    craton("compact", "--lake", "lake", "--format", "json", cwd=place)
    assert ingest(place)["manifest_changed"] is True
    assert told("rebuild", "--lake", "lake", "--quiet", cwd=place) == (0, "")
    assert told("ingest", "logs", "--lake", "lake", cwd=place) == (0, "")


def test_a_lake_that_remembers_no_manifest_tells_of_none(place: Path) -> None:
    (place / "craton.yaml").write_text(ORGANIZATION + PRICES)
    ingest(place)
    newest = max((place / "lake/snapshots").glob("*.json"))
    state = json.loads(newest.read_bytes())
    del state["derivations"]
    newest.write_text(json.dumps(state))
    (place / "craton.yaml").write_text(ORGANIZATION)
    assert ingest(place)["manifest_changed"] is False


def test_a_rebuild_takes_texts_from_rows_whose_source_is_gone_when_they_may_no_longer_be_kept(
    place: Path,
) -> None:
    organization = (
        "organization: {id: o-exampleorgid, management_account: '111111111111', hub_account: '222222222222',"
        " accounts: [{id: '111111111111', name: management, ou: root},"
        " {id: '222222222222', name: hub, ou: root}]}\n"
        "regions: [us-east-1]\n"
    )
    asked = {"inputTokenCount": 1, "inputBodyJson": {"messages": [{"role": "user", "content": "rosebud"}]}}
    (place / "logs/b.json").write_bytes(record(9, 9, input=asked))
    (place / "craton.yaml").write_text(organization + "privacy: {store_text: both, prefix_hash: true}\n")
    ingest(place)
    texts = "SELECT input_text, prefix_hash FROM invocation WHERE request_id LIKE '%9'"
    assert "rosebud" in craton("sql", texts, "--lake", "lake", "--format", "json", cwd=place)[0]["input_text"]

    (place / "logs/b.json").unlink()
    (place / "craton.yaml").write_text(organization)
    craton("rebuild", "--lake", "lake", "--format", "json", cwd=place)

    assert craton("sql", texts, "--lake", "lake", "--format", "json", cwd=place) == [
        {"input_text": None, "prefix_hash": None}
    ]
