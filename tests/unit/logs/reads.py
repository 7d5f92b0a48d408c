"""Reading one object, and what it gave."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from craton.logs.invocation_facts import FIELDS
from craton.logs.reading import API_EVENT_FIELDS, Reader


class Read:
    """What reading an object gave, in the simplest form."""

    def __init__(self, stored: bytes, uri: str = "/logs/a.json.gz") -> None:
        reader = Reader(lambda: io.BytesIO(stored), uri=uri)
        self.invocations: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.metrics = 0
        self.places: list[tuple[str, int, int, str | None]] = []
        self.event_places: list[tuple[str, int, int, str | None]] = []
        self.quarantined: list[tuple[str, int, int, int]] = []
        self.ignored: Counter[str] = Counter()
        self.lines = 0
        for batch in reader.batches():
            self.invocations += [
                dict(zip(FIELDS, row, strict=False))
                for row in zip(*batch.rows["invocation"].columns, strict=True)
            ]
            self.events += [
                dict(zip(API_EVENT_FIELDS, row, strict=False))
                for row in zip(*batch.rows["api_event"].columns, strict=True)
            ]
            self.metrics += len(batch.rows["metric"])
            self.places += list(zip(*batch.rows["invocation"].columns[-4:], strict=True))
            self.event_places += list(zip(*batch.rows["api_event"].columns[-4:], strict=True))
            self.quarantined += [(q.reason, q.byte, q.line, len(q.raw)) for q in batch.quarantined]
            for (_, reason), times in batch.ignored.items():
                self.ignored[reason] += times
            self.lines += batch.lines
        self.unknown = {kind: dict(counts) for kind, counts in reader.unknown.items() if counts}

    @property
    def numbers(self) -> list[int]:
        return [int(str(row["request_id"])[-12:]) for row in self.invocations]
