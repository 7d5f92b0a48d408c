"""The tables of AWS Data Exports."""

from __future__ import annotations

from craton.registry.data_exports import export_tables


def test_who_called_is_a_column_only_where_it_was_asked_for() -> None:
    table = export_tables()["COST_AND_USAGE_REPORT"]
    assert "line_item_iam_principal" not in table.columns_with({})
    assert "line_item_iam_principal" in table.columns_with({"INCLUDE_IAM_PRINCIPAL_DATA": "TRUE"})
    assert "line_item_unblended_cost" in table.columns_with({})


def test_focus_has_its_columns_and_three_of_aws() -> None:
    table = export_tables()["FOCUS_1_2_AWS"]
    own = [one for one in table.columns if one.startswith("x_")]
    assert own == ["x_Discounts", "x_Operation", "x_ServiceCode"]
    assert len(table.columns) - len(own) == 57


def test_every_column_needs_a_property_that_there_is_and_every_default_is_a_value() -> None:
    for table in export_tables().values():
        assert {one for one in table.columns.values() if one} <= table.properties.keys()
        assert all(one.default in one.values for one in table.properties.values())
