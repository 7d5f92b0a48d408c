"""What is done to bring a compiled manifest into an organization: AWS's own calls, in their order.

`organization.json` holds them as data. Scripts, guides and plans are made of it, so that none of them can
leave a step out. Where a value is known to AWS alone, a parameter holds an object that says what is meant:

    {"root": "o-…"}         the id of the root            {"ou": "workloads/prod"}     the id of an OU
    {"file": "…"}           the content of an artifact    {"policy": "…"}              the id of a policy

Where a file has marks, `outputs` beside it says which output of which stack belongs in the place of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec import Struct, field

from craton.compiler.layout import TEMPLATES
from craton.compiler.template import PARAMETER
from craton.core.deployment import Canary, DeploymentStep, Phase
from craton.core.organization import ROOT, holds
from craton.kinds import kinds
from craton.kinds.deployer_role import STACK_SETS
from craton.kinds.invocation_log_group import NAME as LOG_GROUP_NAME
from craton.kinds.invocation_log_group import logging

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from craton.compiler.organization_policies import OrganizationPolicy
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.organization import Account
    from craton.core.organization_step import OrganizationStep
    from craton.core.resource import TemplateName

_OwnStack = Literal["management", "hub", "management_access", "hub_access"]

_CAPABILITIES: Final = ["CAPABILITY_NAMED_IAM"]


class AttachedDocument(Struct, frozen=True, kw_only=True):
    """A policy that is made of an artifact, and where it is attached.

    `outputs` say what of a stack belongs in the place of each mark of the file; such a policy is made after
    the stacks. `after` is the canary in which the same holds first.
    """

    name: str
    type: str
    path: str
    about: str
    at: tuple[str, ...]
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    after: Canary | None = None


def organization_document(
    intent: Intent, documents: Sequence[AttachedDocument], files: Sequence[str], *, parameters: frozenset[str]
) -> bytes:
    """The file of steps.

    `files` are the paths of all that was compiled, itself among them; `parameters` those of the template for
    members.
    """
    told = {
        "organization": intent.manifest.organization.id,
        "management_account": intent.management_account,
        "hub_account": intent.hub_account,
        "regions": intent.regions,
        "logs": {
            "transport": logging(intent).transport,
            "destination": intent.manifest.names.destination,
            "log_group": LOG_GROUP_NAME,
        },
        "files": list(files),
        "steps": [msgspec.to_builtins(one) for one in steps(intent, documents, parameters)],
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def attached_documents(policies: Iterable[OrganizationPolicy]) -> Iterator[AttachedDocument]:
    """The SCPs and RCPs that are attached anywhere."""
    for one in policies:
        if one.at:
            yield AttachedDocument(
                name=one.name, type=one.type, path=one.path, about=one.about, at=one.at, after=one.after
            )


def steps(
    intent: Intent, documents: Sequence[AttachedDocument], parameters: frozenset[str]
) -> Iterator[DeploymentStep]:
    """Every step, the first to be done first."""
    telling = _Telling(intent, parameters)
    wanted = _wanted(intent)
    yield from telling.policy_types(documents)
    yield telling.call(
        "cloudformation",
        "ActivateOrganizationsAccess",
        {},
        "stack sets reach the accounts of OUs by themselves",
    )
    delegated = {"AccountId": intent.hub_account, "ServicePrincipal": STACK_SETS}
    yield telling.call(
        "organizations",
        "RegisterDelegatedAdministrator",
        delegated,
        "the hub brings stack sets to all accounts",
    )
    yield from (telling.of_kind(one) for one in wanted if one.when == "first")
    for document in documents:
        if not document.outputs:
            yield from telling.policy(document)
    yield _in_phase("management", telling.stack("management_access", intent.home_region))
    yield telling.stack("hub_access", intent.home_region)
    for region in intent.regions:
        yield telling.stack("hub", region)
    # The trail, the exports of costs and the bus's rule of the management account lead into the hub.
    for region in intent.regions:
        yield telling.stack("management", region)
    for document in documents:
        if document.outputs:
            yield from (_in_phase("hub", one) for one in telling.policy(document))
    yield from telling.access_of_members()
    for environment in intent.environments:
        yield from telling.stack_set(environment)
    yield from (_in_phase("members", telling.of_kind(one)) for one in wanted if one.when == "last")


def _wanted(intent: Intent) -> tuple[OrganizationStep, ...]:
    """What kinds want done, each step once."""
    found: dict[bytes, OrganizationStep] = {}
    for kind in kinds():
        for one in kind.steps(intent):
            key = msgspec.json.encode((one.service, one.operation, one.parameters), order="sorted")
            found.setdefault(key, one)
    return tuple(found.values())


def _in_phase(phase: Phase, step: DeploymentStep) -> DeploymentStep:
    return msgspec.structs.replace(step, phase=phase)


class _Telling:
    """Puts steps into AWS's words, with what the manifest knows of ids."""

    def __init__(self, intent: Intent, parameters: frozenset[str]) -> None:
        self._intent = intent
        self._parameters = parameters
        self._ids = {one.path: one.id for one in intent.manifest.organization.organizational_units if one.id}

    def call(
        self, service: str, operation: str, parameters: Mapping[str, Any], because: str
    ) -> DeploymentStep:
        """A call in the management account, in the home Region."""
        return DeploymentStep(
            phase="management",
            account=self._intent.management_account,
            region=self._intent.home_region,
            service=service,
            operation=operation,
            parameters=parameters,
            because=because,
        )

    def of_kind(self, step: OrganizationStep) -> DeploymentStep:
        """What a kind wants done."""
        return self.call(step.service, step.operation, step.parameters, step.because)

    def policy_types(self, documents: Sequence[AttachedDocument]) -> Iterator[DeploymentStep]:
        """The types of policies are switched on at the root."""
        for kind in dict.fromkeys(one.type for one in documents):
            parameters = {"RootId": self.target(ROOT), "PolicyType": kind}
            yield self.call(
                "organizations", "EnablePolicyType", parameters, "policies of this type are attached"
            )

    def policy(self, document: AttachedDocument) -> Iterator[DeploymentStep]:
        """A policy is made, and attached wherever it holds."""
        made = {
            "Name": document.name,
            "Type": document.type,
            "Description": document.about,
            "Content": {"file": document.path, **({"outputs": document.outputs} if document.outputs else {})},
        }
        step = self.call("organizations", "CreatePolicy", made, document.about)
        yield msgspec.structs.replace(step, after=document.after)
        for at in document.at:
            attached = {"PolicyId": {"policy": document.name}, "TargetId": self.target(at)}
            yield self.call("organizations", "AttachPolicy", attached, f"{document.about}, at {at}")

    def stack(self, template: _OwnStack, region: str) -> DeploymentStep:
        """A stack of the hub in one Region, or of the management account, whose trail leads to the hub."""
        name, because = self._stacks[template]
        is_hub = template.startswith("hub")
        return DeploymentStep(
            phase="hub",
            account=self._intent.hub_account if is_hub else self._intent.management_account,
            region=region,
            service="cloudformation",
            operation="CreateStack",
            parameters={
                "StackName": name,
                "TemplateBody": {"file": TEMPLATES[template]},
                "Capabilities": _CAPABILITIES,
            },
            because=because,
        )

    @property
    def _stacks(self) -> Mapping[_OwnStack, tuple[str, str]]:
        """The name of each stack, and why it is there."""
        names = self._intent.manifest.names
        return {
            "management": (names.management_stack, "what the organization pays and allows"),
            "hub": (names.hub_stack, "logs of all accounts rest there"),
            "management_access": (names.access, "who reads and changes the management account"),
            "hub_access": (names.access, "who reads and changes the hub, and all accounts from there"),
        }

    def access_of_members(self) -> Iterator[DeploymentStep]:
        """The stack set of the roles with which Craton works in members, and its instances, OU by OU."""
        name = self._intent.manifest.names.access
        because = "who reads and mends accounts from the hub, those that join later too"
        yield self._stack_set(name, "member_access", {}, because)
        every = self._intent.environments
        units = list(dict.fromkeys(unit for one in every for unit in one.organizational_units))
        accounts = [account for one in every for account in one.accounts]
        for targets in (*self._whole(units), *self._apart(units, accounts)):
            yield self._instances(name, targets, because, at_home=True)

    def stack_set(self, environment: EnvironmentIntent) -> Iterator[DeploymentStep]:
        """The stack set of an environment, whose own default decides, and its instances."""
        name = f"{self._intent.manifest.names.stack_set}-{environment.name}"
        given = {"ParameterKey": PARAMETER, "ParameterValue": environment.name}
        told = {"Parameters": [given]} if PARAMETER in self._parameters else {}
        because = f"the accounts of {environment.name}, those that join later too"
        yield self._stack_set(name, "member", told, because)
        units = environment.organizational_units
        for targets in (*self._whole(units), *self._apart(units, environment.accounts)):
            yield self._instances(name, targets, because)

    def _stack_set(
        self, name: str, template: TemplateName, told: Mapping[str, Any], because: str
    ) -> DeploymentStep:
        parameters = {
            "StackSetName": name,
            "TemplateBody": {"file": TEMPLATES[template]},
            **told,
            "Capabilities": _CAPABILITIES,
            "PermissionModel": "SERVICE_MANAGED",
            "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
            "ManagedExecution": {"Active": True},
        }
        return self._of_members("CreateStackSet", parameters, because)

    def _instances(
        self, name: str, targets: Mapping[str, Any], because: str, *, at_home: bool = False
    ) -> DeploymentStep:
        regions = [self._intent.home_region] if at_home else list(self._intent.regions)
        instances = {"StackSetName": name, "DeploymentTargets": targets, "Regions": regions}
        return self._of_members("CreateStackInstances", instances, because)

    def _whole(self, units: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The OUs, each by itself, so that another one changes nothing about it; none that is in another."""
        for unit in units:
            if not any(unit != other and holds(other, unit) for other in units):
                yield {"OrganizationalUnitIds": [self.target(unit)]}

    def _apart(self, units: Sequence[str], accounts: Iterable[Account]) -> Iterator[dict[str, Any]]:
        """Accounts that are named by themselves and in none of the OUs, each as a part of its own OU."""
        apart = [one for one in accounts if not any(holds(unit, one.ou) for unit in units)]
        for unit in dict.fromkeys(one.ou for one in apart):
            yield {
                "OrganizationalUnitIds": [self.target(unit)],
                "Accounts": [one.id for one in apart if one.ou == unit],
                "AccountFilterType": "INTERSECTION",
            }

    def _of_members(self, operation: str, parameters: Mapping[str, Any], because: str) -> DeploymentStep:
        """A call of the hub, to which the organization has delegated its stack sets."""
        told = {**parameters, "CallAs": "DELEGATED_ADMIN"}
        step = self.call("cloudformation", operation, told, because)
        return msgspec.structs.replace(step, phase="members", account=self._intent.hub_account)

    def target(self, at: str) -> Any:
        """The id of a root, an OU or an account, or what tells which it is."""
        if at == ROOT:
            return {"root": self._intent.manifest.organization.id}
        if at in self._intent.manifest.accounts_by_id():
            return at
        return self._ids.get(at, {"ou": at})
