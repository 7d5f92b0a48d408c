"""What somebody may change by hand: one thing of each kind, read from AWS and changed by AWS's own calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from tests.e2e.emulator.running import Running

MANAGEMENT, HUB, SEARCH = (str(number) * 12 for number in (1, 2, 3))
MALLORY = "stacksets-exec-mallory"
"""A role that policies let through as if it brought stack sets: nobody else may do all this."""

STEWARD = "OrganizationAccountAccessRole"
"""The only one who may change Craton's own roles in the hub."""

EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def statement(**parts: Any) -> str:
    """A policy of one statement that lets everybody in, but for these parts."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{**EVERYBODY, **parts}]})


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
)


class Change(Struct, frozen=True, kw_only=True):
    """One thing that somebody changes.

    `kind` is the kind whose resource it is, `logical_id` its name in the template of the account's stack.
    `told` reads the thing from AWS and `changed` changes it, each with a client of `service` and the physical
    id. `address` is that of its change, where it is no resource that CloudFormation looks at. `role` is whose
    session does it.
    """

    kind: str
    account: str
    logical_id: str
    service: str
    told: Callable[[Any, str], Any]
    changed: Callable[[Any, str], Any]
    address: str | None = None
    role: str = MALLORY

    @property
    def name(self) -> str:
        return f"{self.kind} {self.logical_id}"


class Hands:
    """A role of somebody in each account, made before any rule holds there, and what its sessions do."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._keys: dict[tuple[str, str], dict[str, str]] = {}
        for account in (MANAGEMENT, HUB, SEARCH):
            own = {}
            if account != MANAGEMENT:
                own = running.session(f"arn:aws:iam::{account}:role/{STEWARD}")
                self._keys[account, STEWARD] = own
            self._keys[account, MALLORY] = self._role(account, own)

    def client(self, service: str, account: str, role: str = MALLORY) -> Any:
        """A client of somebody in the account."""
        return self.running.client(service, **self._keys[account, role])

    def in_role(self, account: str, name: str) -> dict[str, str]:
        """The environment of a session of a role of the account, which its steward makes."""
        keys = self.running.session(f"arn:aws:iam::{account}:role/{name}", **self._keys[account, STEWARD])
        return {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    def physical_ids(self) -> dict[tuple[str, str], str]:
        """Of what stacks made, by account and logical id."""
        found = {}
        for account in (MANAGEMENT, HUB, SEARCH):
            cloudformation = self.client("cloudformation", account)
            for stack in cloudformation.describe_stacks()["Stacks"]:
                pages = cloudformation.get_paginator("list_stack_resources").paginate(
                    StackName=stack["StackId"]
                )
                for one in (each for page in pages for each in page["StackResourceSummaries"]):
                    found[account, one["LogicalResourceId"]] = one["PhysicalResourceId"]
        return found

    def _role(self, account: str, own: dict[str, str]) -> dict[str, str]:
        """The keys of a session of the role, which the holder of `own` makes."""
        iam = self.running.client("iam", **own)
        trust = TRUST.replace('"*"', f'"{account}"')
        made = iam.create_role(RoleName=MALLORY, AssumeRolePolicyDocument=trust)["Role"]
        iam.attach_role_policy(RoleName=MALLORY, PolicyArn=ADMINISTRATOR)
        return self.running.session(made["Arn"], **own)


def _trust(iam: Any, name: str) -> Any:
    return iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]


def _trust_changed(iam: Any, name: str) -> None:
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=TRUST)


def _inline(iam: Any, name: str) -> Any:
    names = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return {one: iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"] for one in names}


def _inline_added(iam: Any, name: str) -> None:
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    )
    iam.put_role_policy(RoleName=name, PolicyName="everything", PolicyDocument=document)


def _attached(iam: Any, name: str) -> Any:
    told = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return sorted(one["PolicyArn"] for one in told)


def _document(iam: Any, arn: str) -> Any:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _document_changed(iam: Any, arn: str) -> None:
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    )
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)


def _alarm(cloudwatch: Any, name: str) -> Any:
    (told,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return told["ActionsEnabled"], told.get("Threshold")


def _alarm_silenced(cloudwatch: Any, name: str) -> None:
    cloudwatch.disable_alarm_actions(AlarmNames=[name])


def _topic_policy(topic: str) -> Callable[[Any, str], Any]:
    def told(sns: Any, _: str) -> Any:
        return json.loads(sns.get_topic_attributes(TopicArn=_topic(sns, topic))["Attributes"]["Policy"])

    return told


def _topic_policy_changed(topic: str) -> Callable[[Any, str], Any]:
    def changed(sns: Any, _: str) -> None:
        arn = _topic(sns, topic)
        policy = statement(Action="sns:Publish", Resource=arn)
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    return changed


def _topic(sns: Any, name: str) -> str:
    told = (str(one["TopicArn"]) for one in sns.list_topics()["Topics"])
    return next(one for one in told if one.endswith(f":{name}"))


def _topic_key(sns: Any, arn: str) -> Any:
    return sns.get_topic_attributes(TopicArn=arn)["Attributes"].get("KmsMasterKeyId")


def _topic_key_gone(sns: Any, arn: str) -> None:
    sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="")


def _tags(bedrock: Any, arn: str) -> Any:
    told = bedrock.list_tags_for_resource(resourceARN=arn)["tags"]
    return {one["key"]: one["value"] for one in told}


def _lifecycle(s3: Any, bucket: str) -> Any:
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return [(one["Status"], one.get("Expiration")) for one in rules]


def _lifecycle_changed(s3: Any, bucket: str) -> None:
    rule = {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})


def _public(s3: Any, bucket: str) -> Any:
    return s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]


def _public_changed(s3: Any, bucket: str) -> None:
    block = {**_public(s3, bucket), "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)


def _bucket_policy(s3: Any, bucket: str) -> Any:
    return json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])


def _bucket_policy_changed(s3: Any, bucket: str) -> None:
    told = _bucket_policy(s3, bucket)
    del told["Statement"][0]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(told))


def _budget(account: str) -> Callable[[Any, str], Any]:
    def told(budgets: Any, name: str) -> Any:
        limit = budgets.describe_budget(AccountId=account, BudgetName=name)["Budget"]["BudgetLimit"]
        return float(limit["Amount"])

    return told


def _budget_changed(account: str) -> Callable[[Any, str], Any]:
    def changed(budgets: Any, name: str) -> None:
        told = budgets.describe_budget(AccountId=account, BudgetName=name)["Budget"]
        kept = {
            key: told[key]
            for key in ("BudgetName", "BudgetType", "TimeUnit", "FilterExpression", "Metrics")
            if key in told
        }
        limit = {"Amount": "999999", "Unit": "USD"}
        budgets.update_budget(AccountId=account, NewBudget={**kept, "BudgetLimit": limit})

    return changed


def _budget_action(budgets: Any, _: str) -> Any:
    (told,) = budgets.describe_budget_actions_for_account(AccountId=MANAGEMENT)["Actions"]
    return told["ActionThreshold"]["ActionThresholdValue"]


def _budget_action_changed(budgets: Any, _: str) -> None:
    (told,) = budgets.describe_budget_actions_for_account(AccountId=MANAGEMENT)["Actions"]
    budgets.update_budget_action(
        AccountId=MANAGEMENT,
        BudgetName=told["BudgetName"],
        ActionId=told["ActionId"],
        ActionThreshold={"ActionThresholdValue": 9000, "ActionThresholdType": "PERCENTAGE"},
    )


def _organization_policy(organizations: Any, policy: str) -> Any:
    return json.loads(organizations.describe_policy(PolicyId=policy)["Policy"]["Content"])


def _organization_policy_changed(organizations: Any, policy: str) -> None:
    told = _organization_policy(organizations, policy)
    told["Statement"] = [{"Effect": "Deny", "Action": "bedrock:DeleteGuardrail", "Resource": "*"}]
    organizations.update_policy(PolicyId=policy, Content=json.dumps(told))


def _aggregator(config: Any, name: str) -> Any:
    told = config.describe_configuration_aggregators(ConfigurationAggregatorNames=[name])
    source = told["ConfigurationAggregators"][0]["OrganizationAggregationSource"]
    return source.get("AllAwsRegions", False), source.get("AwsRegions")


def _aggregator_changed(config: Any, name: str) -> None:
    told = config.describe_configuration_aggregators(ConfigurationAggregatorNames=[name])
    source = told["ConfigurationAggregators"][0]["OrganizationAggregationSource"]
    config.put_configuration_aggregator(
        ConfigurationAggregatorName=name,
        OrganizationAggregationSource={"RoleArn": source["RoleArn"], "AwsRegions": ["eu-west-1"]},
    )


def _organization_rule(config: Any, name: str) -> Any:
    told = config.describe_organization_config_rules(OrganizationConfigRuleNames=[name])
    return told["OrganizationConfigRules"][0]["ExcludedAccounts"]


def _organization_rule_changed(config: Any, name: str) -> None:
    told = config.describe_organization_config_rules(OrganizationConfigRuleNames=[name])
    rule = told["OrganizationConfigRules"][0]
    config.put_organization_config_rule(
        OrganizationConfigRuleName=name,
        OrganizationCustomRuleMetadata=rule["OrganizationCustomRuleMetadata"],
        ExcludedAccounts=[*rule["ExcludedAccounts"], SEARCH],
    )


def _pack(config: Any, name: str) -> Any:
    told = config.describe_organization_conformance_packs(OrganizationConformancePackNames=[name])
    return told["OrganizationConformancePacks"][0]["ExcludedAccounts"]


def _pack_changed(config: Any, name: str) -> None:
    rule = {
        "Type": "AWS::Config::ConfigRule",
        "Properties": {
            "ConfigRuleName": "nothing",
            "Source": {"Owner": "AWS", "SourceIdentifier": "CLOUD_TRAIL_ENABLED"},
        },
    }
    config.put_organization_conformance_pack(
        OrganizationConformancePackName=name,
        TemplateBody=json.dumps({"Resources": {"Nothing": rule}}),
        ExcludedAccounts=[MANAGEMENT, HUB, SEARCH],
    )


def _dashboard(cloudwatch: Any, name: str) -> Any:
    return len(json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])["widgets"])


def _dashboard_changed(cloudwatch: Any, name: str) -> None:
    widget = {"type": "text", "x": 0, "y": 0, "width": 3, "height": 3, "properties": {"markdown": "x"}}
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody=json.dumps({"widgets": [widget]}))


def _export(exports: Any, arn: str) -> Any:
    return exports.get_export(ExportArn=arn)["Export"]["DataQuery"]["QueryStatement"]


def _export_changed(exports: Any, arn: str) -> None:
    told = exports.get_export(ExportArn=arn)["Export"]
    query = {**told["DataQuery"], "QueryStatement": "SELECT bill_bill_type FROM COST_AND_USAGE_REPORT"}
    told.pop("ExportArn", None)
    exports.update_export(ExportArn=arn, Export={**told, "DataQuery": query})


def _rotation(kms: Any, key: str) -> Any:
    return kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]


def _rotation_off(kms: Any, key: str) -> None:
    kms.disable_key_rotation(KeyId=key)


def _enabled(kms: Any, key: str) -> Any:
    return kms.describe_key(KeyId=key)["KeyMetadata"]["Enabled"]


def _enforced(bedrock: Any, _: str) -> Any:
    told = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]
    return [(one["guardrailArn"], one["guardrailVersion"] != "DRAFT") for one in told]


def _enforced_gone(bedrock: Any, _: str) -> None:
    for one in bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]:
        bedrock.delete_enforced_guardrail_configuration(configId=one["configId"])


def _bus(events: Any, _: str) -> Any:
    return json.loads(events.describe_event_bus(Name="craton-bedrock")["Policy"])


def _bus_opened(events: Any, _: str) -> None:
    events.put_permission(
        EventBusName="craton-bedrock",
        StatementId="MembersOfTheOrganization",
        Principal="*",
        Action="events:PutEvents",
    )


def _rule(events: Any, reference: str) -> Any:
    bus, _, name = reference.rpartition("|")
    return events.describe_rule(Name=name, **({"EventBusName": bus} if bus else {}))["State"]


def _rule_off(events: Any, reference: str) -> None:
    bus, _, name = reference.rpartition("|")
    events.disable_rule(Name=name, **({"EventBusName": bus} if bus else {}))


def _guardrail(bedrock: Any, arn: str) -> Any:
    told = bedrock.get_guardrail(guardrailIdentifier=arn)
    return told["blockedInputMessaging"], told.get("contentPolicy"), told.get("topicPolicy")


def _guardrail_changed(bedrock: Any, arn: str) -> None:
    told = bedrock.get_guardrail(guardrailIdentifier=arn)
    bedrock.update_guardrail(
        guardrailIdentifier=arn,
        name=told["name"],
        blockedInputMessaging="come in",
        blockedOutputsMessaging=told["blockedOutputsMessaging"],
        contentPolicyConfig={
            "filtersConfig": [{"type": "HATE", "inputStrength": "LOW", "outputStrength": "LOW"}]
        },
        **({"kmsKeyId": told["kmsKeyArn"]} if told.get("kmsKeyArn") else {}),
    )


def _versions(bedrock: Any, reference: str) -> Any:
    arn = reference.partition("|")[0]
    told = bedrock.list_guardrails(guardrailIdentifier=arn)["guardrails"]
    return [one["description"] for one in told if one["version"] != "DRAFT"]


def _versions_gone(bedrock: Any, reference: str) -> None:
    arn, _, version = reference.partition("|")
    bedrock.delete_guardrail(guardrailIdentifier=arn, guardrailVersion=version)


def _resource_policy(bedrock: Any, arn: str) -> Any:
    return json.loads(bedrock.get_resource_policy(resourceArn=arn)["resourcePolicy"])


def _resource_policy_changed(bedrock: Any, arn: str) -> None:
    told = _resource_policy(bedrock, arn)
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-somebodyelse"}}
    told["Statement"][0]["Condition"] = condition
    policy = json.dumps(told)
    bedrock.put_resource_policy(resourceArn=arn, resourcePolicy=policy)


def _retention(logs: Any, group: str) -> Any:
    told = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return next(one.get("retentionInDays") for one in told if one["logGroupName"] == group)


def _retention_changed(logs: Any, group: str) -> None:
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)


def _logging(bedrock: Any, _: str) -> Any:
    return bedrock.get_model_invocation_logging_configuration().get("loggingConfig")


def _logging_off(bedrock: Any, _: str) -> None:
    bedrock.delete_model_invocation_logging_configuration()


def _function(functions: Any, name: str) -> Any:
    return functions.get_function_configuration(FunctionName=name)["Timeout"]


def _function_changed(functions: Any, name: str) -> None:
    functions.update_function_configuration(FunctionName=name, Timeout=1)


def _table(glue: Any, _: str) -> Any:
    told = glue.get_table(DatabaseName="craton", Name="invocation")["Table"]
    return told["StorageDescriptor"]["Location"]


def _table_changed(glue: Any, _: str) -> None:
    told = glue.get_table(DatabaseName="craton", Name="invocation")["Table"]
    kept = {
        key: told[key]
        for key in ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
        if key in told
    }
    kept["StorageDescriptor"] = {**kept["StorageDescriptor"], "Location": "s3://elsewhere/"}
    glue.update_table(DatabaseName="craton", TableInput=kept)


def _work_group(athena: Any, name: str) -> Any:
    told = athena.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"]
    return told["EnforceWorkGroupConfiguration"], told.get("BytesScannedCutoffPerQuery")


def _work_group_changed(athena: Any, name: str) -> None:
    athena.update_work_group(WorkGroup=name, ConfigurationUpdates={"EnforceWorkGroupConfiguration": False})


def _destination(logs: Any, name: str) -> Any:
    told = logs.describe_destinations(DestinationNamePrefix=name)["destinations"]
    return json.loads(told[0]["accessPolicy"])


def _destination_opened(logs: Any, name: str) -> None:
    arn = logs.describe_destinations(DestinationNamePrefix=name)["destinations"][0]["arn"]
    policy = statement(Action="logs:PutSubscriptionFilter", Resource=arn)
    logs.put_destination_policy(destinationName=name, accessPolicy=policy)


def _stream(firehose: Any, name: str) -> Any:
    told = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    return told["Destinations"][0]["ExtendedS3DestinationDescription"]["Prefix"]


def _stream_changed(firehose: Any, name: str) -> None:
    told = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    firehose.update_destination(
        DeliveryStreamName=name,
        CurrentDeliveryStreamVersionId=told["VersionId"],
        DestinationId=told["Destinations"][0]["DestinationId"],
        ExtendedS3DestinationUpdate={"Prefix": "elsewhere/"},
    )


GROUP = "/craton/bedrock/invocations"


def _subscriptions(logs: Any, _: str) -> Any:
    told = logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
    return [(one["filterName"], one["destinationArn"]) for one in told]


def _subscription_gone(logs: Any, _: str) -> None:
    for one in logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]:
        logs.delete_subscription_filter(logGroupName=GROUP, filterName=one["filterName"])


def _parameter(ssm: Any, name: str) -> Any:
    return ssm.get_parameter(Name=name)["Parameter"]["Value"]


def _parameter_changed(ssm: Any, name: str) -> None:
    ssm.put_parameter(Name=name, Value="{}", Type="String", Overwrite=True)


def _metrics(cloudwatch: Any, name: str) -> Any:
    told = cloudwatch.get_metric_stream(Name=name)["IncludeFilters"]
    return sorted(one["Namespace"] for one in told)


def _metrics_changed(cloudwatch: Any, name: str) -> None:
    told = cloudwatch.get_metric_stream(Name=name)
    cloudwatch.put_metric_stream(
        Name=name,
        FirehoseArn=told["FirehoseArn"],
        RoleArn=told["RoleArn"],
        OutputFormat=told["OutputFormat"],
        IncludeFilters=[{"Namespace": "AWS/EC2"}],
    )


def _sink(oam: Any, arn: str) -> Any:
    return json.loads(oam.get_sink_policy(SinkIdentifier=arn)["Policy"])


def _sink_opened(oam: Any, arn: str) -> None:
    policy = statement(Action=["oam:CreateLink", "oam:UpdateLink"])
    oam.put_sink_policy(SinkIdentifier=arn, Policy=policy)


def _trail(cloudtrail: Any, name: str) -> Any:
    return cloudtrail.get_trail_status(Name=name)["IsLogging"]


def _trail_stopped(cloudtrail: Any, name: str) -> None:
    cloudtrail.stop_logging(Name=name)


def _filters(logs: Any, name: str) -> Any:
    told = logs.describe_metric_filters(filterNamePrefix=name)["metricFilters"]
    return [one["filterPattern"] for one in told]


def _filter_gone(logs: Any, name: str) -> None:
    for one in logs.describe_metric_filters(filterNamePrefix=name)["metricFilters"]:
        logs.delete_metric_filter(logGroupName=one["logGroupName"], filterName=name)


def _granted(iam: Any, name: str) -> Any:
    return iam.get_role(RoleName=name)["Role"].get("PermissionsBoundary")


def _boundary_gone(iam: Any, name: str) -> None:
    iam.delete_role_permissions_boundary(RoleName=name)


def _one(  # noqa: PLR0917 - one row of a table
    kind: str,
    account: str,
    logical_id: str,
    service: str,
    told: Callable[[Any, str], Any],
    changed: Callable[[Any, str], Any],
) -> Change:
    return Change(
        kind=kind, account=account, logical_id=logical_id, service=service, told=told, changed=changed
    )


CHANGES = (
    _one("alarm", SEARCH, "AlarmThrottles", "cloudwatch", _alarm, _alarm_silenced),
    _one(
        *("alarm", SEARCH, "AlarmTopicAccess", "sns"),
        _topic_policy("craton-bedrock-alarms"),
        _topic_policy_changed("craton-bedrock-alarms"),
    ),
    _one("alert_topic", HUB, "AlertTopic", "sns", _topic_key, _topic_key_gone),
    _one(
        *("alert_topic", HUB, "AlertTopicAccess", "sns"),
        _topic_policy("craton-bedrock-alerts"),
        _topic_policy_changed("craton-bedrock-alerts"),
    ),
    _one(
        *("application_inference_profile", SEARCH, "ProfileSearchRankingClaudeSonnet46", "bedrock", _tags),
        lambda bedrock, arn: bedrock.tag_resource(
            resourceARN=arn, tags=[{"key": "cost-center", "value": "900"}]
        ),
    ),
    _one("archive_bucket", HUB, "ArchiveBucket", "s3", _lifecycle, _lifecycle_changed),
    _one("archive_bucket", HUB, "ArchiveBucketPolicy", "s3", _bucket_policy, _bucket_policy_changed),
    _one("budget", SEARCH, "Budget", "budgets", _budget(SEARCH), _budget_changed(SEARCH)),
    _one("config_aggregator", HUB, "ConfigAggregator", "config", _aggregator, _aggregator_changed),
    _one(
        *("config_rule", MANAGEMENT, "GovernanceRuleLogging", "config"),
        _organization_rule,
        _organization_rule_changed,
    ),
    _one("config_rule", MANAGEMENT, "GovernanceRule", "lambda", _function, _function_changed),
    _one("config_rule", SEARCH, "EvaluatorRole", "iam", _inline, _inline_added),
    _one("conformance_pack", MANAGEMENT, "ConformancePack", "config", _pack, _pack_changed),
    _one("dashboard", HUB, "Dashboard", "cloudwatch", _dashboard, _dashboard_changed),
    _one(
        "data_export",
        MANAGEMENT,
        "CostAndUsageReportExport",
        "bcm-data-exports",
        _export,
        _export_changed,
    ),
    _one("deployer_role", MANAGEMENT, "DeployerRole", "iam", _trust, _trust_changed),
    _one("deployer_role", MANAGEMENT, "DeployerRolePolicy1", "iam", _document, _document_changed),
    _one("encryption_key", SEARCH, "EncryptionKey", "kms", _rotation, _rotation_off),
    _one("enforced_guardrail", SEARCH, "GuardrailStrictEnforced", "bedrock", _enforced, _enforced_gone),
    _one(
        *("enforced_guardrail", SEARCH, "GuardrailStrictCallers", "bedrock"),
        _resource_policy,
        _resource_policy_changed,
    ),
    _one("event_bus", HUB, "EventBusPolicy", "events", _bus, _bus_opened),
    _one("event_bus", HUB, "TrailStoppedRule", "events", _rule, _rule_off),
    _one("event_rule", SEARCH, "EventForwardingRule", "events", _rule, _rule_off),
    _one("grant", SEARCH, "GrantSearch56d16d", "iam", _trust, _trust_changed),
    _one("guardrail", SEARCH, "GuardrailStrict", "bedrock", _guardrail, _guardrail_changed),
    _one(
        *("guardrail_version", SEARCH, "GuardrailStrictVersion", "bedrock"),
        _versions,
        _versions_gone,
    ),
    _one("hub_key", HUB, "HubKey", "kms", _rotation, _rotation_off),
    Change(
        kind="hub_role",
        account=HUB,
        logical_id="HubRole",
        service="iam",
        told=_trust,
        changed=_trust_changed,
        role=STEWARD,
    ),
    _one("invocation_bucket", SEARCH, "InvocationBucket", "s3", _public, _public_changed),
    _one("invocation_log_group", SEARCH, "InvocationLogGroup", "logs", _retention, _retention_changed),
    _one("logging_restorer", HUB, "LoggingRestorerRule", "events", _rule, _rule_off),
    _one("logging_restorer", HUB, "LoggingRestorer", "lambda", _function, _function_changed),
    _one("logging_restorer", SEARCH, "LoggingParameter", "ssm", _parameter, _parameter_changed),
    Change(
        kind="invocation_logging",
        account=SEARCH,
        logical_id="LoggingConfiguration",
        service="bedrock",
        told=_logging,
        changed=_logging_off,
        address=f"invocation_logging/{SEARCH}/us-east-1",
    ),
    _one("invocation_logging", SEARCH, "LoggingRole", "iam", _inline, _inline_added),
    _one("lake_tables", HUB, "InvocationTable", "glue", _table, _table_changed),
    _one("lake_tables", HUB, "QueryWorkGroup", "athena", _work_group, _work_group_changed),
    _one("log_delivery", HUB, "LogDestination", "logs", _destination, _destination_opened),
    _one("log_delivery", HUB, "ArchiveStream", "firehose", _stream, _stream_changed),
    _one("log_subscription", SEARCH, "LogSubscription", "logs", _subscriptions, _subscription_gone),
    _one("metric_stream", HUB, "MetricStream", "cloudwatch", _metrics, _metrics_changed),
    _one("oam_sink", HUB, "ObservabilitySink", "oam", _sink, _sink_opened),
    _one(
        *("organization_budget", MANAGEMENT, "OrganizationBudget", "budgets"),
        _budget(MANAGEMENT),
        _budget_changed(MANAGEMENT),
    ),
    _one(
        *("organization_budget", MANAGEMENT, "SpendingStopProd", "budgets"),
        _budget_action,
        _budget_action_changed,
    ),
    _one(
        *("organization_budget", MANAGEMENT, "SpendingStop", "organizations"),
        _organization_policy,
        _organization_policy_changed,
    ),
    _one(
        *("organization_guardrail", MANAGEMENT, "OrganizationGuardrail", "bedrock"),
        _guardrail,
        _guardrail_changed,
    ),
    _one(
        *("organization_guardrail", MANAGEMENT, "OrganizationGuardrailCallers", "bedrock"),
        _resource_policy,
        _resource_policy_changed,
    ),
    _one("organization_trail", MANAGEMENT, "OrganizationTrail", "cloudtrail", _trail, _trail_stopped),
    _one("organization_trail", MANAGEMENT, "DeniedByGuardrailFilter", "logs", _filters, _filter_gone),
    _one("reader_role", MANAGEMENT, "ReaderRole", "iam", _trust, _trust_changed),
    _one("role", SEARCH, "BedrockBoundary", "iam", _document, _document_changed),
    _one("role", SEARCH, "BedrockWorkload", "iam", _granted, _boundary_gone),
    _one(
        *("role", SEARCH, "BedrockDeveloper", "iam", _attached),
        lambda iam, name: iam.attach_role_policy(RoleName=name, PolicyArn=ADMINISTRATOR),
    ),
)

NOTHING_TO_CHANGE = {
    "former_stack": "it makes nothing: it waits once, while an account moves",
}
"""Kinds of which nothing stands in AWS that somebody could change."""
