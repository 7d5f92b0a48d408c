"""Operations on the tags of rules, conformance packs, and both for organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.config.models import config_backends

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.config.organization_rollout import PACKS, RULES, rollouts
from craton.emulator.services.config.packs import packs
from craton.emulator.services.config.service import SERVICE, rules, tag, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.emulator.call import Call
    from craton.emulator.service import Result


_AUTHORIZATION: Final = "aggregation-authorization"


@SERVICE.after("PutAggregationAuthorization")
def tag_authorization(call: Call, _: object) -> None:
    """An authorization has the tags that it was made with."""
    given = call.parameters
    account, region = given["AuthorizedAccountId"], given["AuthorizedAwsRegion"]
    tag(call, f"arn:aws:config:{call.region}:{call.account}:{_AUTHORIZATION}/{account}/{region}")


@SERVICE.operation("TagResource", "UntagResource", "ListTagsForResource")
def tag_resource(call: Call) -> Result:
    """Sets, removes or tells tags."""
    arn = str(call.parameters["ResourceArn"])
    kind = arn.rpartition(":")[2].partition("/")[0]
    if kind not in ("config-rule", "conformance-pack", _AUTHORIZATION, RULES, PACKS):
        raise NotEmulatedError(f"tags of {arn}")
    if arn not in set(_arns(call)):
        raise ServiceError("ResourceNotFoundException", f"The resource {arn} does not exist.")
    held = tags_of(call, arn)
    if call.operation.name == "ListTagsForResource":
        return {"Tags": [{"Key": key, "Value": value} for key, value in held.items()]}
    tag(call, arn)
    for key in call.parameters.get("TagKeys") or ():
        held.pop(str(key), None)
    return {}


def _arns(call: Call) -> Iterator[str]:
    """Everything of the caller's that has tags."""
    place = (call.world, call.account, call.region)
    yield from (one.arn for one in rules(*place).values())
    yield from (one.arn for one in packs(*place).values())
    held = config_backends[call.account][call.region].aggregation_authorizations.values()
    yield from (str(one.aggregation_authorization_arn) for one in held)
    for kind in (RULES, PACKS):
        yield from (one.arn for one in rollouts(*place, kind).values())
