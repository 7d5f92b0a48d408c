"""The service, and how its parameters name metrics."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.metrics import Metric, metric
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SERVICE = Service(
    "cloudwatch",
    signing="monitoring",
    moto=("PutDashboard", "GetDashboard", "ListDashboards", "DeleteDashboards"),
)


def metric_of(told: Mapping[str, Any]) -> Metric:
    """The metric that parameters name."""
    dimensions = {str(one["Name"]): str(one["Value"]) for one in told.get("Dimensions") or ()}
    return metric(str(told["Namespace"]), str(told["MetricName"]), dimensions)


def dimensions_of(found: Metric) -> list[dict[str, str]]:
    """The dimensions of a metric by the names of the API."""
    return [{"Name": name, "Value": value} for name, value in sorted(found.dimensions)]


def moment(value: Any) -> dt.datetime:
    """A time of a call in naive UTC."""
    told = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return told if told.tzinfo is None else told.astimezone(dt.UTC).replace(tzinfo=None)


def refuse(given: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises: NotEmulatedError for parameters that would change the answer."""
    for name in names:
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")


def invalid(message: str, code: str = "InvalidParameterValue") -> ServiceError:
    """The refusal of a parameter."""
    return ServiceError(code, message)
