"""AWS::Logs::LogStream."""

from __future__ import annotations

from craton.emulator.resources.api_kind import ApiKind

KIND = ApiKind(
    type="AWS::Logs::LogStream",
    service="logs",
    creates="create_log_stream",
    deletes="delete_log_stream",
    reads="describe_log_streams",
    identifies={"logGroupName": "=LogGroupName", "logStreamName": "{id}"},
    finds={"logGroupName": "=LogGroupName", "logStreamNamePrefix": "{id}"},
    unwraps="logStreams[?logStreamName=='{id}'] | [0].{LogStreamName: logStreamName}",
    physical="=LogStreamName",
    named="LogStreamName",
    longest=512,
)
