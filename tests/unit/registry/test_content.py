# ruff: noqa: E501 - a line is a mistake beside what is told of it
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from craton.codec.yaml_source import read, read_packaged
from craton.core.errors import UserError
from craton.registry.content import PACKAGE, Content

if TYPE_CHECKING:
    from pathlib import Path

MART = """\
--- title: Calls by day
--- grain: a day
--- key: [day]
--- reads: [invocation]
--- explains: x
SELECT day, count(*) AS calls FROM invocation GROUP BY day
--? - {name: no calls give no rows, given: {}, expect: []}
--? - {name: one call, given: {invocation: [{}]}, expect: [{calls: 1}]}
"""
PANEL = """\
--- title: Calls
--- page: usage
--- order: 1
--- chart: bar
--- x: day
--- y: calls
--- unit: calls
--- reads: [usage_daily]
--- explains: x
SELECT day, sum(calls) AS calls FROM usage_daily GROUP BY day
--? - {name: no data gives no rows, given: {}, expect: []}
--? - {name: one call, given: {usage_daily: [{}]}, expect: [{calls: 1}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "marts").mkdir()
    (tmp_path / "panels").mkdir()
    return tmp_path


def problems_of(*folders: Path) -> list[str]:
    _, problems = Content.check(folders, packaged=False)
    return [str(problem).partition("\n")[0] for problem in problems]


def mart(folder: Path, text: str = MART, name: str = "mine.sql") -> list[str]:
    (folder / "marts" / name).write_text(text)
    return [problem.removeprefix(f"{folder}/marts/") for problem in problems_of(folder)]


def panel(folder: Path, text: str = PANEL, name: str = "usage.mine.sql") -> list[str]:
    (folder / "panels" / name).write_text(text)
    return [problem.removeprefix(f"{folder}/panels/") for problem in problems_of(folder)]


def test_the_package_has_marts_and_panels_for_every_page() -> None:
    content = Content.load()
    assert {"usage_daily", "usage_hourly", "coverage", "metric_daily"} <= content.marts.keys()
    assert {panel.header.page for panel in content.panels.values()} == {
        "overview", "usage", "cost", "models", "principals", "guardrails", "accounts", "account", "data_health",
    }  # fmt: skip


def test_a_file_in_an_overlay_folder_is_content_like_any_other(folder: Path) -> None:
    assert mart(folder) == []
    assert panel(folder) == []
    content = Content.load([folder])
    assert content.marts["mine"].reads == ("invocation",)
    assert content.panels["usage.mine"].header.title == "Calls"
    assert Content.load().marts.keys() == content.marts.keys() - {"mine"}


def test_a_mart_stands_after_the_marts_that_it_reads(folder: Path) -> None:
    on_top = MART.replace("invocation", "zz_below").replace("count(*)", "sum(calls)")
    mart(folder, on_top, "above.sql")
    assert mart(folder, MART, "zz_below.sql") == []
    names = list(Content.load([folder]).marts)
    assert names.index("zz_below") < names.index("above")
    assert names.index("not_loggable_daily") < names.index("coverage")


def test_upstream_names_every_mart_that_a_file_needs_in_order(folder: Path) -> None:
    mart(folder, MART.replace("invocation", "coverage").replace("count(*)", "sum(calls_seen)"))
    content, _ = Content.check([folder], packaged=False)
    assert [needed.id for needed in content.upstream(content.marts["mine"])] == [
        "not_loggable_daily",
        "coverage",
    ]


def test_panels_stand_in_the_order_of_their_pages(folder: Path) -> None:
    panel(folder)
    usage = [one.id for one in Content.load([folder]).panels.values() if one.header.page == "usage"]
    assert usage[0] == "usage.mine"
    assert usage[1] == "usage.calls_by_model"


def test_overlays_are_loaded_together(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "marts").mkdir(parents=True)
        (tmp_path / name / "marts" / f"{name}.sql").write_text(MART)
    assert {"one", "two"} <= Content.load([tmp_path / "one", tmp_path / "two"]).marts.keys()


def test_loading_a_wrong_overlay_tells_everything_that_is_wrong(folder: Path) -> None:
    mart(folder, MART.replace("[invocation]", "[invocation, metric]").replace("key: [day]", "key: [night]"))
    with pytest.raises(UserError) as told:
        Content.load([folder])
    assert "`reads` names `metric`, the query does not read it" in str(told.value)
    assert "`key` names `night`, which the query does not return" in str(told.value)


@pytest.mark.parametrize("name", ["usage_daily.sql", "invocation.sql", "freshness.sql"])
def test_an_overlay_never_replaces_what_is_there(folder: Path, name: str) -> None:
    stem = name.removesuffix(".sql")
    assert any(f"the id `{stem}` is taken by" in problem for problem in mart(folder, MART, name))


def test_two_overlays_cannot_share_an_id(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "marts").mkdir(parents=True)
        (tmp_path / name / "marts" / "mine.sql").write_text(MART)
    assert problems_of(tmp_path / "one", tmp_path / "two") == [
        f"{tmp_path}/two/marts/mine.sql: error: the id `mine` is taken by {tmp_path}/one/marts/mine.sql"
    ]


def test_a_panel_of_the_package_cannot_be_replaced(folder: Path) -> None:
    told = panel(folder, PANEL, "usage.hours.sql")
    assert told == [
        "usage.hours.sql: error: the id `usage.hours` is taken by craton/content/panels/usage.hours.sql"
    ]


def test_marts_that_read_each_other_in_a_circle_are_told(folder: Path) -> None:
    mart(folder, MART.replace("invocation", "two"), "one.sql")
    told = mart(folder, MART.replace("invocation", "one"), "two.sql")
    assert any("marts read each other in a circle: `one`" in problem for problem in told)


def test_a_folder_that_names_no_kind_of_content_is_told(folder: Path) -> None:
    (folder / "pannels").mkdir()
    (folder / "pannels" / "usage.mine.sql").write_text(PANEL)
    (folder / "marts" / "deep").mkdir()
    (folder / "marts" / "deep" / "mine.sql").write_text(MART)
    told = problems_of(folder)
    assert len(told) == 2
    assert all("the folder of this file names no kind of content" in problem for problem in told)


def test_an_overlay_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "absent") == [f"{tmp_path}/absent: error: there is no such content folder"]


@pytest.mark.parametrize("name", ["Mine.sql", "my-mart.sql", "1st.sql", "a.b.sql"])
def test_a_mart_is_named_as_a_table(folder: Path, name: str) -> None:
    assert any("is no name for one of the marts" in problem for problem in mart(folder, MART, name))


@pytest.mark.parametrize("name", ["mine.sql", "usage.My.sql", "usage.a.b.sql"])
def test_a_panel_is_named_after_its_page(folder: Path, name: str) -> None:
    assert any("is no name for one of the panels" in problem for problem in panel(folder, PANEL, name))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[invocation]", "[]", "4:12: error: the query reads `invocation`, `reads` does not say so"),
        ("[invocation]", "[invocation, metric]", "4:12: error: `reads` names `metric`, the query does not read it"),
        ("invocation", "invocations", "4:12: error: there is no table or mart `invocations`"),
        ("SELECT day,", "SELECT CAST(day AS VARCHAR) AS d,", "4:12: error: a mart needs a column `day`"),
        ("key: [day]", "key: [day, x]", "3:16: error: `key` names `x`, which the query does not return"),
        ("--- explains: x", "--- explains: x\n--- columns: {y: why}", "6:18: error: `columns` names `y`"),
        ("--- explains: x", "--- explains: x\n--- units: {y: USD}", "6:16: error: `units` names `y`"),
        ("--- explains: x", "--- explains: x\n--- neighbours: -1", "`neighbours` is a number of days, 0 or more"),
        ("--- explains: x", "--- explains: x\n--- example: {metric: [{}]}", "`metric` is given, but nothing here reads it"),
        ("FROM invocation", "FROM invocation, UNNEST(range(3)) AS r(n)", "is outside the portable subset"),
        (
            "SELECT day, count(*) AS calls FROM invocation GROUP BY day",
            "WITH metric AS (SELECT day FROM invocation) SELECT day, count(*) AS calls FROM metric GROUP BY day",
            "6:6: error: the name `metric` of the WITH hides a table or mart",
        ),
        ("{invocation: [{}]}", "{metric: [{}]}", "8:40: error: `metric` is given, but nothing here reads it"),
        ("{invocation: [{}]}", "{invocation: [{set: {acount: 1}}]}", "`invocation` has no column `acount` that can be set"),
        ("{invocation: [{}]}", "{invocation: [{set: {day: 1}}]}", "`invocation` has no column `day` that can be set"),
        ("{invocation: [{}]}", "{invocation: [{repeat: 0}]}", "`repeat` is a number, 1 or more"),
        ("[{calls: 1}]", "[{cals: 1}]", "a row of `one call` expects `cals`, which the query does not return"),
        ("given: {}", "given: {invocation: [{}]}", "7:5: error: no case gives no data"),
        ("--? - {name: one call, given: {invocation: [{}]}, expect: [{calls: 1}]}\n", "", "a file has at least 2 cases"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_mart_is_told(folder: Path, old: str, new: str, expected: str) -> None:
    assert old in MART
    told = mart(folder, MART.replace(old, new))
    assert any(expected in problem for problem in told), told


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("--- x: day\n", "", "4:12: error: a `bar` needs `x`"),
        ("--- x: day", "--- x: night", "5:8: error: `x` names `night`, which the query does not return"),
        ("--- y: calls", "--- y: cals", "6:8: error: `y` names `cals`, which the query does not return"),
        ("chart: bar", "chart: stacked_bar", "4:12: error: a `stacked_bar` needs `series`"),
        ("chart: bar", "chart: heatmap", "4:12: error: a `heatmap` needs `series`"),
        ("chart: bar", "chart: stat", "5:8: error: a `stat` has no `x`"),
        ("chart: bar", "chart: table", "6:8: error: a `table` has no `y`"),
        ("chart: bar", "chart: pie", "`pie` is not one of"),
        ("page: usage", "page: cost", "2:11: error: the file's name begins with another page than `cost`"),
        ("page: usage", "page: costs", "`costs` is not one of"),
        ("--- unit: calls", "--- width: 13", "7:12: error: `width` is a number from 1 to 12"),
        ("--- unit: calls", "--- compare: true", "7:14: error: only a `stat` can be compared"),
        (
            "--- unit: calls",
            "--- units: {cals: calls}",
            "`units` names `cals`, which the query does not return",
        ),
        ("usage_daily", "freshness", "a panel cannot read `freshness`"),
        ("usage_daily", "usage_dayly", "there is no table or mart `usage_dayly`"),
        ("{usage_daily: [{}]}", "{usage_daily: [{set: {cals: 1}}]}", "`usage_daily` has no column `cals`"),
    ],
)
def test_what_is_wrong_with_a_panel_is_told(folder: Path, old: str, new: str, expected: str) -> None:
    assert old in PANEL
    told = panel(folder, PANEL.replace(old, new))
    assert any(expected in problem for problem in told), told


def test_a_table_may_give_units_by_column(folder: Path) -> None:
    table = PANEL.replace("--- chart: bar\n--- x: day\n--- y: calls\n--- unit: calls\n", "--- chart: table\n")
    assert panel(folder, table.replace("--- explains", "--- units: {calls: calls}\n--- explains")) == []
    assert any(
        "`unit` is the unit of `y`, and there is no `y`" in problem
        for problem in panel(folder, table.replace("--- explains", "--- unit: calls\n--- explains"))
    )


def test_a_case_may_give_what_lies_upstream(folder: Path) -> None:
    given = "{invocation: [{repeat: 2}]}, expect: [{calls: 2}]}"
    assert panel(folder, PANEL.replace("{usage_daily: [{}]}, expect: [{calls: 1}]}", given)) == []


def test_the_package_s_own_headers_are_read_the_same_by_the_parser_that_is_fast() -> None:
    files = [path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.sql"))]
    headers = [
        "\n".join(line.replace("---", "   ", 1) for line in text.splitlines() if line.startswith("---"))
        for text in files
    ]
    assert len(headers) > 100
    assert [read_packaged(one, "x") for one in headers] == [read(one.encode(), "x") for one in headers]
