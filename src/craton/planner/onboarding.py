"""Whether an account has the rules of its environment: each step on the way there, and how far it is.

Nothing is done here. Policies of OUs hold for whoever is in them, and stack sets deploy by themselves to
accounts that join; an account that a manifest names by itself needs a plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from craton.core.cloud_call import Read
from craton.core.organization import ROOT
from craton.planner.seen import NotKnownError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from craton.core.deployment import Deployment, DeploymentStep
    from craton.core.manifest import Manifest
    from craton.planner.seen import Seen

State = Literal["done", "waiting", "failed", "unknown", "not_needed"]


class ChecklistStep(Struct, frozen=True, kw_only=True):
    """One step: what it is, how far it is, and what is known of it."""

    title: str
    state: State
    detail: str = ""


class Checklist(Struct, frozen=True, kw_only=True):
    """The way of an account into its environment; `environment` is None where it is in none."""

    account: str
    name: str
    organizational_unit: str | None
    environment: str | None
    steps: tuple[ChecklistStep, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing remains to be done or waited for."""
        return all(one.state in ("done", "not_needed") for one in self.steps)

    @property
    def needs_none(self) -> bool:
        """Whether no environment gives it rules: it is not active, or has a stack of its own."""
        return any(one.state == "not_needed" for one in self.steps)


def checklist(account: str, manifest: Manifest, deployment: Deployment, seen: Seen) -> Checklist:
    """How far an account is. Raises: NotAskedError; NotKnownError where the organization cannot be read."""
    return _Onboarding(account, manifest, deployment, seen).checklist()


class _Onboarding:
    def __init__(self, account: str, manifest: Manifest, deployment: Deployment, seen: Seen) -> None:
        self._account = account
        self._manifest = manifest
        self._deployment = deployment
        self._seen = seen

    def checklist(self) -> Checklist:
        told = self._organization("DescribeAccount", AccountId=self._account)
        if told is None:
            step = ChecklistStep(title="in the organization", state="failed", detail="it has no such account")
            return self._told("", None, None, [step])
        status = told["Account"].get("State") or told["Account"]["Status"]
        name = told["Account"].get("Name", "")
        if status != "ACTIVE":
            detail = f"it is {status.lower().replace('_', ' ')}: nothing is deployed to it"
            step = ChecklistStep(title="in the organization", state="not_needed", detail=detail)
            return self._told(name, None, None, [step])
        chain = self._chain()
        path = "/".join(one["Name"] for one in reversed(chain)) or ROOT
        environment = self._manifest.environment_of(self._account, path)
        steps = [ChecklistStep(title="in the organization", state="done", detail=f"active, in {path}")]
        if self._account in (self._deployment.management_account, self._deployment.hub_account):
            return self._told(name, path, environment, [*steps, self._own()])
        if environment is None:
            detail = "no environment of the manifest holds its OU, and none names it"
            steps.append(ChecklistStep(title="in an environment", state="failed", detail=detail))
            return self._told(name, path, None, steps)
        steps.append(ChecklistStep(title="in an environment", state="done", detail=environment))
        steps.append(self._known(lambda: self._policies([one["Id"] for one in chain]), "policies in force"))
        for region in self._deployment.regions:
            steps.append(
                self._known(lambda at=region: self._stack(environment, at), f"stack in {region}")  # type: ignore[misc]
            )
            steps.append(
                self._known(lambda at=region: self._logging(at), f"calls are logged in {region}")  # type: ignore[misc]
            )
        return self._told(name, path, environment, steps)

    def _told(
        self, name: str, path: str | None, environment: str | None, steps: list[ChecklistStep]
    ) -> Checklist:
        return Checklist(
            account=self._account,
            name=name,
            organizational_unit=path,
            environment=environment,
            steps=tuple(steps),
        )

    def _own(self) -> ChecklistStep:
        what = "the hub" if self._account == self._deployment.hub_account else "the management account"
        detail = f"it is {what}, which has its own stack: see `craton plan`"
        return ChecklistStep(title="in an environment", state="not_needed", detail=detail)

    def _known(self, step: Callable[[], ChecklistStep], title: str) -> ChecklistStep:
        try:
            return step()
        except NotKnownError as error:
            return ChecklistStep(title=title, state="unknown", detail=str(error))

    def _chain(self) -> list[Mapping[str, Any]]:
        """The OUs around the account, the nearest first; without the root."""
        found: list[Mapping[str, Any]] = []
        at = self._account
        while True:
            parent = self._organization("ListParents", ChildId=at)["Parents"][0]
            if parent["Type"] == "ROOT":
                return found
            at = parent["Id"]
            told = self._organization("DescribeOrganizationalUnit", OrganizationalUnitId=at)
            found.append(told["OrganizationalUnit"])

    def _policies(self, units: list[str]) -> ChecklistStep:
        """Every policy that the deployment attaches around the account is in force there."""
        root = self._organization("ListRoots")["Roots"][0]["Id"]
        around = {root, *units, self._account}
        missing, count = [], 0
        for step in self._steps("AttachPolicy"):
            target = self._target(step.parameters["TargetId"], root, units)
            if target not in around:
                continue
            count += 1
            name = step.parameters["PolicyId"]["policy"]
            told = self._organization("ListPoliciesForTarget", TargetId=target, Filter=self._type(name))
            if name not in {one["Name"] for one in told["Policies"]}:
                missing.append(name)
        detail = f"not attached: {', '.join(missing)}" if missing else f"{count} of {count}"
        return ChecklistStep(title="policies in force", state="failed" if missing else "done", detail=detail)

    def _target(self, target: Any, root: str, units: list[str]) -> str | None:
        """The id of what a step means, where that is around the account; None where it is elsewhere."""
        if isinstance(target, str):
            return target
        if "root" in target:
            return root
        names = target["ou"].split("/")
        own = list(reversed(units))
        at = len(names) - 1
        return own[at] if at < len(own) and self._path(own[: at + 1]) == names else None

    def _path(self, units: list[str]) -> list[str]:
        return [
            self._organization("DescribeOrganizationalUnit", OrganizationalUnitId=one)["OrganizationalUnit"][
                "Name"
            ]
            for one in units
        ]

    def _type(self, policy: str) -> str:
        return next(
            str(one.parameters["Type"])
            for one in self._steps("CreatePolicy")
            if one.parameters["Name"] == policy
        )

    def _stack(self, environment: str, region: str) -> ChecklistStep:
        title = f"stack in {region}"
        stack_set = next(
            one
            for one in self._steps("CreateStackSet")
            if one.parameters["StackSetName"] == f"{self._manifest.names.stack_set}-{environment}"
        )
        told = self._seen.told(
            Read(
                account=self._deployment.management_account,
                region=stack_set.region,
                service="cloudformation",
                operation="DescribeStackInstance",
                parameters={
                    "StackSetName": stack_set.parameters["StackSetName"],
                    "StackInstanceAccount": self._account,
                    "StackInstanceRegion": region,
                },
            )
        )
        if told is None:
            return ChecklistStep(title=title, state="waiting", detail="there is none yet")
        instance = told["StackInstance"]
        detailed = instance.get("StackInstanceStatus", {}).get("DetailedStatus", "")
        if instance["Status"] == "CURRENT":
            return ChecklistStep(title=title, state="done", detail="it is current")
        state: State = "waiting" if detailed in ("PENDING", "RUNNING") else "failed"
        why = instance.get("StatusReason") or ""
        return ChecklistStep(
            title=title, state=state, detail=f"{detailed or instance['Status']} {why}".strip()
        )

    def _logging(self, region: str) -> ChecklistStep:
        told = self._seen.told(
            Read(
                account=self._account,
                region=region,
                service="bedrock",
                operation="GetModelInvocationLoggingConfiguration",
            )
        )
        is_on = bool(told and told.get("loggingConfig"))
        return ChecklistStep(
            title=f"calls are logged in {region}",
            state="done" if is_on else "waiting",
            detail="" if is_on else "the stack switches it on",
        )

    def _steps(self, operation: str) -> Iterator[DeploymentStep]:
        return (one for one in self._deployment.steps if one.operation == operation)

    def _organization(self, operation: str, **parameters: Any) -> Any:
        return self._seen.told(
            Read(
                account=self._deployment.management_account,
                region=self._deployment.home_region,
                service="organizations",
                operation=operation,
                parameters=parameters,
            )
        )
