"""The stacks of a stack set in the accounts and Regions that it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.cloud_call import Call
from craton.planner.organization_ids import target_id, target_name
from craton.planner.thing import Body, Risk, Thing
from craton.planner.things.stack_set import PREFERENCES, called_as, of_operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CURRENT: Final = "CURRENT"


class StackInstances(Thing):
    """Which account has a stack in which Region, and how it stands."""

    operation = "CreateStackInstances"
    told_by = ("ListStackInstances", "ListAccountsForParent", "DescribeStackSet")

    @property
    def address(self) -> str:
        return f"stack_instances/{self._stack_set}/{'+'.join(map(target_name, self._units))}"

    @property
    def needs(self) -> tuple[str, ...]:
        return (f"stack_set/{self._stack_set}",)

    @property
    def holds_data(self) -> bool:
        return bool(self._instances())

    def loses_parts(self) -> bool:
        return bool(self._given_up())

    @property
    def may_come_half(self) -> bool:
        return True

    @property
    def _stack_set(self) -> str:
        return str(self.step.parameters["StackSetName"])

    @property
    def _units(self) -> list[Any]:
        units: list[Any] = self.step.parameters["DeploymentTargets"]["OrganizationalUnitIds"]
        return units

    @property
    def places(self) -> frozenset[str]:
        """The stacks of one template in the OUs, since those of two sets would have the same names inside."""
        templates = {
            one.parameters["StackSetName"]: one.parameters["TemplateBody"]["file"]
            for one in self.deployment.steps
            if one.operation == "CreateStackSet"
        }
        template = templates.get(self._stack_set, self._stack_set)
        return frozenset(f"{template} {target_name(one)}" for one in self._units)

    def wanted(self) -> Body:
        regions = self.step.parameters["Regions"]
        return {f"{account}/{region}": _CURRENT for account in self._accounts() for region in regions}

    def found(self) -> Body | None:
        held = {key: _standing(one) for key, one in self._instances().items()}
        return dict(sorted(held.items())) if held or self._is_aimed() else None

    def bring_about(self) -> Iterator[Call]:
        wanted, found = self.wanted(), self.found()
        if found is None:  # accounts that come into an OU without any get stacks, too
            yield self._call("CreateStackInstances", self.step.parameters["Regions"])
            return
        missing = [key for key in wanted if key not in found]
        if missing:
            yield self._call("CreateStackInstances", missing)
        yield from self._let_go()
        outdated = [key for key in wanted if found.get(key, _CURRENT) != _CURRENT]
        if outdated:
            yield self._call("UpdateStackInstances", outdated)

    def remove(self) -> Iterator[Call]:
        found = self.found()
        if found is not None:  # OUs without accounts are no longer aimed at either
            regions = list(found) or self.step.parameters["Regions"]
            yield self._call("DeleteStackInstances", regions, RetainStacks=False)

    def risk(self, action: str) -> Risk:
        return "high" if action == "delete" else "medium"

    def _given_up(self) -> list[str]:
        """Instances that go only if they are told to: of a Region or an account that is no longer meant.

        Those of an account that left the OUs go by themselves, where deployment is automatic.
        """
        wanted, there = self.wanted(), self._active()
        return [key for key in self.found() or () if key not in wanted and _account(key) in there]

    def _let_go(self) -> Iterator[Call]:
        given_up = self._given_up()
        of_regions = [key for key in given_up if _region(key) not in self.step.parameters["Regions"]]
        if of_regions:
            yield self._call("DeleteStackInstances", of_regions, RetainStacks=False)
        of_accounts = sorted(set(given_up) - set(of_regions))
        if of_accounts:
            targets = {
                "OrganizationalUnitIds": self._unit_ids(),
                "Accounts": sorted(set(map(_account, of_accounts))),
                "AccountFilterType": "INTERSECTION",
            }
            yield self._call(
                "DeleteStackInstances", of_accounts, RetainStacks=False, DeploymentTargets=targets
            )

    def _instances(self) -> Mapping[str, Mapping[str, Any]]:
        """The instances in the accounts that the step means, by account and Region."""
        read = self.reading_in_management(
            "cloudformation", "ListStackInstances", StackSetName=self._stack_set
        )
        told = self.seen.told(read)
        accounts = set(self._accounts())
        units = set(self._unit_ids())
        return {
            f"{one['Account']}/{one['Region']}": one
            for one in (told["Summaries"] if told else ())
            if one["Account"] in accounts or one.get("OrganizationalUnitId") in units
        }

    def _is_aimed(self) -> bool:
        """Whether the stack set deploys into each of the OUs, though there may be no account in them."""
        read = self.reading_in_management("cloudformation", "DescribeStackSet", StackSetName=self._stack_set)
        told = self.seen.told(read)
        units = set(self._unit_ids())
        return told is not None and bool(units) and units <= set(told["StackSet"]["OrganizationalUnitIds"])

    def _unit_ids(self) -> list[str]:
        return [found for one in self._units if (found := target_id(self, one)) is not None]

    def _accounts(self) -> list[str]:
        """The active accounts that the step means: those of whole OUs, or those that it names."""
        named = self.step.parameters["DeploymentTargets"].get("Accounts")
        return sorted(self._active() if named is None else self._active() & set(named))

    def _active(self) -> set[str]:
        """The active accounts of the OUs and below them, but for the management account."""
        below = [one for unit in self._unit_ids() for one in self._below(unit)]
        # `State` is what AWS tells from 2026-09-09 on, `Status` what it told before.
        active = {one["Id"] for one in below if (one.get("State") or one["Status"]) == "ACTIVE"}
        return active - {self.deployment.management_account}

    def _below(self, unit: str) -> list[Mapping[str, Any]]:
        accounts, units = self.seen.told_each(
            [
                self.reading_in_management("organizations", operation, ParentId=unit)
                for operation in ("ListAccountsForParent", "ListOrganizationalUnitsForParent")
            ]
        )
        deeper = [one for child in units["OrganizationalUnits"] for one in self._below(child["Id"])]
        return [*accounts["Accounts"], *deeper]

    def _regions_of(self, keys: list[str]) -> list[str]:
        """The Regions of the keys, those that are wanted in the order of the step, before all others."""
        told = set(map(_region, keys))
        wanted = [one for one in self.step.parameters["Regions"] if one in told]
        return [*wanted, *sorted(told - set(wanted))]

    def _call(self, operation: str, keys: list[str], **more: Any) -> Call:
        """The call for what is meant, in the Regions of the keys."""
        targets = self.step.parameters["DeploymentTargets"]
        return Call(
            account=self.step.account,
            region=self.step.region,
            service="cloudformation",
            operation=operation,
            parameters={
                "StackSetName": self._stack_set,
                "DeploymentTargets": {**targets, "OrganizationalUnitIds": self._unit_ids()},
                "Regions": self._regions_of(keys),
                "OperationPreferences": PREFERENCES,
                **called_as(self.step),
                **more,
            },
            until=of_operation(self._stack_set, called_as(self.step)),
        )


def _region(key: str) -> str:
    """The Region of an instance, by what names it."""
    return key.rpartition("/")[2]


def _account(key: str) -> str:
    return key.partition("/")[0]


def _standing(instance: Mapping[str, Any]) -> str:
    """How an instance stands, in one word: CURRENT, or what keeps it from that."""
    detailed = instance.get("StackInstanceStatus", {}).get("DetailedStatus", "SUCCEEDED")
    status = str(instance["Status"])
    return (
        status if status != _CURRENT or detailed in ("SUCCEEDED", "SKIPPED_SUSPENDED_ACCOUNT") else detailed
    )
