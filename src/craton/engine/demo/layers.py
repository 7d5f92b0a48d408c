"""In the organization that is governed, a call that each of the four layers stops, and one that passes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.core.errors import CloudError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.aws.model_callers import Became, Keys, ModelCallers
    from craton.core.manifest import Manifest

APPROVED: Final = "us.anthropic.claude-sonnet-4-6"
NOT_APPROVED: Final = "us.meta.llama4-maverick-17b-instruct-v1:0"
PRODUCTION, DEVELOPMENT, SANDBOX = "search-prod", "platform-dev", "sandbox-research"
_PLAIN: Final = "Summarize what we did today."
_PRIVATE: Final = "Write to jane.doe@example.com that it is done."


class Shown(Struct, frozen=True):
    """A call that a layer must stop, and the one beside it that must be answered.

    `is_sound` says whether both came as they must.
    """

    layer: str
    asked: str
    stopped: str
    beside: str
    is_sound: bool


class Network(Struct, frozen=True):
    """A VPC of production that was there before Craton came, as a manifest names it."""

    account: str
    region: str
    id: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


def network_of_production(callers: ModelCallers, manifest: Manifest) -> Network:
    """A VPC with a subnet and a security group is in the account of production. Raises: CloudError."""
    account, region = _account(manifest, PRODUCTION), manifest.regions[0]
    ec2 = callers.client("ec2", callers.administrator(account), region=region)
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for what in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=made, **{what: {"Value": True}})
    subnet = ec2.create_subnet(VpcId=made, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=made, GroupName="endpoints", Description="to endpoints")
    return Network(account, region, made, (subnet,), (group["GroupId"],))


def shown(callers: ModelCallers, manifest: Manifest, network: Network) -> Iterator[Shown]:
    """Layer by layer, what is stopped and what passes. Raises: CloudError where a caller cannot be made."""
    region = manifest.regions[0]
    production, sandbox = (callers.administrator(_account(manifest, one)) for one in (PRODUCTION, SANDBOX))
    development = callers.role(
        f"arn:aws:iam::{_account(manifest, DEVELOPMENT)}:role/demo-application", "craton-demo"
    )

    def ask(keys: Keys, model: str, text: str = _PLAIN, through: str = "") -> Became:
        body: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": text}]}]}
        return callers.converse(keys, region, model, body, streams=False, through=through)

    yield _denied(
        "1 organization",
        f"`{NOT_APPROVED}` in {PRODUCTION}",
        ask(production, NOT_APPROVED),
        "a service control policy",
        (f"in {SANDBOX}, where no policy on models is attached", ask(sandbox, NOT_APPROVED)),
    )
    yield _denied(
        "2 account",
        f"`{NOT_APPROVED}` by a role in {DEVELOPMENT}",
        ask(development, NOT_APPROVED),
        "a permissions boundary",
        ("an approved model by the same role", ask(development, APPROVED)),
    )
    endpoint = _endpoint(callers, network)
    yield _denied(
        "3 application",
        f"`{NOT_APPROVED}` from {SANDBOX} through production's endpoint",
        ask(sandbox, NOT_APPROVED, through=endpoint),
        "a VPC endpoint policy",
        ("an approved model through the same endpoint", ask(sandbox, APPROVED, through=endpoint)),
    )
    private, plain = ask(production, APPROVED, _PRIVATE), ask(production, APPROVED)
    stopped = private.stop_reason == "guardrail_intervened"
    yield Shown(
        "4 runtime",
        f"an approved model in {PRODUCTION}, with an e-mail address in the prompt",
        "by the guardrail that is enforced there" if stopped else _told(private),
        f"the same without it: {_told(plain)}",
        stopped and plain.stop_reason == "end_turn",
    )


def _denied(layer: str, asked: str, became: Became, by: str, beside: tuple[str, Became]) -> Shown:
    words, passed = beside
    is_stopped = became.is_denied and f"explicit deny in {by}" in became.message
    return Shown(
        layer,
        asked,
        f"by {by}" if is_stopped else _told(became),
        f"{words}: {_told(passed)}",
        is_stopped and passed.code is None,
    )


def _told(became: Became) -> str:
    if became.code is not None:
        return f"{became.code}: {became.message}"
    return "answered" if became.stop_reason == "end_turn" else f"answered, `{became.stop_reason}`"


def _endpoint(callers: ModelCallers, network: Network) -> str:
    """The id of the network's endpoint for calls of models. Raises: CloudError where there is none."""
    ec2 = callers.client("ec2", callers.administrator(network.account), region=network.region)
    for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]:
        if one["ServiceName"].endswith(".bedrock-runtime"):
            return str(one["VpcEndpointId"])
    raise CloudError("no endpoint was deployed into the VPC of production", hint="see what the apply told")


def _account(manifest: Manifest, name: str) -> str:
    return next(one.id for one in manifest.organization.accounts if one.name == name)
