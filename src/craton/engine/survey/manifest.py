"""A manifest of what is there: who belongs to the organization, what is called, and which policies hold.

It adopts nothing that Craton did not make: policies that others wrote are written beside it as they are, are
told in `policies`, and stay as they are. Every environment observes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.codec.policy_source import read_policy
from craton.core.errors import UserError
from craton.core.manifest_policy_checks import ALLOWS_ALL
from craton.core.organization import ROOT, holds
from craton.core.quoting import ticked
from craton.engine.approved_models import has_ended
from craton.engine.starting_manifest import Answers as Told
from craton.engine.starting_manifest import (
    StartingAccount,
    StartingEnvironment,
    starting_manifest,
    suggestions,
)
from craton.engine.survey.manifest_lines import (
    Beside,
    owner_lines,
    policy_lines,
    with_ids,
    with_profiles,
    with_states,
)
from craton.engine.survey.policies import GOVERNING
from craton.planner.things.stack_set import DELEGATED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from craton.core.survey import Survey
    from craton.engine.survey.answers import Answers
    from craton.engine.survey.organization import FoundOrganization

_HUB: Final = re.compile(r"(?<![a-z])(hub|security|log|logs|logging|archive|audit|monitoring)(?![a-z])")
_ENVIRONMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "sandbox": ("sandbox", "sandboxes", "playground", "experiments"),
    "dev": ("dev", "development", "develop", "nonprod", "non-prod", "non-production"),
    "test": ("test", "testing", "qa", "sit", "uat", "integration"),
    "staging": ("staging", "stage", "preprod", "pre-prod", "pre-production"),
    "prod": ("prod", "production", "prd", "live"),
}
"""What OUs of an environment are called, in small letters."""

_FOLDER: Final = "policies"
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9.-]+")


class FoundManifest(Struct, frozen=True, kw_only=True):
    """A manifest, and the files that it names, by their path beside it.

    `notes` are what was guessed and what is left out.
    """

    text: str
    files: Mapping[str, str]
    notes: tuple[str, ...]


def found_manifest(
    organization: FoundOrganization,
    survey: Survey,
    answers: Answers,
    *,
    hub_account: str | None,
    regions: Sequence[str],
) -> FoundManifest:
    """The manifest. `hub_account` and `regions` go before what is guessed.

    Raises: UserError where nothing tells which account is the hub.
    """
    day = survey.at.date()
    hub = hub_account or hub_of(organization)
    used = tuple(regions) or _regions(survey)
    environments = _environments(organization)
    approved = _approved(organization, survey, environments, used[0])
    policies = tuple(_policies(organization))
    told = Told(
        organization=organization.id,
        management_account=organization.management_account,
        hub_account=hub,
        regions=used,
        accounts=tuple(StartingAccount(id=one.id, name=one.name, ou=one.ou) for one in organization.accounts),
        environments={
            name: StartingEnvironment(organizational_units=units, approved=approved[name], mode="observe")
            for name, units in environments.items()
        },
    )
    lines = starting_manifest(told).decode().splitlines()
    lines = list(with_profiles(with_states(with_ids(lines, organization), organization), answers))
    lines += [*owner_lines(organization), *policy_lines(policies)]
    return FoundManifest(
        text="".join(f"{line}\n" for line in lines),
        files={one.path: one.content for one in policies if one.path},
        notes=tuple(_notes(organization, survey, environments, policies, hub, day)),
    )


def hub_of(organization: FoundOrganization) -> str:
    """The account that administers stack sets for the organization, or whose name says what it is for."""
    for account, services in organization.administrators.items():
        if DELEGATED in services:
            return account
    named = [
        one.id
        for one in organization.accounts
        if one.id != organization.management_account
        and one.state == "ACTIVE"
        and _HUB.search(one.name.lower())
    ]
    if len(named) == 1:
        return named[0]
    raise UserError(
        "nothing tells which account is to be the hub, where Craton runs and logs rest",
        hint="name it with `--hub-account`",
    )


def _regions(survey: Survey) -> tuple[str, ...]:
    """The Regions in use, that with the most calls first."""
    calls: dict[str, int] = {}
    for one in survey.places:
        calls[one.region] = calls.get(one.region, 0) + (one.calls or 0)
    return tuple(sorted(calls, key=lambda region: (-calls[region], region))) or ("us-east-1",)


def _environments(organization: FoundOrganization) -> dict[str, tuple[str, ...]]:
    """The outermost OUs of each environment, by their names; all OUs where none says what it is for."""
    found: dict[str, list[str]] = {}
    for path in sorted(organization.units, key=lambda path: (path.count("/"), path)):
        if any(path.startswith(f"{unit}/") for units in found.values() for unit in units):
            continue
        last = path.rpartition("/")[2].lower().replace("_", "-").replace(" ", "-")
        for name, words in _ENVIRONMENTS.items():
            if last in words:
                found.setdefault(name, []).append(path)
    ordered = {name: tuple(found[name]) for name in _ENVIRONMENTS if name in found}
    if ordered:
        return ordered
    units = tuple(path for path in organization.units if "/" not in path)
    return {"workloads": units} if units else {"workloads": (ROOT,)}


def _approved(
    organization: FoundOrganization,
    survey: Survey,
    environments: Mapping[str, tuple[str, ...]],
    region: str,
) -> dict[str, tuple[str, ...]]:
    """The models that are called in each environment and have not ended; where none is, all that are."""
    day = survey.at.date()
    homes = {one.id: one.ou for one in organization.accounts}
    called: dict[str, set[str]] = {name: set() for name in environments}
    for one in survey.uses:
        if one.model is None or has_ended(one.model, day):
            continue
        for name, units in environments.items():
            ou = homes.get(one.account, ROOT)
            if any(holds(unit, ou) for unit in units):
                called[name].add(one.model)
                break
    every = {model for models in called.values() for model in models}
    usual = sorted(every) or [one.model for one in suggestions(region, day)]
    return {name: tuple(sorted(models) or usual) for name, models in called.items()}


def _policies(organization: FoundOrganization) -> Iterator[Beside]:
    """Each policy that somebody else wrote, at each place where it is attached."""
    allowed = {
        (one.type, target)
        for one in organization.policies
        if one.name in ALLOWS_ALL.values() and one.is_aws
        for target in one.targets
    }
    taken: dict[str, str] = {}
    replaced: set[tuple[str, str]] = set()
    for one in organization.policies:
        kind = next((kind for kind in GOVERNING if kind == one.type), None)
        if kind is None or one.type not in organization.policy_types or one.is_own:
            continue
        if one.is_aws and one.name in ALLOWS_ALL.values():
            continue
        policy, problems = read_policy(one.content.encode(), one.name)
        is_sound = policy is not None and not any(each.severity == "error" for each in problems)
        stem = _NO_NAME.sub("-", one.name).strip("-.") or one.id
        stem = stem if taken.setdefault(stem, one.id) == one.id else f"{stem}-{one.id}"
        for target in one.targets:
            place = (one.type, target)
            stands_in = place not in allowed and place not in replaced
            if stands_in:
                replaced.add(place)
            yield Beside(
                policy=one,
                target=target,
                path=f"{_FOLDER}/{stem}.json" if is_sound else "",
                content=_laid_out(one.content),
                replaces=ALLOWS_ALL[kind] if stands_in else None,
            )


def _laid_out(content: str) -> str:
    """The policy over several lines, as people read it; as it is where it is no JSON."""
    try:
        return msgspec.json.format(content, indent=2) + "\n"
    except msgspec.DecodeError:
        return content


def _notes(  # noqa: PLR0917 - everything that was decided
    organization: FoundOrganization,
    survey: Survey,
    environments: Mapping[str, tuple[str, ...]],
    policies: Iterable[Beside],
    hub: str,
    day: dt.date,
) -> Iterator[str]:
    """What was guessed, and what is left out."""
    names = {one.id: one.name for one in organization.accounts}
    yield f"the hub is {hub} {names.get(hub, '')}".rstrip()
    for name, units in environments.items():
        yield f"environment {name}: {', '.join(units)}"
    covered = [unit for units in environments.values() for unit in units]
    outside = [
        f"{one.id} {one.name}"
        for one in organization.accounts
        if one.id not in (organization.management_account, hub)
        and not any(holds(unit, one.ou) for unit in covered)
    ]
    if outside:
        yield f"in no environment: {', '.join(outside)}"
    ended = sorted({one.model for one in survey.uses if one.model and has_ended(one.model, day)})
    if ended:
        yield f"called, and not approved because they have ended: {', '.join(ended)}"
    for one in policies:
        if one.path:
            yield f"left as it is: policy {ticked(one.policy.name)} at {ticked(one.target)}, in {one.path}"
        else:
            yield f"left out, for it cannot be read: policy {ticked(one.policy.name)} at {ticked(one.target)}"
    yield from (f"left as it is: stack set {name}" for name in organization.stack_sets)
