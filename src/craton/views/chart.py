"""Charts as Vega-Lite says them: one specification for the browser, for paper, and for a file.

Fields of the data have names of our own, and labels are data, so that no text of anybody is ever read as a
field, an expression or markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.codec.content_file import PanelHeader
from craton.core.filters import Days
from craton.views import chart_forms
from craton.views.encoding import width_px
from craton.views.palette import SCREEN, Palette
from craton.views.shape import Shape, shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.lake.session import Rows

_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_FONT_OF_FILES: Final = "Arial, Helvetica, sans-serif"
"""A file is drawn where it is made: with a font whose measures are known there."""
_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
_HEIGHT: Final = 216


class Chart(Struct, frozen=True):
    """A panel that is drawn: its shape, the days asked for, and how many columns of a page it has."""

    header: PanelHeader
    shape: Shape
    days: Days
    columns: int

    @property
    def summary(self) -> str:
        """What somebody hears who does not see the chart."""
        kind = {"line": "line", "area": "area", "heatmap": "heat map"}.get(self.header.chart, "bar")
        of = f" for {len(self.shape.series)} series" if self.header.series else ""
        return (
            f"{kind} chart of {self.shape.y_title.lower()} by {self.shape.x_title.lower()}{of}; "
            "the data follows as a table"
        )

    @property
    def has_legend(self) -> bool:
        """Whether colours tell series apart."""
        return self.header.series is not None and self.header.chart != "heatmap"


def chart(
    header: PanelHeader, rows: Rows, days: Days, names: Mapping[str, str], *, columns: int | None = None
) -> Chart | None:
    """The chart of a panel that is one, with something to draw; otherwise None.

    `columns` is its width on a page of twelve columns, by default what the panel says.
    """
    if header.chart in ("stat", "table") or not rows.rows:
        return None
    found = shape(header, rows, names)
    return Chart(header, found, days, columns or header.width) if found.points else None


def specification(drawn: Chart, palette: Palette = SCREEN, *, legend: bool = False) -> dict[str, Any]:
    """The Vega-Lite specification: on a screen as wide as its container, elsewhere as wide as its columns.

    What has no height of its own, by the number of its rows, is on a screen as high as its container.
    """
    form = {"line": chart_forms.line, "area": chart_forms.area, "heatmap": chart_forms.heatmap}.get(
        drawn.header.chart, chart_forms.bars
    )
    content = form(drawn, palette, legend=legend)
    on_screen, grows = palette is SCREEN, "height" not in content
    if grows:
        content["height"] = "container" if on_screen else _HEIGHT
    return {
        "$schema": _SCHEMA,
        "width": "container" if on_screen else width_px(drawn.columns),
        "autosize": {"type": "fit" if on_screen and grows else "fit-x", "contains": "padding"},
        "padding": {"left": 0, "right": 4, "top": 4, "bottom": 3},
        **content,
        "config": _config(palette),
    }


def _config(palette: Palette) -> dict[str, Any]:
    return {
        "aria": False,
        "background": None,
        "font": _FONT if palette is SCREEN else _FONT_OF_FILES,
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.muted,
            "titleColor": palette.muted,
            "gridColor": palette.line,
            "domainColor": palette.line,
            "tickColor": palette.line,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "labelPadding": 6,
        },
        "axisX": {"grid": False},
        "legend": {"labelColor": palette.ink, "labelFontSize": 11, "labelLimit": 240, "symbolType": "square"},
    }
