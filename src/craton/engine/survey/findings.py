"""What follows from the answers of a survey."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.core.errors import UserError
from craton.core.survey import LongTermKey, Survey, SurveyedAccount, Unread
from craton.engine.collecting import SUSPENDED
from craton.engine.survey.policies import policies_by_account, reaches, surveyed_policies
from craton.engine.survey.questions import first_day
from craton.engine.survey.usage import model_uses, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from craton.core.survey import BrokenProfile, ModelUse
    from craton.engine.survey.answers import Answers
    from craton.engine.survey.organization import FoundOrganization

HOME: Final = "us-east-1"
"""Where services that exist once are asked."""

_BEDROCK_POLICY: Final = "BEDROCK_POLICY"
_NOT_WHOLE: Final = ("Forbidden", "InternalError")
"""What CloudWatch says of values that it does not give; `PartialData` ends with the next page."""


def survey_of(
    organization: FoundOrganization,
    answers: Answers,
    chosen: Sequence[str],
    regions: tuple[str, ...],
    now: dt.datetime,
) -> Survey:
    """What the answers come to for the chosen accounts. Units: `now` is naive UTC."""
    day = now.date()
    asked = [one.id for one in organization.accounts if one.id in chosen and one.state not in SUSPENDED]
    uses = model_uses(answers, day)
    enforced = frozenset(
        account for account, held in policies_by_account(organization, _BEDROCK_POLICY).items() if held
    )
    at = places(answers, uses, enforced)
    used = tuple(sorted({one.region for one in at})) or (HOME,)
    reach, broken, unknown = _reaches(organization, asked, used, now)
    return Survey(
        organization=organization.id,
        management_account=organization.management_account,
        at=now,
        since=first_day(day),
        until=day,
        regions=regions,
        accounts=tuple(
            SurveyedAccount(
                id=one.id, name=one.name, ou=one.ou, skipped=None if one.id in asked else one.state
            )
            for one in organization.accounts
            if one.id in chosen
        ),
        unread=(*_unread(answers), *_incomplete(answers)),
        places=at,
        uses=uses,
        policies=surveyed_policies(organization, day),
        policy_types=organization.policy_types,
        reach=reach,
        reach_unknown=unknown,
        broken=tuple(_with_use(broken, uses)),
        keys=tuple(_keys(answers, now)),
        stack_sets=organization.stack_sets,
        disabled=sum(one.status == "unsupported" for one in answers.of("cloudwatch", "GetMetricData")),
        reads=len(answers.all),
    )


def _reaches(
    organization: FoundOrganization, accounts: Sequence[str], regions: Sequence[str], now: dt.datetime
) -> tuple[Any, tuple[BrokenProfile, ...], str | None]:
    """What may be called; nothing, and why, where not all policies could be read."""
    if organization.unread_types:
        return (), (), f"policies of the type {', '.join(organization.unread_types)} could not be read"
    try:
        found, broken = reaches(organization, accounts, regions, now)
    except UserError as error:
        return (), (), error.message
    return found, broken, None


def _with_use(broken: Iterable[BrokenProfile], uses: Sequence[ModelUse]) -> Iterator[BrokenProfile]:
    """Each broken profile, with whether calls name it."""
    named = {(one.account, one.region, one.model_id) for one in uses}
    for one in broken:
        is_used = any((account, one.region, one.profile) in named for account in one.accounts)
        yield msgspec.structs.replace(one, in_use=is_used)


def _unread(answers: Answers) -> Iterator[Unread]:
    """What was denied or failed, alike Regions together; an account of which nothing was answered, once."""
    answered = {one.read.account for one in answers.all if one.status in ("answered", "absent")}
    found: dict[tuple[str, str, str, str], set[str]] = {}
    for one in answers.all:
        if one.status not in ("denied", "failed"):
            continue
        whole = one.read.account not in answered
        operation = "" if whole else f"{one.read.service}:{one.read.operation}"
        reason = f"{one.error}: {one.message}" if one.message else one.error or one.status
        key = (one.read.account, operation, one.status, _without_region(reason, one.read.region))
        found.setdefault(key, set()).add(one.read.region)
    for (account, operation, status, reason), regions in sorted(found.items()):
        yield Unread(
            account=account,
            operation=operation,
            regions=tuple(sorted(regions)),
            status=status,
            reason=reason,
            whole=not operation,
        )


def _incomplete(answers: Answers) -> Iterator[Unread]:
    """Where CloudWatch says that it does not tell all metrics."""
    for one in answers.answered("cloudwatch", "GetMetricData"):
        said = [f"{told['Code']}: {told['Value']}" for told in one.answer.get("Messages") or ()]
        said += [
            told["StatusCode"]
            for told in one.answer["MetricDataResults"]
            if told.get("StatusCode") in _NOT_WHOLE
        ]
        if said:
            yield Unread(
                account=one.read.account,
                operation="cloudwatch:GetMetricData",
                regions=(one.read.region,),
                status="failed",
                reason=said[0],
                whole=False,
            )


def _without_region(reason: str, region: str) -> str:
    """The reason as it is told in every Region."""
    return reason.replace(region, "REGION")


def _keys(answers: Answers, now: dt.datetime) -> Iterator[LongTermKey]:
    for one in answers.answered("iam", "ListServiceSpecificCredentials"):
        for told in one.answer["ServiceSpecificCredentials"]:
            expires = _moment(told.get("ExpirationDate"))
            yield LongTermKey(
                account=one.read.account,
                user=told["UserName"],
                id=told["ServiceSpecificCredentialId"],
                status="Expired" if expires is not None and expires <= now else told["Status"],
                created=_moment(told["CreateDate"]) or now,
                expires=expires,
            )


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(tzinfo=None)
