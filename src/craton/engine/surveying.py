"""Surveying: what an organization that nobody governs yet does with Amazon Bedrock, read from AWS alone.

Nothing is changed, and nothing needs to be there. First the organization is asked, then every account and
Region for metrics and logging, then for more where models are called. What was answered becomes rows of
`observed`, as those of a collection; a survey that was stopped goes on where it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.aws.regions import regions_with
from craton.codec import canonical_json
from craton.core.cloud_call import Read
from craton.core.errors import UserError
from craton.core.manifest import Names
from craton.core.survey import Survey
from craton.engine.collecting import SUSPENDED, committed, opened, rows_of, skipped_rows
from craton.engine.lakes import MANIFEST
from craton.engine.reads.question import Place
from craton.engine.rounds import Rounds
from craton.engine.survey.adopting import adopt, kept_manifest
from craton.engine.survey.answers import Answers
from craton.engine.survey.findings import HOME, survey_of
from craton.engine.survey.manifest import found_manifest, hub_of
from craton.engine.survey.organization import FoundOrganization, organization_in
from craton.engine.survey.questions import actions, organization_plans, place_plans, use_plans
from craton.engine.survey.usage import places_in_use
from craton.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from craton.aws.cloud import AwsCloud
    from craton.core.ports import Cloud
    from craton.engine.organization_access import OrganizationAccess
    from craton.engine.reads.question import Plan
    from craton.engine.rounds import Asked
    from craton.engine.survey.adopting import Adopted
    from craton.lake.progress import Progress

ROLE: Final = "CratonSurvey"
"""The role that the printed policy is for, unless another is named."""


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """What was read: the organization, all answers, and when."""

    organization: FoundOrganization
    answers: Answers
    survey: Survey


def survey(
    cloud: Cloud,
    *,
    caller: str,
    lake: Path,
    accounts: Sequence[str] = (),
    regions: Sequence[str],
    resume: bool = False,
    now: dt.datetime,
    progress: Progress,
) -> Surveyed:
    """What is there.

    `caller` is the account of whoever asks; `accounts` narrows those of the organization. What is asked and
    answered is kept in the lake. Units: `now` is naive UTC.
    Raises: CloudError where the organization cannot be read; UserError where it has no such account, or there
        is nothing to resume.
    """
    into = Lake(lake)
    told = canonical_json.encode(["survey", caller, accounts, regions])
    scope = hashlib.sha256(told).hexdigest()[:16]
    journal = opened(into, None, scope, resume=resume, now=now)
    try:
        # One that goes on is of the time at which it began, and asks for the same days.
        begun = journal.collection.begun
        asking = _Asking(Rounds(cloud, journal, progress), caller, _home_first(regions), begun)
        asking.ask_organization()
        organization = organization_in(Answers(journal.observations()))
        chosen = _chosen(organization, accounts)
        skipped = {one.id: one.state for one in organization.accounts if one.state in SUSPENDED}
        asked = [one for one in chosen if one not in skipped]
        asking.ask_places(asked)
        asking.ask_more(Answers(journal.observations()))
        answers = Answers(journal.observations())
        rows = skipped_rows(journal, None, {one: skipped[one] for one in chosen if one in skipped}, now)
        committed(into, journal, itertools.chain(rows_of(journal, None), rows))
    finally:
        journal.close()
    progress.begin("simulating", 1, unit="policies")
    return Surveyed(
        organization=organization,
        answers=answers,
        survey=survey_of(organization, answers, chosen, asking.regions, begun),
    )


def manifest_of_organization(
    access: OrganizationAccess,
    file: Path,
    *,
    hub_account: str | None,
    regions: Sequence[str],
    lake: Path,
    state: Path,
    replace: bool,
    clock: Callable[[], dt.datetime],
    progress: Progress,
) -> tuple[Adopted, tuple[str, ...]]:
    """Afterwards a manifest of what is there stands in the file, if it is sound; with what was guessed.

    Where `regions` are named, they are those of the manifest, and nothing else is read; else it names those
    in use. `state` is the folder for what was applied before a hub stands. Where Craton manages the
    organization already, it is the manifest that was applied last.
    Raises: CloudError where the organization or the state cannot be read; UserError where a file is there
        already, or nothing tells which account is the hub.
    """
    now = clock()
    found = survey(
        access.cloud,
        caller=access.cloud.caller.account,
        lake=lake,
        regions=regions or bedrock_regions(access.cloud),
        now=now,
        progress=progress,
    )
    organization = found.organization
    kept = kept_manifest(
        organization,
        hub_account or hub_of(organization),
        access.cloud,
        lambda about: access.state_in(about, state / organization.id, clock),
    )
    if kept is None and organization.is_managed:
        raise UserError(
            "Craton manages this organization, and the state in its hub tells no manifest",
            hint="go on with the manifest that was applied, or name the hub with `--hub-account`",
        )
    manifest = kept or found_manifest(
        organization, found.survey, found.answers, hub_account=hub_account, regions=regions
    )
    return adopt(manifest, file, today=now.date(), replace=replace), manifest.notes


def manifest_beside(found: Surveyed, folder: Path) -> Adopted | str:
    """Afterwards a manifest of what was found stands in the folder, replacing one that stands there.

    Of an organization that Craton manages, or whose hub nothing tells, there is none: why, in words.
    """
    if found.organization.is_managed:
        return "Craton manages this organization: `craton init --from-organization` gives its manifest back"
    try:
        manifest = found_manifest(
            found.organization, found.survey, found.answers, hub_account=None, regions=()
        )
    except UserError as error:
        return f"no manifest is written: {error.message}; `craton init --from-organization` takes its name"
    return adopt(manifest, folder / MANIFEST, today=found.survey.until, replace=True)


def bedrock_regions(cloud: AwsCloud) -> tuple[str, ...]:
    """The Regions that have Amazon Bedrock."""
    return regions_with("bedrock", cloud.sessions)


def policy(role: str) -> dict[str, Any]:
    """The policy that a survey needs, of the one role that has this name in every account.

    It is attached to the role in each account. In the account from which the survey is made it also lets the
    role be assumed in the others; elsewhere that part is of no effect, for nobody there trusts it.
    """
    place = Place(
        account="111111111111",
        region=HOME,
        is_home=True,
        is_management=True,
        is_hub=False,
        asks_organization=True,
        names=Names(),
    )
    found = actions([place], dt.date(2026, 1, 1))
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "ReadWhatIsThere", "Effect": "Allow", "Action": list(found), "Resource": "*"},
            {
                "Sid": "ReadOtherAccounts",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": f"arn:aws:iam::*:role/{role}",
            },
        ],
    }


def write(file: Path, data: bytes) -> None:
    """Afterwards the file holds the data. Raises: UserError where it cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise UserError(f"`{file}` cannot be written: {(error.strerror or str(error)).lower()}") from error


class _Asking:
    """What is asked, round by round."""

    def __init__(self, rounds: Rounds, caller: str, regions: tuple[str, ...], now: dt.datetime) -> None:
        self._rounds = rounds
        self._caller = caller
        self.regions = regions
        self._day = now.date()
        self._management = caller

    def ask_organization(self) -> None:
        """Afterwards the tree, accounts and policies are known, where the caller may read them.

        It is asked in the caller's own account if that may be asked, else in the management account.
        """
        told = self._one("DescribeOrganization")
        self._management = str(told["Organization"]["MasterAccountId"]) if told else self._caller
        own = self._one("ListRoots") is not None
        account = self._caller if own else self._management
        place = self._place(account, HOME, asks_organization=True)
        self._rounds.ask(_asked(organization_plans(), [place]))

    def ask_places(self, accounts: Iterable[str]) -> None:
        """Afterwards it is known where models are called, and what is logged."""
        at = [self._place(account, region) for account in accounts for region in self.regions]
        self._rounds.ask(_asked(place_plans(self._day), at))

    def ask_more(self, answers: Answers) -> None:
        """Afterwards it is known how calls are guarded, and what their profiles stand for."""
        at = [self._place(account, region) for account, region in places_in_use(answers)]
        self._rounds.ask(_asked(use_plans(), at))

    def _one(self, operation: str) -> Mapping[str, Any] | None:
        """The answer to a question about the organization, in the caller's own account."""
        read = Read(account=self._caller, region=HOME, service="organizations", operation=operation)
        (found,) = self._rounds.answers([read])
        return found.answer if found.status == "answered" else None

    def _place(self, account: str, region: str, *, asks_organization: bool = False) -> Place:
        return Place(
            account=account,
            region=region,
            is_home=region == self.regions[0] or asks_organization,
            is_management=account == self._management,
            is_hub=False,
            asks_organization=asks_organization,
            names=Names(),
        )


def _asked(plans: Iterable[Plan], at: Iterable[Place]) -> Iterator[Asked]:
    for place in at:
        for plan in plans:
            for read, question in plan.reads(place):
                yield plan, question, read


def _home_first(regions: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(regions), key=lambda one: (one != HOME, one)))


def _chosen(organization: FoundOrganization, accounts: Sequence[str]) -> list[str]:
    known = [one.id for one in organization.accounts]
    for one in accounts:
        if one not in known:
            raise UserError(f"the organization has no account `{one}`", hint=f"it has {', '.join(known)}")
    return [one for one in known if not accounts or one in accounts]
