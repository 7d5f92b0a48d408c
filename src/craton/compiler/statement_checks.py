"""What a manifest's statements and exceptions must say of policy files, and what of it lapsed by a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.codec.policy_parameters import problems_of_value
from craton.compiler.statement_filling import TYPES, holds_in
from craton.core.manifest_origin import fault, warning
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean
from craton.kinds.role import access

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from craton.codec.policy_template import PolicyTemplate
    from craton.core.diagnostic import Diagnostic
    from craton.core.intent import Intent
    from craton.core.manifest_governance import StatementChoice
    from craton.core.manifest_origin import Origin
    from craton.registry.policies import Policies


def statement_problems(
    intent: Intent, policies: Policies, origin: Origin, today: date
) -> Iterator[Diagnostic]:
    """Files, parameters and Sids that are not there, and what has lapsed or excepts nobody."""
    for name, choice in intent.manifest.statements.items():
        template = policies.templates.get(name)
        if template is None:
            hint = did_you_mean(name, policies.templates) or "`craton new policy` makes one of your own"
            if origin.complete(("statements", name)):
                place = origin.key_place(("statements", name))
                yield fault("policy_unknown", f"there is no policy file {ticked(name)}", place, hint)
            continue
        if template.header.kind not in TYPES:
            message = f"{ticked(name)} is a policy of kind {ticked(template.header.kind)}"
            hint = "a manifest says where policies of the kinds `scp` and `rcp` hold"
            yield fault("policy_kind", message, origin.key_place(("statements", name)), hint)
        yield from _of_parameters(template, choice, origin)
    yield from _of_exceptions(intent, policies, origin, today)
    yield from _of_grants(intent, origin, today)


def _of_parameters(template: PolicyTemplate, choice: StatementChoice, origin: Origin) -> Iterator[Diagnostic]:
    known = template.header.parameters
    for name, value in choice.parameters.items():
        path = ("statements", template.id, "parameters", name)
        if name not in known:
            hint = did_you_mean(name, known) or f"it has {listed(sorted(known)) or 'none'}"
            message = f"{ticked(template.id)} has no parameter {ticked(name)}"
            if origin.complete(path):
                yield fault("parameter_unknown", message, origin.key_place(path), hint)
        elif not origin.whole(path):
            continue
        elif known[name].is_list:
            yield from problems_of_value(name, known[name], value, origin.place(path))
        elif len(value) == 1:
            yield from problems_of_value(name, known[name], value[0], origin.place(path))
        else:
            hint = "write a list of one"
            yield fault("wrong_shape", f"{ticked(name)} takes one value", origin.place(path), hint)


def _of_exceptions(intent: Intent, policies: Policies, origin: Origin, today: date) -> Iterator[Diagnostic]:
    sids = {sid: one for one in policies.templates.values() for sid in one.sids()}
    told = origin.complete(("environments",)) and origin.whole(("environments",), ("statements",))
    for index, exception in enumerate(intent.manifest.exceptions):
        for number, sid in enumerate(exception.statements):
            path = ("exceptions", index, "statements", number)
            place = origin.place(path)
            if not origin.whole(path):
                continue
            if sid not in sids:
                hint = did_you_mean(sid, sids) or "Sids stand in the policy files"
                yield fault("statement_unknown", f"there is no statement {ticked(sid)}", place, hint)
            elif told and not any(holds_in(sids[sid], one, intent) for one in intent.environments):
                message = f"{ticked(sid)} holds in no environment"
                yield warning("exception_idle", message, place, "remove the exception")
        if exception.until <= today:
            message = f"the exception of {ticked(exception.owner)} lapsed on {exception.until}"
            hint = "remove it, or let its owner renew it"
            yield warning("exception_lapsed", message, origin.place(("exceptions", index, "until")), hint)


def _of_grants(intent: Intent, origin: Origin, today: date) -> Iterator[Diagnostic]:
    for index, grant in enumerate(access(intent).grants):
        if grant.until <= today:
            message = f"what {ticked(grant.owner)} was granted ended on {grant.until}"
            hint = "remove it, or let its owner renew it"
            yield warning("grant_lapsed", message, origin.place(("access", "grants", index, "until")), hint)
