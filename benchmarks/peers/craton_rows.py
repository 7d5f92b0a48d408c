"""`craton ingest` without its marts, which no peer builds: `craton_rows.py ingest SOURCE… --lake DIR …`.

Everything else is as in the command: rows are read, told apart, attributed, priced and committed by day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.__main__ import main
from craton.lake import ingestion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from craton.lake.marts import Run
    from craton.lake.snapshot import Snapshot
    from craton.registry.content import Mart


def unbuilt(root: Path, snapshot: Snapshot, marts: Sequence[Mart], run: Run | None = None) -> Snapshot:  # noqa: ARG001
    """The rows, and no marts."""
    return snapshot


if __name__ == "__main__":
    ingestion.__dict__["built"] = unbuilt
    main()
