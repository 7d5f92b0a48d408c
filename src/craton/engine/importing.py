"""Making Craton's own what stands in an organization already: a plan that changes its tag, and the record.

From then on drift watches it, and the next plan of the manifest changes it where the manifest says otherwise.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import msgspec

from craton.core.errors import CloudError, UserError
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.engine.planning import nothing_of, plan_of
from craton.planner.adoption import ADOPTABLE, adoption
from craton.planner.plan import digest_of, things
from craton.planner.seen import NotKnownError, Seen, worked_out

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from craton.core.deployment import Deployment
    from craton.core.ports import Cloud
    from craton.engine.progress import Progress
    from craton.planner.adoption import Adoption
    from craton.planner.plan import Change, Plan
    from craton.planner.thing import Thing


def import_plan(
    addresses: Sequence[str],
    desired: Deployment,
    prior: Deployment | None,
    cloud: Cloud,
    *,
    at: dt.datetime,
    progress: Progress | None = None,
) -> Plan:
    """The plan that makes these things Craton's own, as they are.

    `desired` is what the manifest wants, `prior` what Craton brought into AWS before.
    Raises: UserError where a thing is not of the manifest, is none that can be imported, does not exist, or
        is Craton's own already; CloudError where it cannot be read.
    """
    seen = Seen()
    known = {one.address: one for one in things(desired, seen)}
    held = {one.address for one in things(prior, Seen())} if prior is not None else set()
    chosen = [_importable(address, known, held) for address in dict.fromkeys(addresses)]
    try:
        found = worked_out([functools.partial(adoption, one) for one in chosen], seen, cloud.observe)
    except NotKnownError as error:
        raise CloudError(f"it cannot be told what is there: {error}") from error
    adopted = [_existing(one, thing) for one, thing in zip(found, chosen, strict=True)]
    alone = _with(nothing_of(desired), adopted)
    plan = plan_of(alone, None, cloud, at=at, progress=progress)
    base = prior if prior is not None else nothing_of(desired)
    return msgspec.structs.replace(
        plan,
        deployment=_with(base, adopted),
        prior=None if prior is None else digest_of(prior),
        changes=tuple(_tagged(one) for one in plan.changes),
    )


def _tagged(change: Change) -> Change:
    """The change at the risk of a tag: of a policy nothing else is sent, while a stack is updated."""
    is_policy = change.address.startswith("policy/")
    return msgspec.structs.replace(change, risk="low") if is_policy and change.is_open else change


def _importable(address: str, known: Mapping[str, Thing], held: Iterable[str]) -> Thing:
    thing = known.get(address)
    if thing is None:
        hint = (
            did_you_mean(address, known) or "`craton plan` tells every address; import what it would update"
        )
        raise UserError(f"the manifest wants no {ticked(address)}", hint=hint)
    if thing.operation not in ADOPTABLE:
        hint = "policies, stacks and stack sets can be; the rest is found as it is by the next plan"
        raise UserError(f"{ticked(address)} is nothing that can be imported", hint=hint)
    if address in held:
        hint = "`craton drift` tells whether somebody changed it"
        raise UserError(f"{ticked(address)} is in what Craton applied already", hint=hint)
    return thing


def _existing(found: Adoption | None, thing: Thing) -> Adoption:
    if found is None:
        hint = "`craton plan` and `craton apply` make it"
        raise UserError(f"{ticked(thing.address)} does not exist in AWS", hint=hint)
    return found


def _with(deployment: Deployment, adopted: Iterable[Adoption]) -> Deployment:
    """The deployment that wants these as well."""
    more = list(adopted)
    files = {path: text for one in more for path, text in one.files.items()}
    return msgspec.structs.replace(
        deployment,
        steps=(*deployment.steps, *(one.step for one in more)),
        files={**deployment.files, **files},
    )
