"""A check: what it is about, what it asks AWS, and what it says of the answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from craton.compiler.organization_policies import OrganizationPolicies
from craton.core.cloud_call import Read
from craton.core.deployment import Deployment
from craton.core.intent import EnvironmentIntent, Intent
from craton.core.manifest_origin import Origin
from craton.core.verification import Status
from craton.planner.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(Struct, frozen=True):
    """What is said of a subject, and in a few words why."""

    status: Status
    detail: str = ""


class Subject(Struct, frozen=True, kw_only=True):
    """What a check judges by itself: something in an account and Region. `of` tells which, where several."""

    account: str
    region: str
    of: str = ""


class Scene(Struct, frozen=True, kw_only=True):
    """What is to stand, and when it is looked at. Units: `at` is naive UTC."""

    intent: Intent
    deployment: Deployment
    governing: OrganizationPolicies
    origin: Origin
    at: dt.datetime

    @property
    def home(self) -> str:
        """The home Region."""
        return self.intent.home_region

    @property
    def members(self) -> dict[str, EnvironmentIntent]:
        """The accounts that are in an environment and active, with it; neither the hub nor management."""
        own = (self.intent.management_account, self.intent.hub_account)
        return {
            one.id: environment
            for environment in self.intent.environments
            for one in environment.accounts
            if one.id not in own and str(one.status) == "ACTIVE"
        }

    def in_members(self) -> Iterator[Subject]:
        """Each Region of each account that is in an environment."""
        for account in self.members:
            for region in self.intent.regions:
                yield Subject(account=account, region=region)

    def in_hub(self) -> Iterator[Subject]:
        """Each Region of the hub."""
        for region in self.intent.regions:
            yield Subject(account=self.intent.hub_account, region=region)


class Questions(Seen):
    """Asks AWS for one verdict, and remembers what it asked, which is the verdict's evidence."""

    def __init__(self, of: Seen) -> None:
        super().__init__()
        self._of = of
        self.taken: dict[str, Read] = {}

    def ask(self, account: str, region: str, service: str, operation: str, **parameters: Any) -> Any:
        """The answer of a read; None where what is asked for is not there.

        Raises: NotAskedError, NotKnownError.
        """
        return self.told(
            Read(account=account, region=region, service=service, operation=operation, parameters=parameters)
        )

    def told_each(self, reads: Iterable[Read]) -> list[Any]:
        """See `Seen`."""
        wanted = list(reads)
        self.taken.update((one.key, one) for one in wanted)
        return self._of.told_each(wanted)


Subjects: TypeAlias = Callable[[Scene], Iterator[Subject]]
Judge: TypeAlias = Callable[[Scene, Subject, Questions], Verdict]


class Check(Struct, frozen=True, kw_only=True):
    """One check. `title` is what is true where it passes, `hint` what to do where it does not."""

    title: str
    hint: str
    subjects: Subjects
    judge: Judge


def passed(detail: str = "") -> Verdict:
    """It is as it should be."""
    return Verdict("passed", detail)


def failed(detail: str) -> Verdict:
    """It is not as it should be."""
    return Verdict("failed", detail)


def unknown(detail: str) -> Verdict:
    """AWS does not tell enough to say."""
    return Verdict("unknown", detail)
