"""Why an operation of CloudFormation failed: what its first failed resources and accounts say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from craton.aws.refusal import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.aws.api import Api
    from craton.core.cloud_call import Call

_MOST_REASONS: Final = 10
_BEGUN: Final = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
_CONSEQUENCES: Final = (
    "Resource creation cancelled",
    "Resource update cancelled",
    "Resource deletion cancelled",
)
"""What CloudFormation says of resources that failed only because another one had."""


def reasons(api: Api, call: Call, parameters: Mapping[str, Any]) -> list[str]:
    """What of the operation failed, and why, the first first; nothing for other services.

    `parameters` are those with which the operation is asked for.
    """
    if call.service != "cloudformation":
        return []
    try:
        if "OperationId" in parameters:
            return list(_of_accounts(api, call, parameters))
        if "StackName" in parameters:
            return list(_of_resources(api, call, str(parameters["StackName"])))
    except (ClientError, BotoCoreError) as error:
        return [f"why is not known: {told(error)}"]
    return []


def _of_accounts(api: Api, call: Call, parameters: Mapping[str, Any]) -> Iterator[str]:
    asked = {
        name: parameters[name] for name in ("StackSetName", "OperationId", "CallAs") if name in parameters
    }
    answer = api.ask_all(call.account, call.region, "cloudformation", "ListStackSetOperationResults", asked)
    failed = [one for one in answer.get("Summaries", ()) if one.get("Status") in ("FAILED", "CANCELLED")]
    for one in failed[:_MOST_REASONS]:
        why = one.get("StatusReason") or "no reason is given"
        yield f"{one.get('Account')}, {one.get('Region')}: {one.get('Status')}: {why}"
    if len(failed) > _MOST_REASONS:
        yield f"and {len(failed) - _MOST_REASONS} more"


def _of_resources(api: Api, call: Call, stack: str) -> Iterator[str]:
    answer = api.ask_all(
        call.account, call.region, "cloudformation", "DescribeStackEvents", {"StackName": stack}
    )
    failed = [
        one
        for one in reversed(_since_it_began(answer.get("StackEvents", ())))
        if str(one.get("ResourceStatus", "")).endswith("FAILED")
        and not str(one.get("ResourceStatusReason", "")).startswith(_CONSEQUENCES)
    ]
    for one in failed[:_MOST_REASONS]:
        why = one.get("ResourceStatusReason") or "no reason is given"
        yield f"{one.get('LogicalResourceId')} ({one.get('ResourceType')}): {why}"
    if len(failed) > _MOST_REASONS:
        yield f"and {len(failed) - _MOST_REASONS} more"


def _since_it_began(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The events of the last operation; as CloudFormation tells them, the newest first."""
    found = []
    for one in events:
        found.append(one)
        is_stack = one.get("PhysicalResourceId") == one.get("StackId")
        if is_stack and one.get("ResourceStatus") in _BEGUN:
            break
    return found
