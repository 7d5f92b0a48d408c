"""Who works on the stacks of a stack set in a member account, and whether the account lets them."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.authentication import INSIDE
from craton.emulator.call import Call, Operation
from craton.emulator.credentials import role_session
from craton.emulator.delivery.access import LostError, in_role
from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.credentials import Caller
    from craton.emulator.stack_sets.stack_set import StackSet
    from craton.emulator.world import World

_PRINCIPAL: Final = "stacksets.cloudformation.amazonaws.com"
ADMINISTRATION_ROLE: Final = "AWSCloudFormationStackSetAdministrationRole"
_SESSION: Final = "AWSCloudFormation"


def actor(world: World, stack_set: StackSet, account: str) -> Caller:
    """Who acts in a member account.

    Service-managed sets act through a role that CloudFormation makes, whose name begins so.
    Source: "Activate trusted access for StackSets with AWS Organizations", docs.aws.amazon.com/
    AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html, retrieved 2026-11-26.
    Raises: ServiceError where a role of a self-managed set does not let its set in.
    """
    if not stack_set.service_managed:
        return _execution_session(world, stack_set, account)
    name = f"stacksets-exec-{hashlib.sha256(stack_set.administrator.encode()).hexdigest()[:32]}"
    world.held(account, "", name, lambda: world.new_service_role(account, name, _PRINCIPAL))
    return role_session(f"arn:aws:iam::{account}:role/{name}", _SESSION)


def check_allowed(
    world: World, caller: Caller, region: str, operation: str, parameters: Mapping[str, Any]
) -> None:
    """Raises: ServiceError where the policies of the account do not let who acts there make this call."""
    call = Call(
        operation=Operation("cloudformation", operation),
        region=region,
        caller=caller,
        parameters=parameters,
        environ={INSIDE: caller, "HTTP_USER_AGENT": _PRINCIPAL},
        body=b"",
        request_id=str(uuid.uuid4()),
        time=world.now(),
        world=world,
    )
    world.authorization(call)


def _execution_session(world: World, stack_set: StackSet, account: str) -> Caller:
    """The session of the execution role that a self-managed set is in, by its administration role.

    Source: "Grant self-managed permissions", docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
    stacksets-prereqs-self-managed.html, retrieved 2026-11-26.
    Raises: ServiceError where one of the two does not let the other in.
    """
    administration = stack_set.administration_role or (
        f"arn:aws:iam::{stack_set.administrator}:role/{ADMINISTRATION_ROLE}"
    )
    name = administration.rpartition("/")[2]
    try:
        administrator = in_role(
            world,
            administration,
            "cloudformation.amazonaws.com",
            _SESSION,
            source_arn=stack_set.arn,
            source_account=stack_set.administrator,
        )
    except LostError as error:
        raise ServiceError(
            "ValidationError",
            f"Account {stack_set.administrator} should have '{name}' role with trust relationship "
            "to CloudFormation service.",
        ) from error
    try:
        told = world.inside.client("sts", stack_set.region, administrator).assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/{stack_set.execution_role}", RoleSessionName=_SESSION
        )
    except ClientError as error:
        raise ServiceError(
            "ValidationError",
            f"Account {account} should have '{stack_set.execution_role}' role with trust relationship "
            f"to Role '{name}'.",
        ) from error
    held = world.keyring.find(told["Credentials"]["AccessKeyId"])
    if held is None:
        raise LookupError("a session that was just made is not on the keyring")
    return held.caller
