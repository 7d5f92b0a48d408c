"""What an operation that looks for drift has found of a stack set.

Source: "StackSetDriftDetectionDetails", docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
API_StackSetDriftDetectionDetails.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.stack_sets.stack_set import Operation

_UNDER_WAY: Final = ("PENDING", "RUNNING")
_DETECTIONS: Final[Mapping[str, str]] = {"STOPPED": "STOPPED", "FAILED": "FAILED"}


def drift_details(operation: Operation) -> dict[str, Any]:
    """The counts of an operation, also of one that is under way."""
    results = operation.results.values()
    drifted = sum(one.drift == "DRIFTED" for one in results)
    in_sync = sum(one.drift == "IN_SYNC" for one in results)
    failed = sum(one.status == "FAILED" for one in results)
    told: dict[str, Any] = {
        "DriftStatus": "DRIFTED" if drifted else "IN_SYNC" if in_sync else "NOT_CHECKED",
        "DriftDetectionStatus": _detection(operation, failed),
        "TotalStackInstancesCount": len(results),
        "DriftedStackInstancesCount": drifted,
        "InSyncStackInstancesCount": in_sync,
        "InProgressStackInstancesCount": sum(one.status in _UNDER_WAY for one in results),
        "FailedStackInstancesCount": failed,
    }
    return told if operation.ended is None else {**told, "LastDriftCheckTimestamp": operation.ended}


def _detection(operation: Operation, failed: int) -> str:
    if operation.ended is None:
        return "IN_PROGRESS"
    done = "PARTIAL_SUCCESS" if failed else "COMPLETED"
    return _DETECTIONS.get(operation.status, done)
