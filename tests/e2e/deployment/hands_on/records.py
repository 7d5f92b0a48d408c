"""What holds records, or sends them on: how each is read, and changed by hand."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.deployment.hands_on.common import statement


def lifecycle(s3: Any, bucket: str) -> Any:
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return [(one["Status"], one.get("Expiration")) for one in rules]


def lifecycle_changed(s3: Any, bucket: str) -> None:
    rule = {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})


def public(s3: Any, bucket: str) -> Any:
    return s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]


def public_changed(s3: Any, bucket: str) -> None:
    block = {**public(s3, bucket), "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)


def bucket_policy(s3: Any, bucket: str) -> Any:
    return json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])


def bucket_policy_changed(s3: Any, bucket: str) -> None:
    told = bucket_policy(s3, bucket)
    del told["Statement"][0]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(told))


def retention(logs: Any, group: str) -> Any:
    told = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return next(one.get("retentionInDays") for one in told if one["logGroupName"] == group)


def retention_changed(logs: Any, group: str) -> None:
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)


def table(glue: Any, _: str) -> Any:
    told = glue.get_table(DatabaseName="craton", Name="invocation")["Table"]
    return told["StorageDescriptor"]["Location"]


def table_changed(glue: Any, _: str) -> None:
    told = glue.get_table(DatabaseName="craton", Name="invocation")["Table"]
    kept = {
        key: told[key]
        for key in ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
        if key in told
    }
    kept["StorageDescriptor"] = {**kept["StorageDescriptor"], "Location": "s3://elsewhere/"}
    glue.update_table(DatabaseName="craton", TableInput=kept)


def work_group(athena: Any, name: str) -> Any:
    told = athena.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"]
    return told["EnforceWorkGroupConfiguration"], told.get("BytesScannedCutoffPerQuery")


def work_group_changed(athena: Any, name: str) -> None:
    athena.update_work_group(WorkGroup=name, ConfigurationUpdates={"EnforceWorkGroupConfiguration": False})


def destination(logs: Any, name: str) -> Any:
    told = logs.describe_destinations(DestinationNamePrefix=name)["destinations"]
    return json.loads(told[0]["accessPolicy"])


def destination_opened(logs: Any, name: str) -> None:
    arn = logs.describe_destinations(DestinationNamePrefix=name)["destinations"][0]["arn"]
    policy = statement(Action="logs:PutSubscriptionFilter", Resource=arn)
    logs.put_destination_policy(destinationName=name, accessPolicy=policy)


def stream(firehose: Any, name: str) -> Any:
    told = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    return told["Destinations"][0]["ExtendedS3DestinationDescription"]["Prefix"]


def stream_changed(firehose: Any, name: str) -> None:
    told = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    firehose.update_destination(
        DeliveryStreamName=name,
        CurrentDeliveryStreamVersionId=told["VersionId"],
        DestinationId=told["Destinations"][0]["DestinationId"],
        ExtendedS3DestinationUpdate={"Prefix": "elsewhere/"},
    )


GROUP = "/craton/bedrock/invocations"


def subscriptions(logs: Any, _: str) -> Any:
    told = logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
    return [(one["filterName"], one["destinationArn"]) for one in told]


def subscription_gone(logs: Any, _: str) -> None:
    for one in logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]:
        logs.delete_subscription_filter(logGroupName=GROUP, filterName=one["filterName"])


def trail(cloudtrail: Any, name: str) -> Any:
    return cloudtrail.get_trail_status(Name=name)["IsLogging"]


def trail_stopped(cloudtrail: Any, name: str) -> None:
    cloudtrail.stop_logging(Name=name)


def filters(logs: Any, name: str) -> Any:
    told = logs.describe_metric_filters(filterNamePrefix=name)["metricFilters"]
    return [one["filterPattern"] for one in told]


def filter_gone(logs: Any, name: str) -> None:
    for one in logs.describe_metric_filters(filterNamePrefix=name)["metricFilters"]:
        logs.delete_metric_filter(logGroupName=one["logGroupName"], filterName=name)
