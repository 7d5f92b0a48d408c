"""Recorded calls as the authorisations that they took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from craton.core.arn import Arn
from craton.core.errors import UserError
from craton.core.model_reference import parse
from craton.registry.iam import iam_reference
from craton.registry.inference import UNSPECIFIED, inference_profiles, inference_surfaces
from craton.registry.regions import known_regions
from craton.registry.replay_context import RECORDED, replay_context
from craton.replay.courts import CallerKind, Court, reached_by_rcps
from craton.replay.operations import Operation, operation_of, resource_of
from craton.replay.organization import alike
from craton.simulator.bedrock_call import BedrockCall, Leg, LegKind
from craton.simulator.call_context import LegContext
from craton.simulator.caller import ACCOUNT
from craton.simulator.fan_out import FanOut, partition_of
from craton.simulator.masks import Remembered
from craton.simulator.wildcard import Unknown, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.registry.inference import InferenceSurface
    from craton.replay.organization import Replayed
    from craton.simulator.request import Request

Doubt = Literal["action", "account", "caller", "undocumented"]
"""Why nothing can be decided: the action, the account or the caller is not known, or AWS does not say."""

_GUARDRAIL: Final = "bedrock:guardrailidentifier"
_PROFILE: Final = "bedrock:inferenceprofilearn"
_OF_RESOURCES: Final = "aws:resource"
_NOBODY: Final = "000000000000"


class Shape(Struct, frozen=True, kw_only=True):
    """What calls have in common that take the same authorisations.

    `owner` is the account of the principal, `arns` the resources that the event names, one a line; these and
    `parameters` are empty where they cannot matter.
    """

    event_source: str
    event_name: str
    account: str
    owner: str | None
    caller: CallerKind | None
    region: str | None
    model: str | None
    inference_region: str | None
    bearer: bool
    arns: str | None = None
    parameters: str | None = None


class RecordedLeg(Struct, frozen=True, kw_only=True):
    """One authorisation of recorded calls.

    `fixed` are the condition keys that it tells by itself, by their place among those asked for; all others
    stand in the record of each call. With a `doubt` nothing can be decided; `missing` says what is not known
    of where a call is routed: whether there was such a leg at all; a call that is `free` needs no permission.
    `form` is 1 and 2 of two forms of one leg, of which AWS does not say which is authorised; 0 of all others.
    """

    about: str
    kind: LegKind = "service_resource"
    action: str = ""
    resource: str | None = None
    court: Court | None = None
    fixed: Mapping[int, Values] = field(default_factory=dict)
    doubt: Doubt | None = None
    missing: str | None = None
    free: bool = False
    form: int = 0


class LegBook:
    """Finds the legs of calls by their shapes. `asked` are the condition keys, in their own spelling."""

    def __init__(self, replayed: Replayed, asked: tuple[str, ...]) -> None:
        self._replayed = replayed
        self._asked = asked
        self._reference = iam_reference()
        self._surfaces = {one.api.lower(): one for one in inference_surfaces()}
        self._sources = {key: replay_context().of(key) for key in asked}
        self._carried: dict[str, tuple[bool, ...]] = Remembered(self._may_carry)
        self._alike = alike(replayed.accounts)

    def legs(self, shape: Shape) -> tuple[RecordedLeg, ...]:
        """Every authorisation that calls of a shape took; at least one."""
        operation = operation_of(shape.event_source, shape.event_name)
        if operation.is_free:
            return (RecordedLeg(about="needs no permission", free=True),)
        if operation.action is None:
            return (RecordedLeg(about=f"{shape.event_source} {shape.event_name}", doubt="action"),)
        if shape.caller is None:
            return (RecordedLeg(about="who called", doubt="caller"),)
        known = self._replayed.accounts
        if shape.caller != "outside" and shape.owner not in known:
            return (RecordedLeg(about="the account of the principal", doubt="account"),)
        return tuple(self._legs(shape, operation, operation.action.name))

    def _legs(self, shape: Shape, operation: Operation, action: str) -> Iterator[RecordedLeg]:
        call = self._call(shape)
        context = LegContext(call, self._reference, self._asked)
        if shape.bearer:
            bearer = f"{action.partition(':')[0]}:CallWithBearerToken"
            yield self._leg("the API key", context.request(bearer, "*"), shape, None, kind="bearer_token")
        surface = operation.surface
        if surface is not None and shape.model is not None:
            try:
                found = FanOut(call, surface, inference_profiles(), context).legs()
            except UserError:
                found = ()
            if found:
                yield from self._fanned(found, shape, surface, context)
                return
        assert operation.action is not None  # noqa: S101 - `legs` has looked
        resource = resource_of(
            operation.action,
            account=shape.account,
            region=shape.region or "",
            partition=partition_of(shape.region or ""),
            arns=tuple((shape.arns or "").split("\n")) if shape.arns else (),
            parameters=shape.parameters,
        )
        own = {"bedrock-mantle:Model": shape.model} if shape.model and surface is None else {}
        own = own if action.startswith("bedrock-mantle:") else {}
        request = context.request(action, resource or "*", own=own)
        yield self._leg(action, request, shape, surface, is_known=resource is not None)

    def _fanned(
        self, found: tuple[Leg, ...], shape: Shape, surface: InferenceSurface, context: LegContext
    ) -> Iterator[RecordedLeg]:
        """The legs of a call of a model, the Region where it is recorded to have run included.

        Global routing is authorised without naming the Region where a call will run.
        Source: docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html, retrieved
        2026-11-26.
        """
        regions = set()
        sample = next((leg.request for leg in found if leg.kind == "foundation_model" and leg.request), None)
        for leg in found:
            if leg.request is None:
                if sample is not None:
                    yield from self._anywhere(sample, shape, surface, leg)
                    continue
                request = context.request(surface.action, "*")
                open_leg = self._leg(leg.about, request, shape, surface, kind="unknown", is_known=False)
                yield replace(open_leg, missing=leg.missing)
                continue
            regions |= set(leg.request.context.get("aws:RequestedRegion", ()))
            yield from self._recorded(leg, leg.request, shape, surface)
        ran = shape.inference_region
        if ran and sample is not None and not regions & {ran, UNSPECIFIED}:
            moved = _moved(sample, ran)
            leg = Leg(kind="foundation_model", about=f"the model in {ran}, where it ran", request=moved)
            yield from self._recorded(leg, moved, shape, surface)

    def _recorded(
        self, leg: Leg, request: Request, shape: Shape, surface: InferenceSurface
    ) -> Iterator[RecordedLeg]:
        """One leg; of a model behind an application inference profile both forms that it may have.

        Nowhere is said whether `bedrock:InferenceProfileArn` holds that profile, or what it was copied from;
        where that is no profile but a model, the key may be absent.
        """
        forms = [request]
        copied_from = self._replayed.models.get(shape.model or "")
        unknown = {key for key in request.unknown_keys if key.lower() == _PROFILE}
        own = Arn.parse(shape.model or "")
        if unknown and own is not None and leg.kind == "foundation_model" and copied_from is not None:
            behind = parse(copied_from)
            is_profile = behind.kind == "inference_profile"
            source = replace(own, resource=f"inference-profile/{behind.profile_id}") if is_profile else None
            known = request.unknown_keys - unknown
            forms = [
                replace(
                    request,
                    context={**request.context, **({_PROFILE: (str(profile),)} if profile else {})},
                    unknown_keys=known,
                )
                for profile in (own, source)
            ]
        for number, form in enumerate(forms, start=1):
            found = self._leg(leg.about, form, shape, surface, kind=leg.kind)
            found = replace(found, form=number if len(forms) > 1 else 0)
            yield found if surface.documented else replace(found, doubt="undocumented")

    def _anywhere(
        self, sample: Request, shape: Shape, surface: InferenceSurface, leg: Leg
    ) -> Iterator[RecordedLeg]:
        """The model in each Region that there is, where it is not known to which ones a profile routes."""
        partition = partition_of(shape.region or "")
        for region in sorted(one for one in known_regions() if partition_of(one) == partition):
            about = f"the model in {region}, perhaps a destination Region"
            found = self._leg(about, _moved(sample, region), shape, surface, kind="foundation_model")
            yield replace(found, missing=leg.missing)

    def _leg(
        self,
        about: str,
        request: Request,
        shape: Shape,
        surface: InferenceSurface | None,
        *,
        kind: LegKind = "service_resource",
        is_known: bool = True,
    ) -> RecordedLeg:
        resource = request.resource if is_known else None
        arn = Arn.parse(resource or "")
        owner = arn.account if arn and ACCOUNT.fullmatch(arn.account) else shape.account
        known = self._replayed.accounts
        caller = shape.caller or "outside"
        reached = reached_by_rcps(request.action)
        return RecordedLeg(
            about=about,
            kind=kind,
            action=request.action,
            resource=resource,
            court=Court(
                caller=caller,
                scps=self._alike[shape.owner or ""] if caller != "outside" else None,
                rcps=self._alike[owner] if reached and owner in known else None,
                within=owner == (shape.owner or shape.account),
                reached=reached,
            ),
            fixed=dict(self._fixed(request, surface, kind, is_known=is_known)),
        )

    def _fixed(
        self, request: Request, surface: InferenceSurface | None, kind: str, *, is_known: bool
    ) -> Iterator[tuple[int, Values]]:
        """What a leg tells of each key that does not stand in the record of the call."""
        carried = self._carried[request.action]
        held = {key.lower(): values for key, values in request.context.items()}
        unknown = {key.lower() for key in request.unknown_keys}
        for place, key in enumerate(self._asked):
            source, name = self._sources[key], key.lower()
            if not carried[place]:
                yield place, None
            elif source is not None and source.origin in RECORDED:
                if name == _GUARDRAIL and not _bears_guardrail(surface, kind, is_known=is_known):
                    yield place, None
            elif (
                source is None
                or source.origin == "nothing"
                or (not is_known and _follows_resource(name, surface))
            ):
                yield place, Unknown.UNKNOWN
            else:
                yield place, held.get(name, Unknown.UNKNOWN if name in unknown else None)

    def _may_carry(self, action: str) -> tuple[bool, ...]:
        """For each of the keys that are asked for, whether requests for an action may carry it."""
        known = self._reference.action(action)
        return tuple(known is not None and self._reference.supports(known, key) for key in self._asked)

    def _call(self, shape: Shape) -> BedrockCall:
        """The call as the simulator describes calls; of the caller, only the account is said."""
        owner = shape.owner or shape.account
        model = shape.model or ""
        return BedrockCall(
            principal=f"arn:aws:iam::{owner}:role/any",
            account=owner if ACCOUNT.fullmatch(owner) else _NOBODY,
            api=shape.event_name,
            model=model,
            region=shape.region or "",
            copied_from=self._replayed.models.get(model),
            organization=self._replayed.organization if owner in self._replayed.accounts else None,
        )


def _bears_guardrail(surface: InferenceSurface | None, kind: str, *, is_known: bool) -> bool:
    """Whether a leg may carry the guardrail of its call: that is documented of the model's legs alone."""
    if surface is None or _GUARDRAIL not in (key.lower() for key in surface.keys):
        return False
    return kind == "foundation_model" or not is_known


def _moved(request: Request, region: str) -> Request:
    """The request of a model's leg in another Region."""
    arn = Arn.parse(request.resource)
    if arn is None:
        raise AssertionError(request.resource)
    context = {**request.context, "aws:RequestedRegion": (region,)}
    return replace(request, resource=str(replace(arn, region=region)), context=context)


def _follows_resource(key: str, surface: InferenceSurface | None) -> bool:
    """Whether a key cannot be told where the resource cannot: the Region, too, of where a model runs."""
    of_route = surface is not None and key == "aws:requestedregion"
    return of_route or key.startswith((_OF_RESOURCES, "bedrock"))
