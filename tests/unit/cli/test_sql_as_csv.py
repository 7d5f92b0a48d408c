from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from craton.cli.program import program
from craton.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("'=1'", "'=1"),
        ("'+1+1'", "'+1+1"),
        ("'-2+3'", "'-2+3"),
        ("'@SUM(1)'", "'@SUM(1)"),
        ("'-1'", "-1"),
        ("-1", "-1"),
        ("-1.50::DECIMAL(9, 2)", "-1.50"),
        ("-0.5::DOUBLE", "-0.5"),
        ("NULL", '""'),
        ("'plain'", "plain"),
    ],
)
def test_no_text_is_a_formula_and_numbers_stay_numbers(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], value: str, cell: str
) -> None:
    Lake(tmp_path / "lake").create()

    code = program(["sql", f'SELECT {value} AS "=name"', "--lake", str(tmp_path / "lake"), "--format", "csv"])

    assert code == 0
    assert capfd.readouterr().out == f"'=name\n{cell}\n"
