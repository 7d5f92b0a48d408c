"""How long the canary of an environment has had what the rest of it is about to get."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from craton.planner.things.policy import policy_address

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from craton.core.deployment import Canary, Deployment
    from craton.core.deployment_record import JournalEntry
    from craton.engine.deployment_state import DeploymentState
    from craton.planner.plan import Plan


class Canaries:
    """What is known of canaries while a plan is applied: from earlier applies, and from this one.

    `state` tells where earlier applies are told now, `journal` what happened in this plan's so far.
    """

    def __init__(
        self,
        state: Callable[[], DeploymentState],
        journal: Sequence[JournalEntry],
        plan: Plan,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._state = state
        self._journal = journal
        self._plan = plan
        self._now = now
        self._new: set[str] = set()

    def learn(self, address: str, *, is_new: bool) -> None:
        """What became of a change of this apply: whether it was made just now."""
        if is_new:
            self._new.add(address)

    def waits(self, canary: Canary | None) -> str | None:
        """Why what comes after the canary waits; None where it need not."""
        if canary is None or not canary.minutes:
            return None
        now = self._now()
        since = self._since(canary, now)
        until = since + dt.timedelta(minutes=canary.minutes)
        if until <= now:
            return None
        return (
            f"the canary has it since {since:%Y-%m-%d %H:%M} UTC, with `{canary.policies[0]}`:"
            f" apply again after {until:%H:%M}"
        )

    def _since(self, canary: Canary, now: dt.datetime) -> dt.datetime:
        """From when on all policies of the canary have said the same as they say now, as far as is known."""
        if self._new & {policy_address(one) for one in canary.policies}:
            return now
        wanted = _said(self._plan.deployment, canary)
        since = self._noted(canary) or now
        for snapshot in self._state().snapshots(newest_first=True):
            if _said(snapshot.deployment, canary) != wanted:
                break
            since = min(since, snapshot.at)
        return since

    def _noted(self, canary: Canary) -> dt.datetime | None:
        """When an earlier run of this plan was done with the last of the policies."""
        addresses = {policy_address(one) for one in canary.policies}
        return max(
            (one.at for one in self._journal if one.event == "done" and one.address in addresses),
            default=None,
        )


def _said(deployment: Deployment, canary: Canary) -> list[Any]:
    """What the policies of the canary say, those that are not there told as None."""
    files = {
        step.parameters["Name"]: deployment.files.get(step.parameters["Content"]["file"])
        for step in deployment.steps
        if step.operation == "CreatePolicy"
    }
    return [files.get(name) for name in canary.policies]
