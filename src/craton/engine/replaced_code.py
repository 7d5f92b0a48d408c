"""Code of functions that somebody replaced by hand, of which CloudFormation does not see a drift.

The code of a function can be written and not read as a property, so that a look for drift compares all of a
function but that. The trail tells who replaced it. A plan cannot bring it back while the function stands; one
that was deleted comes back with its code.

Source: the example of a drifted function, docs.aws.amazon.com/cli/latest/reference/cloudformation/
detect-stack-resource-drift.html, whose expected properties hold no code; "Logging AWS Lambda API calls using
AWS CloudTrail", docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html; retrieved 2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.core.cloud_call import Read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from craton.core.ports import Cloud

FUNCTION: Final = "AWS::Lambda::Function"
_EVENT: Final = "UpdateFunctionCode20150331v2"
_CLOUDFORMATION: Final = "cloudformation.amazonaws.com"


def replaced_code(
    stacks: Mapping[tuple[str, str], tuple[str, ...]], since: dt.datetime, cloud: Cloud
) -> Iterator[str]:
    """In words, whose code was replaced and by whom, and where that cannot be told.

    `stacks` are the ids of stacks that have functions, by account and Region. Units: `since` is UTC.
    """
    asked = {place: _asked(*place, since) for place in stacks}
    told = {one.read.key: one for one in cloud.observe(list(asked.values()))}
    for (account, region), read in sorted(asked.items()):
        found = told[read.key]
        if found.status != "answered":
            yield f"{account}/{region}: whether code of functions was replaced: {found.error or found.status}"
            continue
        events = list(_by_hand(found.answer))
        names = _functions(account, region, stacks[account, region], cloud) if events else frozenset()
        for event in events:
            name = str((event.get("requestParameters") or {}).get("functionName")).rpartition(":")[2]
            if name in names:
                by = event.get("userIdentity", {}).get("arn") or "somebody"
                yield (
                    f"{account}/{region}: the code of {name}, which was replaced at {event['eventTime']} by"
                    f" {by} (event {event['eventID']}): delete the function, and mending brings it back"
                )


def _asked(account: str, region: str, since: dt.datetime) -> Read:
    return Read(
        account=account,
        region=region,
        service="cloudtrail",
        operation="LookupEvents",
        parameters={
            "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": _EVENT}],
            "StartTime": f"{since:%Y-%m-%dT%H:%M:%S}Z",
        },
    )


def _by_hand(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The events of those who succeeded and are not CloudFormation, which brings what its template says."""
    for one in answer.get("Events", ()):
        event = msgspec.json.decode(one.get("CloudTrailEvent") or "{}")
        if not event.get("errorCode") and event.get("userIdentity", {}).get("invokedBy") != _CLOUDFORMATION:
            yield event


def _functions(account: str, region: str, stacks: tuple[str, ...], cloud: Cloud) -> frozenset[str]:
    """The names of the functions of the stacks; that one is gone is told as its drift."""
    reads = [
        Read(
            account=account,
            region=region,
            service="cloudformation",
            operation="DescribeStackResourceDrifts",
            parameters={"StackName": one},
        )
        for one in stacks
    ]
    return frozenset(
        str(each["PhysicalResourceId"])
        for told in cloud.observe(reads)
        for each in (told.answer or {}).get("StackResourceDrifts", ())
        if each["ResourceType"] == FUNCTION and each["StackResourceDriftStatus"] != "DELETED"
    )
