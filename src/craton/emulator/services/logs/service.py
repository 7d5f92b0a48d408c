"""Log groups and streams, and as what calls are authorised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.logs.models import logs_backends

from craton.emulator.delivery.access import service_may
from craton.emulator.delivery.addresses import key_of
from craton.emulator.delivery.log_events import principals
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.logs.models import LogGroup

    from craton.emulator.call import Call

SERVICE = Service(
    "logs",
    moto=(
        *("CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups"),
        *("CreateLogStream", "DeleteLogStream", "DescribeLogStreams"),
        *("GetLogEvents",),
        *("PutRetentionPolicy", "DeleteRetentionPolicy"),
        *("PutResourcePolicy", "DescribeResourcePolicies", "DeleteResourcePolicy"),
        *("TagResource", "UntagResource", "ListTagsForResource"),
    ),
)
_OF_STREAMS: Final = ("CreateLogStream", "DeleteLogStream", "PutLogEvents", "GetLogEvents")
_TAGS: Final = ("TagResource", "UntagResource", "ListTagsForResource")
_DROPPED: Final = {
    "CreateLogGroup": ("deletionProtectionEnabled", "bearerTokenAuthenticationEnabled"),
    "DescribeLogGroups": (
        *("accountIdentifiers", "includeLinkedAccounts", "logGroupIdentifiers", "logGroupClass"),
    ),
    "GetLogEvents": ("logGroupIdentifier", "unmask"),
    "DescribeLogStreams": ("logGroupIdentifier",),
    "PutResourcePolicy": ("resourceArn", "expectedRevisionId"),
}


def group_of(call: Call, name: str) -> LogGroup:
    """The log group of that name or ARN. Raises: ServiceError where there is none."""
    if name.startswith("arn:"):
        name = name.split(":")[6]
    found = logs_backends[call.account][call.region].groups.get(name)
    if found is None:
        raise ServiceError("ResourceNotFoundException", "The specified log group does not exist.")
    return found


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """Log groups are authorised as `log-group:NAME:log-stream:STREAM`, with no stream for the group itself.

    So a policy that names the group without `:*` lets nobody in, as in AWS; only tags are authorised on it.

    Source: "LogGroup", docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html,
    retrieved 2026-11-26. Destinations of other accounts are asked when the filter is tried: CloudWatch Logs
    refuses in words of its own.
    """
    given, name = call.parameters, call.operation.name
    action = f"logs:{name}"
    stem = f"arn:aws:logs:{call.region}:{call.account}:"
    if name in _TAGS:
        return [(action, str(given["resourceArn"]))]
    if name == "PutDestinationPolicy" or name.endswith("Destination"):
        return [(action, f"{stem}destination:{given['destinationName']}")]
    group = given.get("logGroupName") or given.get("logGroupIdentifier")
    if not group:
        return None
    bare = str(group).split(":")[6] if str(group).startswith("arn:") else group
    stream = given.get("logStreamName") or "" if name in _OF_STREAMS else ""
    return [(action, f"{stem}log-group:{bare}:log-stream:{stream}")]


@SERVICE.condition_keys
def condition_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """Where a subscription leads.

    Source: "Condition keys for Amazon CloudWatch Logs", docs.aws.amazon.com/service-authorization/latest/
    reference/list_amazoncloudwatchlogs.html, retrieved 2026-11-26.
    """
    told = call.parameters.get("destinationArn")
    return {"logs:DestinationArn": (str(told),)} if told else {}


@SERVICE.before(*sorted(_DROPPED))
def refuse_unknown(call: Call) -> None:
    """Raises: NotEmulatedError for parameters that would be dropped."""
    for name in _DROPPED[call.operation.name]:
        if call.parameters.get(name):
            raise NotEmulatedError(f"the parameter {name}")


@SERVICE.before("CreateLogGroup")
def be_standard(call: Call) -> None:
    """Raises: NotEmulatedError for classes of log groups that take no subscriptions."""
    told = call.parameters.get("logGroupClass", "STANDARD")
    if told != "STANDARD":
        raise NotEmulatedError(f"the log group class {told}")


@SERVICE.before("CreateLogGroup")
def have_a_usable_key(call: Call) -> None:
    """Raises: ServiceError for a key whose policy does not let CloudWatch Logs encrypt for the group.

    Source: "Encrypt log data in CloudWatch Logs using AWS KMS", docs.aws.amazon.com/AmazonCloudWatch/latest/
    logs/encrypt-log-data-kms.html, retrieved 2026-11-26.
    """
    told = call.parameters.get("kmsKeyId")
    if told:
        require_key(call, str(told), str(call.parameters["logGroupName"]))


def require_key(call: Call, key_id: str, group: str) -> None:
    """Raises: ServiceError where CloudWatch Logs may not use the key for the group."""
    key = key_of(call.account, call.region, key_id)
    arn = f"arn:aws:logs:{call.region}:{call.account}:log-group:{group}"
    lets = key is not None and any(
        service_may(
            call.world,
            service,
            "kms:Encrypt",
            key.arn,
            policy=key.policy,
            owner=key.account_id,
            source_arn=arn,
            source_account=call.account,
            more={"kms:EncryptionContext:aws:logs:arn": (arn,)},
        )
        for service in principals(call.region)
    )
    if not lets:
        raise ServiceError(
            "AccessDeniedException",
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'",
        )


@SERVICE.operation("AssociateKmsKey")
def associate_kms_key(call: Call) -> None:
    """The group is encrypted with the key."""
    given = call.parameters
    if given.get("resourceIdentifier"):
        raise NotEmulatedError("the parameter resourceIdentifier")
    group = group_of(call, str(given["logGroupName"]))
    require_key(call, str(given["kmsKeyId"]), group.name)
    group.kms_key_id = str(given["kmsKeyId"])


@SERVICE.operation("DisassociateKmsKey")
def disassociate_kms_key(call: Call) -> None:
    """The group is encrypted with no key of the customer's."""
    if call.parameters.get("resourceIdentifier"):
        raise NotEmulatedError("the parameter resourceIdentifier")
    group_of(call, str(call.parameters["logGroupName"])).kms_key_id = None
