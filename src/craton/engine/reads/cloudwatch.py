"""What is read of Amazon CloudWatch: alarms, dashboards and metric streams of Craton."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import OWN_NAMES, Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    yield Question(operation="DescribeAlarms", parameters={"AlarmNamePrefix": OWN_NAMES})
    if at.is_hub:
        dashboard = {"DashboardName": "DashboardName"}
        yield Question(
            operation="ListDashboards",
            parameters={"DashboardNamePrefix": OWN_NAMES},
            then=(Following(each="DashboardEntries", operation="GetDashboard", taken=dashboard),),
        )
        own = f"Entries[?starts_with(Name, '{OWN_NAMES}')]"
        stream = Following(each=own, operation="GetMetricStream", taken={"Name": "Name"})
        yield Question(operation="ListMetricStreams", then=(stream,))


PLAN: Final = Plan(service="cloudwatch", questions=_questions)
