"""Interface endpoints, through which VPCs reach Bedrock without the internet.

VPCs are named by account and Region, for no template can know the ids of an account that joins later. Their
policies let in the organization alone, and where rules are enforced, approved models alone.

Source: docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html, retrieved 2026-11-23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

from msgspec import Meta

from craton.codec.policy_filling import fill
from craton.core.kind import Kind, Row
from craton.core.manifest_environment_checks import extents_are_read
from craton.core.manifest_origin import fault, may_be_among, repeated, unknown_accounts, unread, warning
from craton.core.manifest_section import Section
from craton.core.manifest_text import AccountId, Region, text
from craton.core.quoting import listed, ticked
from craton.core.resource import ByPlace, Resource, attribute, sub
from craton.core.statement import allow, document
from craton.kinds.role import NOTHING
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest import Manifest
    from craton.core.manifest_origin import Origin

Service = Literal["bedrock", "bedrock-agent", "bedrock-agent-runtime", "bedrock-mantle", "bedrock-runtime"]
_FROM_ANY: Final = ("*",)
_WITH_MODELS: Final[dict[str, int]] = {"bedrock-runtime": 0, "bedrock-mantle": 1}
"""The endpoints at which models are called, each with its statement in the policy on approved models."""

VpcId = Annotated[str, text("VPC id", "`vpc-` and digits", "vpc-0a1b2c3d4e5f60718", r"^vpc-[0-9a-f]{8,17}$")]
SubnetId = Annotated[
    str, text("subnet id", "`subnet-` and digits", "subnet-0a1b2c3d4e5f60718", r"^subnet-[0-9a-f]{8,17}$")
]
SecurityGroupId = Annotated[
    str, text("security group id", "`sg-` and digits", "sg-0a1b2c3d4e5f60718", r"^sg-[0-9a-f]{8,17}$")
]


class Vpc(Section, frozen=True, kw_only=True):
    """A VPC that reaches Bedrock through endpoints of its own."""

    account: Annotated[AccountId, Meta(description="the account that owns it")]
    region: Annotated[Region, Meta(description="its Region")]
    id: Annotated[VpcId, Meta(description="its id")]
    subnets: Annotated[
        tuple[SubnetId, ...],
        Meta(description="subnets for the endpoints, one an Availability Zone", min_length=1),
    ]
    security_groups: Annotated[
        tuple[SecurityGroupId, ...],
        Meta(description="who may come to the endpoints, on port 443", min_length=1),
    ]


class Network(Section, frozen=True, kw_only=True):
    """How networks reach Bedrock. Where no VPC is named, no endpoint is made."""

    vpcs: Annotated[tuple[Vpc, ...], Meta(description="VPCs with endpoints, one an account and Region")] = ()
    services: Annotated[
        tuple[Service, ...], Meta(description="which of Bedrock's services have endpoints", min_length=1)
    ] = get_args(Service)


def vpc_ids(intent: Intent, environment: EnvironmentIntent) -> tuple[str, ...]:
    """The VPCs of an environment's accounts that reach Bedrock through endpoints."""
    own = {account.id for account in environment.accounts}
    return tuple(sorted(one.id for one in intent.section("network", Network).vpcs if one.account in own))


def _resources(intent: Intent) -> Iterator[Resource]:
    network = intent.section("network", Network)
    members = {account.id for one in intent.environments for account in one.accounts}
    vpcs = {
        (one.account, one.region): one
        for one in network.vpcs
        if one.account in members and one.region in intent.regions
    }
    if not vpcs:
        return
    places = frozenset(vpcs)
    known = {
        "Vpc": ByPlace({place: one.id for place, one in vpcs.items()}),
        "Subnets": ByPlace({place: ",".join(one.subnets) for place, one in vpcs.items()}),
        "SecurityGroups": ByPlace({place: ",".join(one.security_groups) for place, one in vpcs.items()}),
    }
    for name, value in known.items():
        yield Resource(
            template="member",
            id=f"Network{name}",
            type="AWS::SSM::Parameter",
            places=places,
            properties={
                "Name": f"/craton/network/{name.lower()}",
                "Type": "String" if name == "Vpc" else "StringList",
                "Value": value,
            },
        )
    for service in network.services:
        yield Resource(
            template="member",
            id="Endpoint" + "".join(part.capitalize() for part in service.split("-")),
            type="AWS::EC2::VPCEndpoint",
            places=places,
            properties={
                "ServiceName": sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
                "VpcEndpointType": "Interface",
                "PrivateDnsEnabled": True,
                "VpcId": attribute("NetworkVpc", "Value"),
                "SubnetIds": {"Fn::Split": [",", attribute("NetworkSubnets", "Value")]},
                "SecurityGroupIds": {"Fn::Split": [",", attribute("NetworkSecurityGroups", "Value")]},
                "PolicyDocument": endpoint_policy(intent, service),
            },
        )


def endpoint_policy(intent: Intent, service: str) -> Any:
    """What passes an endpoint: calls of the organization, and where rules are enforced of approved models."""
    return intent.structure_by_environment(lambda one: _policy(intent, one, service))


def _policy(intent: Intent, environment: EnvironmentIntent, service: str) -> dict[str, Any]:
    organization = {"StringEquals": {"aws:PrincipalOrgID": intent.manifest.organization.id}}
    everybody = allow("*", "*", Sid="TheOrganization", Principal="*", condition=organization)
    if service not in _WITH_MODELS:
        return document(everybody)
    models = (environment.approved_models or NOTHING) if environment.enforces else _FROM_ANY
    approved = fill(Policies.load().templates["approved_models"], {"models": models, "resources": ()})
    statement = approved.document["Statement"][_WITH_MODELS[service]]
    return document(everybody, {**statement, "Principal": "*"})


def _told(intent: Intent, environment: EnvironmentIntent) -> str:
    if not intent.section("network", Network).vpcs:
        return "there are none"
    return listed(environment.approved_models) if environment.enforces else "any model"


def _networks_are_of_the_organization(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each VPC is of an account and a Region of the manifest, and the only one there."""
    vpcs = (getattr(manifest, "network", None) or Network()).vpcs
    path = ("network", "vpcs")
    accounts, units = manifest.accounts_by_id(), manifest.organization.unit_paths()
    flawed = unread(origin, ("regions",), manifest.regions)
    yield from unknown_accounts(
        manifest, origin, [((*path, at, "account"), one.account) for at, one in enumerate(vpcs)]
    )
    for at, one in enumerate(vpcs):
        account = accounts.get(one.account)
        is_outside = (
            account is not None
            and account.ou in units
            and manifest.environment_of(account.id, account.ou) is None
        )
        if is_outside and extents_are_read(manifest, origin):
            message = f"account {ticked(one.account)} is in no environment: its VPC gets no endpoints"
            hint = "add the account or its OU to an environment, or remove the VPC"
            yield warning("network_idle", message, origin.place((*path, at, "account")), hint)
        where = (*path, at, "region")
        if one.region in manifest.regions or not origin.whole(where) or may_be_among(one.region, flawed):
            continue
        message = f"{ticked(one.region)} is none of the manifest's Regions: this VPC gets no endpoints"
        hint = "add it under `regions`, or remove the VPC"
        yield fault("region_unlisted", message, origin.place(where), hint)
    places = [
        ((*path, at), f"{one.account} in {one.region}")
        for at, one in enumerate(vpcs)
        if one.account and one.region
    ]
    for named, place, line in repeated(origin, places):
        message = f"account {named} has two VPCs"
        hint = f"the other stands on line {line}; name the one whose workloads call models"
        yield fault("network_twice", message, place, hint)


KIND: Final = Kind(
    name="endpoint",
    title="Private endpoints",
    section=("network", Network),
    resources=_resources,
    checks=(_networks_are_of_the_organization,),
    rows=(
        Row(
            title="What passes private endpoints",
            value=_told,
            properties=("EndpointBedrockRuntime.PolicyDocument", "EndpointBedrockMantle.PolicyDocument"),
        ),
    ),
)
