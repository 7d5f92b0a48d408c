"""Calls that come through a VPC endpoint, and what its policy says.

A client says so by its address: `AWS_ENDPOINT_URL=http://127.0.0.1:PORT/craton-emulator/through/vpce-…`. A
path works with every client and needs no name that resolves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.in_force import Named

if TYPE_CHECKING:
    from moto.ec2.models.vpcs import VPCEndPoint

    from craton.emulator.call import Call

_THROUGH: Final = re.compile(r"/craton-emulator/through/(vpce-[0-9a-z]+)(?=/|$)")
_NAMES: Final = {"monitoring": "cloudwatch", "states": "stepfunctions"}
"""Names in endpoint services of services that botocore names otherwise."""


def entered(environ: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The request as it goes on behind the endpoint, and the id of the endpoint, if it came through one."""
    found = _THROUGH.match(environ["PATH_INFO"])
    if found is None:
        return environ, None
    rest = {"PATH_INFO": _THROUGH.sub("", environ["PATH_INFO"], 1) or "/"}
    for name in ("RAW_URI", "REQUEST_URI"):
        if name in environ:
            shorter = _THROUGH.sub("", environ[name], 1)
            rest[name] = shorter if shorter.startswith("/") else f"/{shorter}"
    return {**environ, **rest}, found[1]


def endpoint_of(call: Call) -> VPCEndPoint | None:
    """The endpoint through which a call came.

    Raises: ServiceError where there is no such endpoint in the call's Region, or it is for another service:
        no call would come through it then.
    """
    if call.endpoint is None:
        return None
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - slow to load, and few calls need it

    for account in list(ec2_backends):
        found = ec2_backends[account][call.region].vpc_end_points.get(call.endpoint)
        if found is not None:
            service = str(found.service_name).removeprefix(f"com.amazonaws.{call.region}.")
            if _NAMES.get(service, service) != call.operation.service:
                raise ServiceError(
                    "InvalidRequest", f"the endpoint {call.endpoint} is for {service}", status=403
                )
            return found
    raise ServiceError(
        "InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{call.endpoint}' does not exist", status=403
    )


def policy_of_endpoint(endpoint: VPCEndPoint) -> Named:
    """The policy of an endpoint; one that was given none has the one that lets everything through.

    Source: "Control access to VPC endpoints using endpoint policies", docs.aws.amazon.com/vpc/latest/
    privatelink/vpc-endpoints-access.html, retrieved 2026-11-26.
    """
    return Named(str(endpoint.id), str(endpoint.policy_document))


def endpoint_keys(endpoint: VPCEndPoint) -> dict[str, tuple[str, ...]]:
    """The condition keys that a call through an endpoint carries."""
    return {"aws:SourceVpce": (str(endpoint.id),), "aws:SourceVpc": (str(endpoint.vpc_id),)}
