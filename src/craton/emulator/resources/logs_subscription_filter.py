"""AWS::Logs::SubscriptionFilter."""

from __future__ import annotations

from craton.emulator.resources.api_kind import ApiKind

KIND = ApiKind(
    type="AWS::Logs::SubscriptionFilter",
    service="logs",
    creates="put_subscription_filter",
    updates="put_subscription_filter",
    deletes="delete_subscription_filter",
    reads="describe_subscription_filters",
    identifies={"logGroupName": "=LogGroupName", "filterName": "{id}"},
    finds={"logGroupName": "=LogGroupName", "filterNamePrefix": "{id}"},
    unwraps="subscriptionFilters[?filterName=='{id}'] | [0]",
    physical="=FilterName",
    named="FilterName",
    longest=512,
)
