from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.unit.aws.conftest import HUB, MANAGEMENT, MEMBER, Aws, aws, served

from craton.aws.cloud import AwsCloud
from craton.core.errors import UserError
from craton.engine.collecting import collect
from craton.engine.reads import plans
from craton.lake.lake import Lake
from craton.lake.observation_journal import Journals
from craton.lake.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from craton.core.cloud_call import Observation, Read
    from craton.core.collect_report import CollectReport

__all__ = ["aws", "served"]

_FEW = ("bedrock", "iam", "kms", "logs", "organizations")
NOW = dt.datetime(2026, 10, 1, 12, 0)  # noqa: DTZ001 - times of the lake are naive UTC


class Stopped(Exception):  # noqa: N818 - it is the power that goes, not an error
    """Somebody pulled the plug."""


class StoppingCloud(AwsCloud):
    """Answers so many reads, and then the process dies."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        for observation in super().observe(reads):
            if self.most == 0:
                raise Stopped
            self.most -= 1
            yield observation


@pytest.fixture
def whole(repository: Path) -> Path:
    """The manifest of the organization that is asked."""
    return repository / "tests" / "e2e" / "emulator" / "organization.yaml"


@pytest.fixture
def manifest(whole: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manifest, of which few services are asked, so that tests are short."""
    few = {name: plan for name, plan in plans().items() if name in _FEW}
    monkeypatch.setattr("craton.engine.collecting.plans", lambda: few)
    return whole


def collected(lake: Path, manifest: Path, cloud: AwsCloud | None = None, **told: Any) -> CollectReport:
    options: dict[str, Any] = {"accounts": [MEMBER], "regions": ["us-east-1"], "now": NOW, **told}
    return collect(
        lake,
        manifest=manifest,
        cloud=cloud or AwsCloud(),
        caller=MANAGEMENT,
        progress=Silent(),
        **options,
    )


def rows(lake: Path, sql: str) -> list[tuple[Any, ...]]:
    return Lake.open(lake).ask(sql).rows


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_every_read_is_a_row(tmp_path: Path, whole: Path) -> None:
    report = collected(tmp_path / "lake", whole)
    (place,) = report.places
    assert (place.account, place.region) == (MEMBER, "us-east-1")
    assert rows(tmp_path / "lake", "SELECT count(*) FROM observed") == [(report.reads,)]
    told = rows(
        tmp_path / "lake",
        "SELECT account_id, region, status, answer, environment, organizational_unit FROM observed"
        " WHERE operation = 'GetModelInvocationLoggingConfiguration'",
    )
    assert told == [(MEMBER, "us-east-1", "answered", "{}", "prod", "workloads")]
    assert report.is_whole


def test_what_follows_from_an_answer_is_asked_too(aws: Aws, tmp_path: Path, manifest: Path) -> None:
    bedrock = aws.client("bedrock", MEMBER)
    made = bedrock.create_guardrail(
        name="trial",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        wordPolicyConfig={"wordsConfig": [{"text": "word"}]},
    )
    bedrock.create_guardrail_version(guardrailIdentifier=made["guardrailId"])
    collected(tmp_path / "lake", manifest)
    told = rows(
        tmp_path / "lake",
        "SELECT parameters, answer FROM observed WHERE operation = 'GetGuardrail' ORDER BY 1",
    )
    assert [json.loads(parameters)["guardrailVersion"] for parameters, _ in told] == ["1", "DRAFT"]
    assert json.loads(told[0][1])["wordPolicy"]["words"][0]["text"] == "word"
    bedrock.delete_guardrail(guardrailIdentifier=made["guardrailId"])


def test_what_is_denied_is_a_row_and_a_problem(aws: Aws, tmp_path: Path, manifest: Path) -> None:
    aws.fault(kind="access_denied", account=MEMBER, service="kms")
    report = collected(tmp_path / "lake", manifest, accounts=[MEMBER, HUB])
    assert not report.is_whole
    (problem,) = report.problems
    assert (problem.account, problem.operation, problem.status) == (MEMBER, "ListAliases", "denied")
    told = rows(tmp_path / "lake", "SELECT account_id, operation FROM observed WHERE status = 'denied'")
    assert told == [(MEMBER, "ListAliases")]


@pytest.mark.slow
@pytest.mark.parametrize("most", [0, 7])
def test_a_collection_that_was_stopped_asks_only_what_is_missing(
    aws: Aws, tmp_path: Path, manifest: Path, most: int
) -> None:
    lake = tmp_path / "lake"
    unbroken = collected(tmp_path / "other", manifest)
    with pytest.raises(Stopped):
        collected(lake, manifest, StoppingCloud(most))
    report = collected(lake, manifest, now=NOW + dt.timedelta(minutes=5))
    assert report.asked == unbroken.reads - most
    assert report.reads == unbroken.reads
    told = "SELECT account_id, region, service, operation, parameters, status FROM observed ORDER BY ALL"
    assert rows(lake, told) == rows(tmp_path / "other", told)
    assert rows(lake, "SELECT count(DISTINCT collection) FROM observed") == [(1,)]
    assert list(Journals(lake).stopped()) == []
    assert aws.world.work.failures == []


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_one_that_was_stopped_long_ago_goes_on_only_if_asked_to(tmp_path: Path, manifest: Path) -> None:
    lake = tmp_path / "lake"
    with pytest.raises(Stopped):
        collected(lake, manifest, StoppingCloud(5))
    later = NOW + dt.timedelta(days=3)
    report = collected(lake, manifest, now=later)
    assert report.asked == report.reads
    told = rows(lake, "SELECT collection, count(*) FROM observed GROUP BY 1 ORDER BY 1")
    assert [count for _, count in told] == [5, report.reads]
    assert told[-1][0] == report.collection
    with pytest.raises(UserError, match="no collection of this scope was stopped"):
        collected(lake, manifest, resume=True)
    with pytest.raises(Stopped):
        collected(lake, manifest, StoppingCloud(5))
    assert collected(lake, manifest, now=later, resume=True).asked == report.reads - 5


@pytest.mark.slow
@pytest.mark.usefixtures("aws")
def test_reads_that_failed_are_asked_again_when_it_goes_on(tmp_path: Path, manifest: Path) -> None:
    class Failing(StoppingCloud):
        def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
            for observation in super().observe(reads):
                yield msgspec.structs.replace(observation, status="failed", answer=None, error="Unheard")

    lake = tmp_path / "lake"
    with pytest.raises(Stopped):
        collected(lake, manifest, Failing(6))
    report = collected(lake, manifest)
    assert report.asked == report.reads
    assert rows(lake, "SELECT count(*) FROM observed WHERE status = 'failed'") == [(0,)]


@pytest.mark.slow
def test_accounts_that_are_suspended_are_named_and_skipped(aws: Aws, tmp_path: Path, manifest: Path) -> None:
    organization = aws.world.organization
    assert organization is not None
    aws.client("organizations").close_account(AccountId=MEMBER)
    report = collected(tmp_path / "lake", manifest, accounts=[MANAGEMENT, MEMBER])
    assert list(report.skipped) == [MEMBER]
    told = rows(
        tmp_path / "lake", "SELECT account_id, region, error_code FROM observed WHERE status = 'skipped'"
    )
    assert told == [(MEMBER, None, report.skipped[MEMBER])]
    assert {place.account for place in report.places} == {MANAGEMENT}
    aws.server.application.reset()


@pytest.mark.usefixtures("aws")
def test_accounts_and_regions_must_be_of_the_manifest(tmp_path: Path, manifest: Path) -> None:
    with pytest.raises(UserError, match="the manifest knows no account `000000000000`"):
        collected(tmp_path / "lake", manifest, accounts=["000000000000"])
    with pytest.raises(UserError, match="the manifest knows no Region `eu-north-1`"):
        collected(tmp_path / "lake", manifest, regions=["eu-north-1"])
