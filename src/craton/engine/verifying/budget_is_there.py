"""Every account has the budget of its environment."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed
from craton.kinds.budget import usd_per_month

if TYPE_CHECKING:
    from collections.abc import Iterator


def _subjects(scene: Scene) -> Iterator[Subject]:
    for account in scene.members:
        yield Subject(account=account, region=scene.home)


def _judge(scene: Scene, of: Subject, asked: Questions) -> Verdict:
    wanted = usd_per_month(scene.intent, scene.members[of.account])
    told = asked.ask(of.account, of.region, "budgets", "DescribeBudgets", AccountId=of.account)
    limits = [
        Decimal(str(one["BudgetLimit"]["Amount"]))
        for one in (told or {}).get("Budgets") or ()
        if one["TimeUnit"] == "MONTHLY" and one.get("BudgetLimit")
    ]
    if wanted in limits:
        return passed(f"{wanted:f} USD a month")
    return failed(f"no budget of {wanted:f} USD a month is among {len(limits)}")


CHECK: Final = Check(
    title="the account has its budget",
    hint="the account's stack makes it: `craton onboard ACCOUNT` tells how the stack stands",
    subjects=_subjects,
    judge=_judge,
)
