"""Amazon CloudWatch Logs."""

from __future__ import annotations

from craton.emulator.service import Service

SERVICE = Service(
    "logs",
    moto=(
        *("CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups"),
        *("CreateLogStream", "DeleteLogStream", "DescribeLogStreams"),
        *("PutLogEvents", "GetLogEvents", "FilterLogEvents"),
        *("PutRetentionPolicy", "DeleteRetentionPolicy"),
    ),
)
