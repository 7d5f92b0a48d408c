"""The changes of a change set, as DescribeChangeSet tells them.

Source: "ResourceChange", "ResourceTargetDefinition" and "DescribeChangeSet", docs.aws.amazon.com/
AWSCloudFormation/latest/APIReference/, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.registry import is_read_back, write_only
from craton.emulator.stacks.change import is_later
from craton.emulator.stacks.intrinsic import as_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from craton.emulator.stacks.change import Change, PropertyChange
    from craton.emulator.stacks.drift import Drift

LATER: Final = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What CloudFormation tells for a value that it knows only once the change is made."""


def told(
    change: Change,
    *,
    found: Mapping[str, Drift] | None = None,
    time: dt.datetime | None = None,
    with_values: bool = False,
) -> dict[str, Any]:
    """One change; `found` is what was found of resources at that `time`, where drift is to be reverted."""
    row: dict[str, Any] = {
        "Action": change.action,
        "LogicalResourceId": change.logical_id,
        "ResourceType": change.type,
        "Scope": list(change.scope),
        "Details": [
            _detail(one, time=time if found is not None else None, with_values=with_values)
            for one in change.properties
        ],
    }
    if change.physical_id:
        row["PhysicalResourceId"] = change.physical_id
    if change.replacement:
        row["Replacement"] = change.replacement
    if found is not None:
        row |= _drift(change, found.get(change.logical_id))
    if with_values:
        contexts = {"BeforeContext": change.before, "AfterContext": change.after}
        row |= {name: _context(held) for name, held in contexts.items() if held is not None}
    return {"Type": "Resource", "ResourceChange": row}


def _drift(change: Change, found: Drift | None) -> dict[str, Any]:
    """What is told of a resource only where drift is to be reverted."""
    row: dict[str, Any] = {}
    if found is not None:
        row["ResourceDriftStatus"] = found.status
        row["ResourceDriftIgnoredAttributes"] = [
            {"Path": f"/{path}", "Reason": "WRITE_ONLY_PROPERTY"}
            for path in sorted(write_only(change.type))
            if path.split("/")[0] in found.resource.properties
        ]
    elif change.action != "Add" and not is_read_back(change.type):
        row["ResourceDriftStatus"] = "UNSUPPORTED"
    if change.previous is not None:
        row["PreviousDeploymentContext"] = _context(change.previous)
    return row


def _detail(one: PropertyChange, *, time: dt.datetime | None, with_values: bool) -> dict[str, Any]:
    target: dict[str, Any] = {"Attribute": "Tags" if one.name == "Tags" else "Properties"}
    if one.name != "Tags":
        target["Name"] = one.name
    target["RequiresRecreation"] = "Always" if one.replaces else "Never"
    if with_values or time is not None:
        target |= _values(one)
    if time is not None:
        target |= {
            "BeforeValueFrom": "ACTUAL_STATE" if one.has_drifted else "PREVIOUS_DEPLOYMENT_STATE",
            "AfterValueFrom": "TEMPLATE",
        }
        if one.has_drifted:
            target["Drift"] = {
                "PreviousValue": _value(one.previous),
                "ActualValue": _value(one.before),
                "DriftDetectionTimestamp": time,
            }
    is_drift_alone = one.has_drifted and one.previous == one.after
    return {
        "Target": target,
        "Evaluation": "Static" if one.is_known else "Dynamic",
        "ChangeSource": "NoModification" if is_drift_alone else "DirectModification",
    }


def _values(one: PropertyChange) -> dict[str, Any]:
    row: dict[str, Any] = {"Path": f"/Properties/{one.name}"}
    if one.before is not None:
        row["BeforeValue"] = _value(one.before)
    if one.after is not None:
        row["AfterValue"] = _value(one.after)
    if one.is_alike:
        row["AttributeChangeType"] = "SyncWithActual"
    elif one.before is None:
        row["AttributeChangeType"] = "Add"
    else:
        row["AttributeChangeType"] = "Remove" if one.after is None else "Modify"
    return row


def _value(value: Any) -> str:
    if is_later(value):
        return LATER
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else as_text(value)


def _context(properties: Mapping[str, Any]) -> str:
    shown = {name: LATER if is_later(value) else value for name, value in properties.items()}
    return json.dumps({"Properties": shown}, sort_keys=True, default=str)
