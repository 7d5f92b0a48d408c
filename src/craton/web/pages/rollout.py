"""How far the rules are rolled out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from craton.engine.rollout import STANDINGS, AccountRollout, Standing, rollout
from craton.web.deployment_words import PHASES, who
from craton.web.page import Page, with_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.engine.deployment_records import DriftEntry
    from craton.engine.rollout import Rollout
    from craton.web.page import CsvRows, Visit

WORDS: Final[Mapping[Standing, str]] = {
    "current": "current",
    "behind": "behind",
    "failed": "failed",
    "drifted": "drifted",
    "unknown": "unknown",
    "outside": "no environment",
    "inactive": "inactive",
}
MEANS: Final[Mapping[Standing, str]] = {
    "current": "all is as the manifest wants it",
    "behind": "something is still to be done: plan and apply",
    "failed": "AWS could not bring a stack about",
    "drifted": "somebody changed it since the last apply",
    "unknown": "it could not be told",
    "outside": "no rules but those of the whole organization hold",
    "inactive": "suspended or closed: nothing is deployed to it",
}


def of_rollout(visit: Visit) -> Mapping[str, Any]:
    """Every account that the filters leave, by environment, with how it stands."""
    whole = rollout(visit.present)
    within = _narrowed(whole, visit)
    chosen = visit.said().get("state", "")
    counts = {one: sum(each.state == one for each in within.accounts()) for one in STANDINGS}
    found = _of_state(within, chosen) if chosen in WORDS else within
    return {
        "rollout": found,
        "whole": whole,
        "damaged": whole.damaged,
        "counts": counts,
        "states": [one for one in STANDINGS if counts[one] or one == chosen],
        "chosen": chosen if chosen in WORDS else "",
        "words": WORDS,
        "means": MEANS,
        "phase_words": PHASES,
        "who": who,
        "resources_of": resources_of,
        "state_address": lambda state: with_query(
            visit.path, [*visit.filters.pairs(), *([("state", state)] if state else [])]
        ),
        "is_manifest": visit.present.manifest is not None,
    }


def resources_of(drift: DriftEntry) -> list[dict[str, Any]]:
    """The resources of a stack that drifted, each with the places where it differs."""
    if not drift.address.startswith("drift/"):
        return []
    return [
        {
            "name": name,
            "type": one["type"],
            "id": one["id"],
            "status": one["status"],
            "places": [{"path": path, **sides} for path, sides in one["properties"].items()],
        }
        for name, one in (drift.before or {}).items()
    ]


def _narrowed(whole: Rollout, visit: Visit) -> Rollout:
    """The same with the accounts that the page's filters leave."""
    wanted = {name: visit.filters.values(name) for name in ("environment", "account")}
    units = visit.filters.values("ou")

    def fits(one: AccountRollout) -> bool:
        unit = one.organizational_unit or ""
        return (
            (not wanted["environment"] or (one.environment or "(none)") in wanted["environment"])
            and (not wanted["account"] or one.account in wanted["account"])
            and (not units or any(unit == each or unit.startswith(f"{each}/") for each in units))
        )

    return _kept(whole, fits)


def _of_state(whole: Rollout, state: str) -> Rollout:
    return _kept(whole, lambda one: one.state == state)


def _kept(whole: Rollout, fits: Any) -> Rollout:
    environments = (
        replace(one, accounts=tuple(each for each in one.accounts if fits(each)))
        for one in whole.environments
    )
    return replace(whole, environments=tuple(one for one in environments if one.accounts))


def rows(data: Mapping[str, Any]) -> CsvRows:
    """A row for each account."""
    names = (
        *("environment", "account", "name", "organizational_unit", "phase", "state", "detail", "version"),
        *("wanted_version", "policies", "policies_wanted", "drifts", "stacks"),
        *("applied_number", "applied_at", "applied_by", "applied_why"),
    )
    return names, [_row(one) for one in data["rollout"].accounts()]


def _row(one: AccountRollout) -> tuple[Any, ...]:
    applied = one.applied
    stacks = "; ".join(f"{each.region} {each.status or 'none'}" for each in one.regions)
    return (
        *(one.environment, one.account, one.name, one.organizational_unit, one.phase, one.state, one.detail),
        *(one.version, one.wanted_version, one.policies, one.policies_wanted, one.drifts, stacks),
        *((applied.number, applied.at, applied.by, applied.why) if applied else (None, None, None, None)),
    )


page = Page(
    title="Rollout",
    about="How far each account has the rules of its environment, and what was changed by hand since.",
    order=73,
    icon="M2 13.5h12M3.5 11V7.5M8 11V4.5M12.5 11V2M1.8 5.5 6 2.6l2.6 1.5",
    data=of_rollout,
    told=("rollout", "counts"),
    rows=rows,
    filtered=False,
    tells_of_deployments=True,
    fields=("state",),
)
