"""Notifications of budgets and who hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.services.budgets.service import SERVICE, Budget, existing, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result

MOST_NOTIFICATIONS: Final = 10
MOST_SUBSCRIBERS: Final = 11
_SAME: Final = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")


def add_notification(budget: Budget, told: dict[str, Any], subscribers: list[dict[str, Any]]) -> None:
    """The budget has one more notification. Raises: ServiceError."""
    told.setdefault("ThresholdType", "PERCENTAGE")
    if any(_is(one, told) for one, _ in budget.notifications):
        raise ServiceError("DuplicateRecordException", "The notification already exists.")
    if len(budget.notifications) >= MOST_NOTIFICATIONS:
        raise ServiceError(
            "CreationLimitExceededException", f"A budget has {MOST_NOTIFICATIONS} notifications."
        )
    budget.notifications.append((told, subscribers))


def _is(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one.get(name, "PERCENTAGE") == other.get(name, "PERCENTAGE") for name in _SAME)


def _found(call: Call) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    told = call.parameters["Notification"]
    for one in existing(call).notifications:
        if _is(one[0], told):
            return one
    raise ServiceError("NotFoundException", "Unable to find the notification of the budget.")


@SERVICE.operation("CreateNotification")
def create_notification(call: Call) -> Result:
    """Adds a notification."""
    subscribers = [dict(one) for one in call.parameters["Subscribers"]]
    add_notification(existing(call), dict(call.parameters["Notification"]), subscribers)
    return {}


@SERVICE.operation("DeleteNotification")
def delete_notification(call: Call) -> Result:
    """Removes a notification."""
    existing(call).notifications.remove(_found(call))
    return {}


@SERVICE.operation("DescribeNotificationsForBudget")
def describe_notifications_for_budget(call: Call) -> Result:
    """Tells the notifications of a budget, none of them reached."""
    rows = [{**one, "NotificationState": "OK"} for one, _ in existing(call).notifications]
    return page(call, "Notifications", rows)


@SERVICE.operation("DescribeSubscribersForNotification")
def describe_subscribers_for_notification(call: Call) -> Result:
    """Tells who hears of a notification."""
    return page(call, "Subscribers", _found(call)[1])


@SERVICE.operation("CreateSubscriber")
def create_subscriber(call: Call) -> Result:
    """Adds somebody who hears of it."""
    held, told = _found(call)[1], dict(call.parameters["Subscriber"])
    if told in held:
        raise ServiceError("DuplicateRecordException", "The subscriber already exists.")
    if len(held) >= MOST_SUBSCRIBERS:
        raise ServiceError(
            "CreationLimitExceededException", f"A notification has {MOST_SUBSCRIBERS} subscribers."
        )
    held.append(told)
    return {}


@SERVICE.operation("DeleteSubscriber")
def delete_subscriber(call: Call) -> Result:
    """Takes somebody away."""
    held, told = _found(call)[1], dict(call.parameters["Subscriber"])
    if told not in held:
        raise ServiceError("NotFoundException", "The subscriber does not exist.")
    held.remove(told)
    return {}
