"""Takes docs/images/overview.png: the first page of the demonstration, as a browser shows it.

Needs Chromium; the folder that it names keeps the demonstration's lake, so that a second picture is quick:
`python -m scripts.picture_overview DIR`.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from playwright.sync_api import sync_playwright
from scripts.markdown_page import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

DAY: Final = dt.date(2026, 11, 24)
SIZE: Final = {"width": 1280, "height": 780}
CHROMIUM: Final = "/usr/bin/chromium"
CRATON: Final = REPOSITORY / ".venv" / "bin" / "craton"
DRAWN_MS: Final = 2000
"""What the charts take to be drawn after all has been loaded."""


def take(address: str, path: Path) -> None:
    """The page at the address, in light colours, is a picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en-US", timezone_id="UTC")  # type: ignore[arg-type]
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(DRAWN_MS)
        page.screenshot(path=path)
        browser.close()


def main(folder: str) -> None:
    """Serves the demonstration from the folder while the picture is taken."""
    command = [str(CRATON), "demo", "--as-of", DAY.isoformat(), "--dir", folder, "--port", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own
        try:
            lines = iter(server.stdout or ())
            address = next(line.strip() for line in lines if line.startswith("http"))
            take(address, REPOSITORY / "docs" / "images" / "overview.png")
        finally:
            server.terminate()


if __name__ == "__main__":
    main(sys.argv[1])
