"""A real browser that looks at pages, and what it must not find there."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Final

from axe_playwright_python.sync_playwright import Axe
from msgspec import Struct
from playwright.sync_api import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request

CHROMIUM: Final = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
PHONE, DESK = 390, 1280
Look = tuple[int, str]
LOOKS: Final[tuple[Look, Look]] = ((PHONE, "light"), (DESK, "dark"))
OTHER_LOOKS: Final[tuple[Look, Look]] = ((PHONE, "dark"), (DESK, "light"))
"""Both widths and both themes in two looks, each the half of all four that the other is not."""
GRAVE: Final = frozenset({"serious", "critical"})
DRAWN: Final = "html[data-drawn]"
_AXE: Final = Axe().axe_script
_UNSEEN: Final = [[".chart svg"], ["tbody tr:nth-child(n+13)"]]
_LOOKED_AT: Final = """async ({context, options}) => {
  const rows = [...document.querySelectorAll("tbody")].map((one) => [one, [...one.children].slice(12)]);
  const drawings = [...document.querySelectorAll(".chart svg")].map((one) => [one, [...one.childNodes]]);
  const tables = [...document.querySelectorAll("table")].map((one) => [one, one.getBoundingClientRect()]);
  for (const [table, box] of tables)
    Object.assign(table.style, { minWidth: `${box.width}px`, height: `${box.height}px` });
  for (const [, late] of rows) for (const row of late) row.remove();
  for (const [drawing] of drawings) drawing.replaceChildren();
  try {
    return (await axe.run(context, options)).violations;
  } finally {
    for (const [drawing, drawn] of drawings) drawing.replaceChildren(...drawn);
    for (const [body, late] of rows) body.append(...late);
    for (const [table] of tables) Object.assign(table.style, { minWidth: "", height: "" });
  }
}"""
"""What axe finds. What is excluded is not there while axe looks, and its place is held: axe would weigh it
all, which takes most of its time on long pages."""
_NAMED_TWICE: Final = """
    [...document.querySelectorAll("[id]")].map((one) => one.id)
      .filter((id, place, all) => all.indexOf(id) !== place)
"""
"""Ids that more than one element has, wherever on the page."""
_LISTENING: Final = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


class Reader(Struct):
    """Somebody with a browser tab, and all that went wrong in it."""

    page: Page
    complaints: list[str]

    def open(self, address: str, *, drawn: bool = True) -> Reader:
        """The page is open, and its charts are drawn unless there is nothing that draws."""
        self.page.goto(address)
        if drawn:
            self.page.wait_for_selector(DRAWN, state="attached")
        return self

    def seen(self, width: int, theme: str) -> None:
        """The tab is so wide, and the reader prefers that theme."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")

    def is_too_wide(self) -> bool:
        """Whether the document has to be scrolled to the side."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def charts_beyond_their_panels(self) -> list[str]:
        """The ids of charts that are wider than the place that they have."""
        found: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('.chart')]"
            ".filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.id)"
        )
        return found

    def violations(self) -> list[str]:
        """What the content security policy kept the page from."""
        found: list[str] = self.page.evaluate("window.violations")
        return found

    def barriers(self, *rules: str) -> list[str]:
        """What keeps some people out, by the rules that are named or by all; only what is grave.

        What is drawn within charts is left out: to who listens it is hidden, and its colours have a test of
        their own. So are the later rows of long tables, which repeat the markup of the first dozen.
        """
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = list(rules)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE)
        twice = [] if rules else self.page.evaluate(_NAMED_TWICE)
        found = self.page.evaluate(_LOOKED_AT, {"context": {"exclude": _UNSEEN}, "options": options})
        return [f"duplicate-id: {name}" for name in twice] + [
            f"{one['id']}: {node['target'][0]}"
            for one in found
            if one["impact"] in GRAVE
            for node in one["nodes"]
        ]


def reader(browser: Browser, *, script: bool = True, width: int = DESK, theme: str = "light") -> Reader:
    """Somebody who opens a new tab that shares nothing with any other."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=script,
        locale="en-US",
        timezone_id="UTC",
    )
    context.set_default_timeout(60_000)
    context.add_init_script(_LISTENING)
    made = Reader(context.new_page(), [])

    def told(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            made.complaints.append(f"{message.type}: {message.text}")

    made.page.on("console", told)
    made.page.on("pageerror", lambda error: made.complaints.append(f"thrown: {error}"))
    made.page.on("dialog", lambda dialog: made.complaints.append(f"dialog: {dialog.message}"))

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader went on before it was there
            made.complaints.append(f"failed: {request.url}")

    made.page.on("requestfailed", failed)
    return made


def holds_in_both_looks(found: Reader, address: str, looks: tuple[Look, Look] = LOOKS) -> None:
    """The page at the address is sound at both widths and in both themes."""
    found.complaints.clear()
    found.seen(*looks[0])
    found.open(address)
    for width, theme in looks:
        found.seen(width, theme)
        assert found.barriers() == [], (width, theme)
        assert not found.is_too_wide(), (width, theme)
        assert found.charts_beyond_their_panels() == [], (width, theme)
    assert found.violations() == []
    assert found.complaints == []
