"""The policies in force: what is wrong with their words, and what they come to for calls of models."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING, Final

from craton.codec.full_access import allowing_all
from craton.codec.policy_source import read_policy
from craton.core.manifest import Environment, Manifest, Models
from craton.core.manifest_policy_checks import ALLOWS_ALL
from craton.core.organization import ROOT, Account, Organization, OrganizationalUnit, up_from
from craton.core.survey import BrokenProfile, Reach, RefusedModel, SurveyedPolicy
from craton.engine.allowances import ROLE, allowances_under
from craton.engine.approved_models import has_ended, known_models
from craton.engine.linting import lint_text
from craton.engine.policies import AccountPolicies, Level, PolicyInForce
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.simulator.bedrock_call import PUBLIC, BedrockCall
from craton.simulator.call_decision import CallJudge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from craton.core.manifest import PolicyType
    from craton.core.policy import PolicyKind
    from craton.engine.allowances import Way
    from craton.engine.survey.organization import FoundOrganization, FoundPolicy
    from craton.simulator.call_decision import CallDecision, JudgedLeg

GOVERNING: Final[dict[PolicyType, PolicyKind]] = {
    "SERVICE_CONTROL_POLICY": "scp",
    "RESOURCE_CONTROL_POLICY": "rcp",
}
_LINTED: Final = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "BEDROCK_POLICY", "TAG_POLICY")
_EVERYWHERE: Final = "everywhere"
_TELLS_ACCOUNTS: Final = re.compile(r"\d+[*?]|[*?]\d+|OrgPaths|ResourceTag|PrincipalTag")
"""What in a policy may hold for one account and not for another, besides whole ids of accounts."""

_ACCOUNT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")


def surveyed_policies(organization: FoundOrganization, day: dt.date) -> tuple[SurveyedPolicy, ...]:
    """Every policy that is read, with what the linter finds in those that people wrote."""
    return tuple(
        SurveyedPolicy(
            id=one.id,
            name=one.name,
            type=one.type,
            targets=one.targets,
            is_aws=one.is_aws,
            is_own=one.is_own,
            findings=()
            if one.is_aws or one.type not in _LINTED
            else lint_text(
                one.content.encode(),
                one.name,
                today=day,
                kind=GOVERNING.get(one.type),  # type: ignore[call-overload]
            ),
        )
        for one in organization.policies
    )


def interim_manifest(organization: FoundOrganization, regions: Sequence[str], day: dt.date) -> Manifest:
    """What the organization would say of itself, with every current model in question."""
    return Manifest(
        organization=Organization(
            id=organization.id,
            management_account=organization.management_account,
            hub_account=organization.management_account,
            organizational_units=tuple(
                OrganizationalUnit(path=path, id=unit) for path, unit in organization.units.items()
            ),
            accounts=tuple(Account(id=one.id, name=one.name, ou=one.ou) for one in organization.accounts),
        ),
        regions=tuple(regions),
        environments={_EVERYWHERE: Environment(mode="observe", organizational_units=(ROOT,))},
        models=Models(
            approved={
                _EVERYWHERE: tuple(model for model in sorted(known_models()) if not has_ended(model, day))
            }
        ),
    )


def reaches(
    organization: FoundOrganization, accounts: Sequence[str], regions: Sequence[str], now: dt.datetime
) -> tuple[tuple[Reach, ...], tuple[BrokenProfile, ...]]:
    """Which models the accounts can call, and which profiles break for them; alike accounts together."""
    manifest = interim_manifest(organization, regions, now.date())
    in_force = _InForce(organization)
    alike: dict[str, list[AccountPolicies]] = {}
    for account in accounts:
        policies = in_force.of(account)
        alike.setdefault(in_force.likeness(policies), []).append(policies)
    found, broken = [], []
    for together in alike.values():
        ids = tuple(one.account for one in together)
        ways = allowances_under(together[0], manifest, now=now).ways
        found.append(_reach(ids, ways))
        broken += list(_broken(together[0], ids, organization.id, regions, now))
    return tuple(found), tuple(broken)


class _InForce:
    """What is in force for each account, by the policies as they are attached."""

    def __init__(self, organization: FoundOrganization) -> None:
        self._organization = organization
        self._accounts = {one.id: one for one in organization.accounts}
        self._attached: dict[str, list[PolicyInForce]] = {}
        self._texts: dict[tuple[str, str], list[str]] = {}
        for one in organization.policies:
            if one.type in GOVERNING and one.type in organization.policy_types:
                for target in one.targets:
                    self._attach(one, target)

    def of(self, account: str) -> AccountPolicies:
        """What is in force for an account, level by level."""
        found = self._accounts[account]
        units = [] if found.ou == ROOT else list(reversed(list(up_from(found.ou))))
        return AccountPolicies(
            account=account,
            name=found.name,
            is_management=account == self._organization.management_account,
            levels=(
                Level(kind="root", at=ROOT, policies=self._at(ROOT)),
                *(Level(kind="ou", at=unit, policies=self._at(unit)) for unit in units),
                Level(kind="account", at=account, policies=self._at(account)),
            ),
        )

    def likeness(self, policies: AccountPolicies) -> str:
        """The same for accounts whose calls the same policies decide alike."""
        texts = [
            (one.policy.name, text)
            for level in policies.levels
            for one in level.policies
            for text in self._texts.get((level.at, one.policy.name), ())
        ]
        whole = "\n".join(text for _, text in texts)
        named = policies.account if policies.account in _ACCOUNT.findall(whole) else ""
        own = policies.account if _TELLS_ACCOUNTS.search(whole) else named
        told = (len(policies.levels), policies.is_management, texts, own)
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def _attach(self, one: FoundPolicy, target: str) -> None:
        policy, problems = read_policy(one.content.encode(), one.name, one.name)
        if policy is not None and not any(each.severity == "error" for each in problems):
            kind: PolicyType = one.type  # type: ignore[assignment]
            held = PolicyInForce(policy=policy, type=kind, at=target)
            self._attached.setdefault(target, []).append(held)
            self._texts.setdefault((target, policy.name), []).append(one.content)

    def _at(self, target: str) -> tuple[PolicyInForce, ...]:
        """What is attached there; of a type that is not in force, AWS's own that allows all."""
        idle = (
            PolicyInForce(policy=allowing_all(ALLOWS_ALL[kind]), type=kind, at=target)
            for kind in GOVERNING
            if kind not in self._organization.policy_types
        )
        return (*idle, *self._attached.get(target, ()))


def _reach(accounts: tuple[str, ...], ways: Iterable[Way]) -> Reach:
    by_model: dict[str, list[Way]] = {}
    for way in ways:
        by_model.setdefault(way.model, []).append(way)
    allowed, partly, refused, unknown = [], [], [], []
    for model, own in sorted(by_model.items()):
        cells = [cell for way in own for cell in (way.whole, way.stream, way.batch, way.mantle)]
        answers = {cell.answer for cell in cells} - {"none"}
        reasons = dict.fromkeys(cell.reason for cell in cells if cell.reason)
        told = RefusedModel(model=model, reasons=tuple(sorted(reasons)))
        if answers <= {"yes"}:
            allowed.append(model)
        elif "yes" in answers or "with_guardrail" in answers:
            partly.append(told)
        elif "unknown" in answers:
            unknown.append(told)
        else:
            refused.append(told)
    return Reach(
        accounts=accounts,
        allowed=tuple(allowed),
        partly=tuple(partly),
        refused=tuple(refused),
        unknown=tuple(unknown),
    )


def _broken(
    policies: AccountPolicies,
    accounts: tuple[str, ...],
    organization: str,
    regions: Iterable[str],
    now: dt.datetime,
) -> Iterator[BrokenProfile]:
    """The profiles that fail for a Region that a call may be routed to, and for no other reason."""
    judge = CallJudge(
        policies.policy_set(),
        surfaces=inference_surfaces(),
        profiles=inference_profiles(),
        reference=iam_reference(),
    )
    for region in regions:
        for profile in inference_profiles().values():
            if region not in profile.routes or has_ended(profile.model, now.date()):
                continue
            call = BedrockCall(
                principal=f"arn:aws:iam::{policies.account}:role/{ROLE}",
                account=policies.account,
                organization=organization,
                api="InvokeModel",
                model=profile.id,
                region=region,
                endpoint=PUBLIC,
                at=now.replace(tzinfo=dt.UTC),
            )
            away = _refused_away(judge.decide(call, passages=False), region)
            if away:
                statements = away[0].decision.statements if away[0].decision else ()
                deciding = statements[0] if statements else None
                yield BrokenProfile(
                    accounts=accounts,
                    profile=profile.id,
                    region=region,
                    denied_in=tuple(sorted({_region_of(one) for one in away})),
                    policy=deciding.policy if deciding else "",
                    statement=deciding.statement.label if deciding else "",
                    at=policies.levels[deciding.level - 1].at if deciding and deciding.level else "",
                    in_use=False,
                )


def _refused_away(decision: CallDecision, region: str) -> list[JudgedLeg]:
    """The legs that are refused in other Regions, where those at home are not."""
    refused = [one for one in decision.failing if one.outcome != "unknown"]
    if len(refused) != len(decision.failing):
        return []
    away = [one for one in refused if one.leg.kind == "foundation_model" and _region_of(one) != region]
    return away if len(away) == len(refused) else []


def _region_of(one: JudgedLeg) -> str:
    """The Region for which a leg is authorised."""
    request = one.leg.request
    context = {key.lower(): values for key, values in request.context.items()} if request else {}
    values = context.get("aws:requestedregion", ())
    return values[0] if values else ""


def policies_by_account(organization: FoundOrganization, kind: str) -> Mapping[str, tuple[FoundPolicy, ...]]:
    """The policies of a type that hold for each account, wherever above it they are attached."""
    held = [one for one in organization.policies if one.type == kind and kind in organization.policy_types]
    found = {}
    for account in organization.accounts:
        above = {ROOT, account.id, *(() if account.ou == ROOT else up_from(account.ou))}
        found[account.id] = tuple(one for one in held if above & set(one.targets))
    return found
