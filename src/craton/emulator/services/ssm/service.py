"""The service, on which the modules beside this one register their operations."""

from __future__ import annotations

from craton.emulator.service import Service

SERVICE = Service(
    "ssm",
    moto=(
        *("PutParameter", "GetParameter", "GetParameters", "GetParametersByPath", "DescribeParameters"),
        *("DeleteParameter", "DeleteParameters", "GetParameterHistory"),
    ),
)
