"""Roles of an account for those who call models: people who develop, people who read, and workloads.

What each may do is the role's; which models in which Regions is the boundary's, which holds for whatever
policies come to a role later. People come with MFA, or from IAM Identity Center, which asks for it itself and
sets no key that a policy could ask for.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html,
docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html, and
docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from msgspec import Meta, field

from craton.codec.policy_filling import fill
from craton.core.kind import Kind, Row
from craton.core.manifest_origin import unknown_accounts
from craton.core.manifest_section import Section
from craton.core.manifest_text import EnvironmentName, Name, PrincipalPattern
from craton.core.quoting import listed
from craton.core.resource import ACCOUNT, Resource, ref, sub
from craton.core.statement import allow, assumed_by, document
from craton.registry.inference import destinations
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest import Manifest, Tier
    from craton.core.manifest_origin import Origin

PATH: Final = "/bedrock/"
"""Not Craton's own path, whose roles may change what is protected."""

BOUNDARY: Final = "BedrockBoundary"
DEVELOPER: Final = "BedrockDeveloper"
WORKLOAD: Final = "BedrockWorkload"
_READING: Final = "BedrockReading"
CALLING: Final = (
    *("bedrock:ApplyGuardrail", "bedrock:CountTokens"),
    *("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"),
)
_WORKING: Final = (
    *CALLING,
    *("bedrock:CreateModelInvocationJob", "bedrock:GetModelInvocationJob", "bedrock:StopModelInvocationJob"),
    *("bedrock:InvokeAgent", "bedrock:InvokeFlow", "bedrock:Rerank"),
    *("bedrock:Retrieve", "bedrock:RetrieveAndGenerate"),
)
_LOOKING: Final = (
    *("bedrock:GetFoundationModel", "bedrock:GetGuardrail", "bedrock:GetInferenceProfile"),
    *("bedrock:GetModelInvocationLoggingConfiguration", "bedrock:List*"),
    *("cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics"),
    *("servicequotas:GetServiceQuota", "servicequotas:ListServiceQuotas"),
)
_CONTROLS: Final = (
    *("bedrock:DeleteEnforcedGuardrailConfiguration", "bedrock:PutEnforcedGuardrailConfiguration"),
    *("bedrock:DeleteGuardrail", "bedrock:UpdateGuardrail"),
    "bedrock:DeleteModelInvocationLoggingConfiguration",
    "bedrock:PutModelInvocationLoggingConfiguration",
    *("bedrock:DeleteResourcePolicy", "bedrock:PutResourcePolicy"),
    *("bedrock:PutAccountDataRetention", "bedrock-mantle:PutAccountDataRetention"),
    "iam:CreateServiceSpecificCredential",
)
NOTHING: Final = ("nothing-is-approved",)
"""A pattern that no model fits: an empty list would make another statement."""
_INFERENCE: Final = (
    *("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock-mantle:CreateInference"),
)

_HOURS: Final[dict[Tier, int]] = {"sandbox": 1, "dev": 1, "test": 4, "staging": 2, "prod": 1}
_CALLS: Final[dict[Tier, bool]] = {
    "sandbox": True,
    "dev": True,
    "test": True,
    "staging": False,
    "prod": False,
}
"""Whether developers call models themselves; where workloads serve people, a grant is needed."""

Service = Literal[
    "bedrock.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "lambda.amazonaws.com",
    "pods.eks.amazonaws.com",
    "sagemaker.amazonaws.com",
    "states.amazonaws.com",
]


class Grant(Section, frozen=True, kw_only=True):
    """Somebody who calls models for a while where developers do not. It ends by itself."""

    principal: Annotated[
        PrincipalPattern, Meta(description="who: pattern of the ARNs of roles or users of these accounts")
    ]
    environment: Annotated[EnvironmentName, Meta(description="where")]
    until: Annotated[
        date, Meta(description="the first day (UTC) on which it holds no more", examples=["2027-01-01"])
    ]
    reason: Annotated[Name, Meta(description="why it is needed", examples=["traces slow answers in prod"])]
    owner: Annotated[Name, Meta(description="who answers for it", examples=["search"])]


class Access(Section, frozen=True, kw_only=True):
    """Who may call models, for how long at a time, and how they come."""

    session_hours: Annotated[
        dict[EnvironmentName, Annotated[int, Meta(ge=1, le=12)]],
        Meta(description="hours that a session of people lasts at most, by environment"),
    ] = field(default_factory=dict)
    developers_call: Annotated[
        dict[EnvironmentName, bool],
        Meta(description="whether developers call models themselves; in staging and prod they do not"),
    ] = field(default_factory=dict)
    permission_sets: Annotated[
        tuple[Name, ...],
        Meta(
            description="permission sets of IAM Identity Center whose people come without further MFA",
            examples=[["BedrockDeveloper"]],
        ),
    ] = ()
    workloads: Annotated[
        tuple[Service, ...], Meta(description="services that run workloads", min_length=1)
    ] = ("ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "lambda.amazonaws.com")
    grants: Annotated[
        tuple[Grant, ...], Meta(description="calls of models that are allowed for a while")
    ] = ()


def access(intent: Intent) -> Access:
    """The manifest's section."""
    return intent.section("access", Access)


def session_hours(intent: Intent, environment: EnvironmentIntent) -> int:
    """So many hours a session of people lasts at most."""
    return access(intent).session_hours.get(environment.name, _HOURS[environment.tier])


def developers_call(intent: Intent, environment: EnvironmentIntent) -> bool:
    """Whether developers call models in the environment."""
    return access(intent).developers_call.get(environment.name, _CALLS[environment.tier])


def boundary(intent: Intent, environment: EnvironmentIntent) -> dict[str, Any]:
    """The most that a role which calls models may do in an environment."""
    models = {"models": environment.approved_models or NOTHING, "resources": ()}
    approved = fill(Policies.load().templates["approved_models"], models).document["Statement"]
    own = [f"arn:aws:bedrock:{region}:*:*inference-profile/*" for region in intent.regions]
    return document(
        allow("*", "*", Sid="WhatRolesAllow"),
        *approved,
        {
            "Sid": "DenyBatchesElsewhere",
            "Effect": "Deny",
            "Action": "bedrock:CreateModelInvocationJob",
            "Resource": "*",
            "Condition": {
                "StringNotEquals": {"aws:RequestedRegion": [*intent.regions, *destinations(intent.regions)]}
            },
        },
        {
            "Sid": "DenyOtherRegions",
            "Effect": "Deny",
            "Action": list(_INFERENCE),
            "Resource": "*",
            "Condition": {
                "StringNotEquals": {"aws:RequestedRegion": list(intent.regions)},
                "ArnNotLike": {"bedrock:InferenceProfileArn": own},
            },
        },
        {"Sid": "DenyControls", "Effect": "Deny", "Action": list(_CONTROLS), "Resource": "*"},
        {
            "Sid": "DenyRolesWithoutBoundary",
            "Effect": "Deny",
            "Action": [
                *("iam:AttachRolePolicy", "iam:CreateRole", "iam:CreateUser"),
                *("iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:PutUserPermissionsBoundary"),
            ],
            "Resource": "*",
            "Condition": {
                "ArnNotLike": {"iam:PermissionsBoundary": f"arn:aws:iam::*:policy{PATH}{BOUNDARY}"}
            },
        },
        {
            "Sid": "DenyLooseningBoundary",
            "Effect": "Deny",
            "Action": ["iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"],
            "Resource": "*",
        },
        {
            "Sid": "DenyChangingBoundary",
            "Effect": "Deny",
            "Action": [
                *("iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion"),
                "iam:SetDefaultPolicyVersion",
            ],
            "Resource": f"arn:aws:iam::*:policy{PATH}{BOUNDARY}",
        },
    )


def _resources(intent: Intent) -> Iterator[Resource]:
    yield Resource(
        template="member",
        id=BOUNDARY,
        type="AWS::IAM::ManagedPolicy",
        regions="home",
        properties={
            "ManagedPolicyName": BOUNDARY,
            "Path": PATH,
            "PolicyDocument": intent.structure_by_environment(lambda one: boundary(intent, one)),
        },
    )
    yield Resource(
        template="member",
        id=_READING,
        type="AWS::IAM::ManagedPolicy",
        regions="home",
        properties={"Path": PATH, "PolicyDocument": document(allow(list(_LOOKING), "*"))},
    )
    hours = intent.by_environment(lambda one: session_hours(intent, one) * 3600)
    for name in (DEVELOPER, "BedrockReader"):
        yield _role(name, people(intent), ManagedPolicyArns=[ref(_READING)], MaxSessionDuration=hours)
    work = {"PolicyName": "work", "PolicyDocument": document(allow(list(_WORKING), "*"))}
    yield _role(WORKLOAD, assumed_by_services(access(intent).workloads), Policies=[work])
    yield Resource(
        template="member",
        id=f"{DEVELOPER}Calls",
        type="AWS::IAM::RolePolicy",
        regions="home",
        environments=intent.where(lambda one: developers_call(intent, one)),
        properties={
            "RoleName": ref(DEVELOPER),
            "PolicyName": "call",
            "PolicyDocument": document(allow(list(CALLING), "*")),
        },
    )


def _role(logical_id: str, trust: dict[str, Any], **properties: Any) -> Resource:
    return Resource(
        template="member",
        id=logical_id,
        type="AWS::IAM::Role",
        regions="home",
        properties={
            "RoleName": logical_id,
            "Path": PATH,
            "AssumeRolePolicyDocument": trust,
            "PermissionsBoundary": ref(BOUNDARY),
            **properties,
        },
    )


def people(intent: Intent) -> dict[str, Any]:
    """Who may become a role of people: anybody whom the account lets, with MFA or from Identity Center."""
    anybody = {
        "Effect": "Allow",
        "Principal": {"AWS": ACCOUNT},
        "Action": "sts:AssumeRole",
    }
    statements = [{**anybody, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]
    signed_in = [
        sub(
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-reserved/sso.amazonaws.com/"
            f"*AWSReservedSSO_{name}_*"
        )
        for name in access(intent).permission_sets
    ]
    if signed_in:
        statements.append({**anybody, "Condition": {"ArnLike": {"aws:PrincipalArn": signed_in}}})
    return document(*statements)


def assumed_by_services(services: tuple[str, ...]) -> dict[str, Any]:
    """The trust policy of a role that any of these services assumes."""
    (statement,) = assumed_by("")["Statement"]
    return document({**statement, "Principal": {"Service": list(services)}})


def _grants_are_for_known_accounts(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Who is granted calls is of an account of the organization, or of whichever it is granted in."""
    grants = (getattr(manifest, "access", None) or Access()).grants
    named = [
        (("access", "grants", at, "principal"), account)
        for at, one in enumerate(grants)
        if origin.whole(("access", "grants", at, "principal"))
        and (account := one.principal.split(":")[4]) != "*"
    ]
    yield from unknown_accounts(manifest, origin, named)


KIND: Final = Kind(
    name="role",
    title="Roles of people and workloads",
    section=("access", Access),
    resources=_resources,
    checks=(_grants_are_for_known_accounts,),
    rows=(
        Row(
            title="Sessions of people last",
            value=lambda intent, one: f"{session_hours(intent, one)} h",
            properties=(f"{DEVELOPER}.MaxSessionDuration", "BedrockReader.MaxSessionDuration"),
            for_callers=True,
        ),
        Row(
            title="Developers call models",
            value=lambda intent, one: "yes" if developers_call(intent, one) else "no",
            properties=(f"{DEVELOPER}Calls",),
            for_callers=True,
        ),
        Row(
            title="Models that roles may call",
            value=lambda _, one: listed(one.approved_models) or "none",
            properties=(f"{BOUNDARY}.PolicyDocument",),
        ),
    ),
)
