from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, example, given, note, settings
from hypothesis import strategies as st
from tests.faults.files import CONTAINERS, STYLES, FilePlan, every_fault, faulty, random_plan
from tests.faults.lake import COUNTS, DONE, FOUND, Told, ingest, outcomes
from tests.faults.pieces import Fate
from tests.faults.verdict import Outcome, complaints, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.faults.files import Faulty, Transport

pytestmark = pytest.mark.slow

CASES = Path(__file__).parents[1] / "cases" / "faults"
FILES_OF_A_SEED = 60


@pytest.fixture(scope="module")
def lake_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Iterable[FilePlan]], Ingested]:
    """Damaged files of these plans, ingested by one run of the program."""
    return lambda plans: Ingested(tmp_path_factory.mktemp("faults"), plans)


class Ingested:
    """What came of damaged files, by the name of each."""

    def __init__(self, folder: Path, plans: Iterable[FilePlan]) -> None:
        sources = folder / "logs"
        sources.mkdir()
        self.files = {sources / one.name: one for one in map(faulty, plans)}
        for path, one in self.files.items():
            path.write_bytes(one.data)
        self.told: Told = ingest([sources], folder / "lake")
        self.outcomes = outcomes(folder / "lake", self.files)

    def complaints(self) -> dict[str, list[str]]:
        """What is wrong, by the plan that repeats it."""
        found = {str(one.plan): complaints(one, self.outcomes[path]) for path, one in self.files.items()}
        return {plan: wrong for plan, wrong in found.items() if wrong}

    def told_of_complaints(self) -> str:
        """The same as text."""
        return "\n".join(f"{plan}\n    {'; '.join(told)}" for plan, told in self.complaints().items())

    def of(self, number: int) -> tuple[Faulty, Outcome]:
        """The file of the plan with that number, and what came of it."""
        path = list(self.files)[number]
        return self.files[path], self.outcomes[path]


def of_records(kind: str) -> list[FilePlan]:
    """Each kind of damage to a record of that kind, in a file of its own."""
    names = {name: transport for name, (of, transport) in every_fault().items() if of == kind}
    return [
        FilePlan(1_000 + i, transport, next(iter(STYLES[transport])), "gzip", 6, (name,))
        for i, (name, transport) in enumerate(names.items())
    ]


def of_streams() -> list[FilePlan]:
    """Each kind of damage to what stands between records."""
    styles = [(transport, style) for transport, styles in STYLES.items() for style in styles]
    return [
        FilePlan(5_000 + i, transport, style, "gzip", 9, ()) for i, (transport, style) in enumerate(styles)
    ]


def of_containers() -> list[FilePlan]:
    """Each kind of damage to what the stream is packed in, around lines, a trail file and envelopes."""
    transports: tuple[Transport, ...] = ("lines", "trail", "envelopes")
    packed = itertools.product(CONTAINERS, transports)
    return [
        FilePlan(9_000 + i, transport, next(iter(STYLES[transport])), container, 9, ())
        for i, (container, transport) in enumerate(packed)
    ]


KINDS_OF_DAMAGE = {
    "invocations": of_records("invocation"),
    "api events": of_records("api_event"),
    "metrics": of_records("metric"),
    "streams": of_streams(),
    "containers": of_containers(),
}


def test_there_are_at_least_sixty_kinds_of_damage() -> None:
    plans = itertools.chain.from_iterable(KINDS_OF_DAMAGE.values())
    assert len({plan.faults or (plan.style, plan.container) for plan in plans}) >= 60


@pytest.mark.parametrize("damaged", KINDS_OF_DAMAGE)
def test_no_kind_of_damage_loses_a_good_record_or_invents_one(
    damaged: str, lake_of: Callable[[Iterable[FilePlan]], Ingested]
) -> None:
    ingested = lake_of(KINDS_OF_DAMAGE[damaged])
    assert not ingested.complaints(), ingested.told_of_complaints()
    for name in COUNTS:
        told = {"rows": "rows_told", "quarantined": "quarantined_told"}.get(name, name)
        assert ingested.told.report[name] == sum(getattr(one, told) for one in ingested.outcomes.values())
    assert ingested.told.code == (FOUND if ingested.told.report["quarantined"] else DONE)


@given(seed=st.integers(0, 2**32 - 1))
@example(seed=20260701)
@settings(
    max_examples=2,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_whatever_damage_comes_together_no_good_record_is_lost_and_none_invented(
    seed: int, lake_of: Callable[[Iterable[FilePlan]], Ingested]
) -> None:
    note(f"seed {seed}")
    ingested = lake_of(random_plan(seed * FILES_OF_A_SEED + i) for i in range(FILES_OF_A_SEED))
    assert not ingested.complaints(), ingested.told_of_complaints()


@pytest.fixture(scope="module")
def plans_that_did_harm() -> dict[str, FilePlan]:
    return {
        case.stem: msgspec.json.decode(case.read_bytes(), type=FilePlan)
        for case in sorted(CASES.glob("*.json"))
    }


@pytest.fixture(scope="module")
def complaints_again(
    plans_that_did_harm: dict[str, FilePlan], lake_of: Callable[[Iterable[FilePlan]], Ingested]
) -> dict[str, list[str]]:
    """What is wrong, by the plan, after all files that once did harm were read by one run."""
    return lake_of(plans_that_did_harm.values()).complaints()


@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("*.json")))
def test_damage_that_once_did_harm_does_none_now(
    case: str, plans_that_did_harm: dict[str, FilePlan], complaints_again: dict[str, list[str]]
) -> None:
    assert complaints_again.get(str(plans_that_did_harm[case])) is None


@pytest.fixture(scope="module")
def judged(lake_of: Callable[[Iterable[FilePlan]], Ingested]) -> tuple[Faulty, Outcome]:
    faults = ("invocation/tokens: negative", "invocation/time: words")
    return lake_of([FilePlan(7, "lines", "lines", "gzip", 5, faults)]).of(0)


class TestTheJudgeItself:
    """A judge that finds nothing proves nothing, so it must find what is wrong here."""

    def changed(self, judged: tuple[Faulty, Outcome], **changes: object) -> list[str]:
        file, outcome = judged
        return complaints(file, msgspec.structs.replace(outcome, **changes))

    def test_nothing_is_wrong_to_begin_with(self, judged: tuple[Faulty, Outcome]) -> None:
        assert complaints(*judged) == []

    def test_a_lost_row_is_found(self, judged: tuple[Faulty, Outcome]) -> None:
        file, outcome = judged
        sound = {one.piece.key for one in file.stream.placed if one.piece.sound}
        rows = [pair for pair in outcome.rows if min(sound) not in keys_of(*pair)]
        found = self.changed(
            judged, rows=rows, rows_told=len(rows), documents_read=outcome.documents_read - 1
        )
        assert any(told.startswith("lost:") for told in found)

    def test_an_invented_row_is_found(self, judged: tuple[Faulty, Outcome]) -> None:
        (kind, row), *_ = judged[1].rows
        invented = (kind, row | {"request_id": "nobody's", "principal_arn": None})
        assert any(t.startswith("invented:") for t in self.changed(judged, rows=[*judged[1].rows, invented]))

    def test_a_doubled_row_is_found(self, judged: tuple[Faulty, Outcome]) -> None:
        rows = judged[1].rows
        assert any(told.startswith("doubled:") for told in self.changed(judged, rows=[*rows, rows[0]]))

    def test_wrong_tokens_are_found(self, judged: tuple[Faulty, Outcome]) -> None:
        rows = [(kind, row | {"input_tokens": 0}) for kind, row in judged[1].rows]
        assert any("input_tokens is 0" in told for told in self.changed(judged, rows=rows))

    def test_a_document_that_nothing_tells_of_is_found(self, judged: tuple[Faulty, Outcome]) -> None:
        found = self.changed(judged, quarantined=[], quarantined_told=0)
        assert any(told.startswith("vanished:") for told in found)

    def test_a_document_that_something_else_is_told_for_is_found(
        self, judged: tuple[Faulty, Outcome]
    ) -> None:
        told = judged[1].quarantined[0]
        elsewhere = msgspec.structs.replace(told, byte=len(judged[0].stream.data))
        found = self.changed(judged, quarantined=[elsewhere])
        assert [complaint.split(":")[0] for complaint in found] == ["untold"]

    def test_quarantine_of_a_sound_record_is_found(self, judged: tuple[Faulty, Outcome]) -> None:
        file, outcome = judged
        good = next(one for one in file.stream.placed if one.piece.sound and one.piece.fate is Fate.ROW)
        bad = msgspec.structs.replace(outcome.quarantined[0], byte=good.start, length=10)
        assert any("covers a sound record" in told for told in self.changed(judged, quarantined=[bad]))

    def test_counts_that_do_not_add_up_are_found(self, judged: tuple[Faulty, Outcome]) -> None:
        assert any("add up" in told for told in self.changed(judged, documents_read=99))

    def test_a_wrong_place_is_found(self, judged: tuple[Faulty, Outcome]) -> None:
        rows = [(kind, row | {"source_byte": row["source_byte"] + 1}) for kind, row in judged[1].rows]
        assert any("stands at byte" in told for told in self.changed(judged, rows=rows))
