"""Policy files filled with what a manifest says of an environment, and with its exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.codec.policy_filling import Filled, fill
from craton.codec.policy_template import Exemption, PolicyTemplate
from craton.compiler.policy_values import values_of
from craton.core.manifest_origin import fault
from craton.core.quoting import listed, ticked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from craton.codec.policy_parameters import Values
    from craton.core.diagnostic import Diagnostic
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest import PolicyType
    from craton.core.manifest_origin import Origin
    from craton.registry.policies import Policies

TYPES: Final[Mapping[str, PolicyType]] = {"scp": "SERVICE_CONTROL_POLICY", "rcp": "RESOURCE_CONTROL_POLICY"}
"""What Organizations calls the policies of a kind; files of other kinds are not its."""

_APPROVING: Final = "approved_models"


class FilledStatement(Struct, frozen=True, kw_only=True):
    """A policy file with the values of one environment. `exceptions` are those that are still to lapse."""

    template: PolicyTemplate
    values: Mapping[str, Any]
    filled: Filled
    exceptions: tuple[Exemption, ...]

    @property
    def statements(self) -> list[dict[str, Any]]:
        """The statements as they are attached."""
        return list(self.filled.document["Statement"])


class Filling:
    """Fills files once for each set of values, and collects in `problems` what cannot be filled."""

    def __init__(self, intent: Intent, policies: Policies, origin: Origin, today: date) -> None:
        self.problems: list[Diagnostic] = []
        self._intent = intent
        self._policies = policies
        self._origin = origin
        self._today = today
        self._known: dict[bytes, FilledStatement] = {}

    def of(self, environment: EnvironmentIntent) -> Iterator[FilledStatement]:
        """The files that hold in an environment, in the order of their ids.

        A file of which no statement is left holds nowhere: without required tags, none has to be there.
        """
        for template in self._policies.templates.values():
            if template.header.kind not in TYPES or not holds_in(template, environment, self._intent):
                continue
            if template.id == _APPROVING and environment.name not in self._intent.manifest.models.approved:
                self._nothing_approved(environment)
                continue
            values = values_of(template, self._intent, environment)
            missing = sorted(name for name, value in values.items() if value is None)
            if missing:
                self._no_value(template, missing, environment)
                continue
            given = {name: value for name, value in values.items() if value is not None}
            exceptions = tuple(self._exceptions(template, environment))
            filled = self._filled(template, given, exceptions)
            if filled.statements:
                yield filled

    def _filled(
        self, template: PolicyTemplate, values: Values, exceptions: tuple[Exemption, ...]
    ) -> FilledStatement:
        key = msgspec.json.encode((template.id, values, exceptions), order="sorted")
        if key not in self._known:
            header = msgspec.structs.replace(template.header, exceptions=exceptions)
            filled = fill(msgspec.structs.replace(template, header=header), values)
            self.problems += [one for one in filled.diagnostics if one.severity == "error"]
            self._known[key] = FilledStatement(
                template=template, values=values, filled=filled, exceptions=exceptions
            )
        return self._known[key]

    def _exceptions(self, template: PolicyTemplate, environment: EnvironmentIntent) -> Iterator[Exemption]:
        """The exceptions of the file and of the manifest that still hold, and reach the environment."""
        accounts = {account.id for account in environment.accounts}
        for one in template.header.exceptions:
            if one.until > self._today:
                yield one
        for exception in self._intent.manifest.exceptions:
            sids = tuple(sid for sid in exception.statements if sid in template.sids())
            everywhere = is_for_all(template)
            reaching = tuple(
                principal
                for principal in exception.principals
                if everywhere or (account := principal.split(":")[4]) == "*" or account in accounts
            )
            if sids and reaching and exception.until > self._today:
                yield Exemption(
                    owner=exception.owner,
                    reason=exception.reason,
                    until=exception.until,
                    principals=reaching,
                    statements=sids,
                )

    def _nothing_approved(self, environment: EnvironmentIntent) -> None:
        if not environment.enforces:
            return
        hint = f"list some under `models.approved.{environment.name}`; `[]` there says that none is meant"
        message = f"{ticked(environment.name)} enforces and approves no model: every call would be denied"
        place = self._origin.key_place(("environments", environment.name))
        self.problems.append(fault("nothing_approved", message, place, hint))

    def _no_value(self, template: PolicyTemplate, missing: list[str], environment: EnvironmentIntent) -> None:
        holding = f"{ticked(template.id)} holds in {ticked(environment.name)}"
        message = f"{holding}, and has no value for {listed(missing)}"
        hint = f"add it under `statements.{template.id}.parameters`"
        place = self._origin.place(("statements", template.id))
        self.problems.append(fault("parameter_missing", message, place, hint))


def holds_in(template: PolicyTemplate, environment: EnvironmentIntent, intent: Intent) -> bool:
    """Whether a policy file holds in an environment: as the manifest says, else as the file does."""
    choice = intent.manifest.statements.get(template.id)
    if choice is not None and choice.environments is not None:
        return environment.name in choice.environments
    attach = template.header.attach
    return attach is not None and environment.tier in attach.tiers


def is_for_all(template: PolicyTemplate) -> bool:
    """Whether a policy file holds in environments that only observe, too."""
    return template.header.attach is not None and template.header.attach.also_in_observe is not None
