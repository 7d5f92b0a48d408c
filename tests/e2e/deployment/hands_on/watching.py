"""What watches: how each is read, and changed by hand."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.deployment.hands_on.common import HUB, MANAGEMENT, SEARCH, statement


def alarm(cloudwatch: Any, name: str) -> Any:
    (told,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return told["ActionsEnabled"], told.get("Threshold")


def alarm_silenced(cloudwatch: Any, name: str) -> None:
    cloudwatch.disable_alarm_actions(AlarmNames=[name])


def aggregator(config: Any, name: str) -> Any:
    told = config.describe_configuration_aggregators(ConfigurationAggregatorNames=[name])
    source = told["ConfigurationAggregators"][0]["OrganizationAggregationSource"]
    return source.get("AllAwsRegions", False), source.get("AwsRegions")


def aggregator_changed(config: Any, name: str) -> None:
    told = config.describe_configuration_aggregators(ConfigurationAggregatorNames=[name])
    source = told["ConfigurationAggregators"][0]["OrganizationAggregationSource"]
    config.put_configuration_aggregator(
        ConfigurationAggregatorName=name,
        OrganizationAggregationSource={"RoleArn": source["RoleArn"], "AwsRegions": ["eu-west-1"]},
    )


def organization_rule(config: Any, name: str) -> Any:
    told = config.describe_organization_config_rules(OrganizationConfigRuleNames=[name])
    return told["OrganizationConfigRules"][0]["ExcludedAccounts"]


def organization_rule_changed(config: Any, name: str) -> None:
    told = config.describe_organization_config_rules(OrganizationConfigRuleNames=[name])
    rule = told["OrganizationConfigRules"][0]
    config.put_organization_config_rule(
        OrganizationConfigRuleName=name,
        OrganizationCustomRuleMetadata=rule["OrganizationCustomRuleMetadata"],
        ExcludedAccounts=[*rule["ExcludedAccounts"], SEARCH],
    )


def pack(config: Any, name: str) -> Any:
    told = config.describe_organization_conformance_packs(OrganizationConformancePackNames=[name])
    return told["OrganizationConformancePacks"][0]["ExcludedAccounts"]


def pack_changed(config: Any, name: str) -> None:
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


def dashboard(cloudwatch: Any, name: str) -> Any:
    return len(json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])["widgets"])


def dashboard_changed(cloudwatch: Any, name: str) -> None:
    widget = {"type": "text", "x": 0, "y": 0, "width": 3, "height": 3, "properties": {"markdown": "x"}}
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody=json.dumps({"widgets": [widget]}))


def bus(events: Any, _: str) -> Any:
    return json.loads(events.describe_event_bus(Name="craton-bedrock")["Policy"])


def bus_opened(events: Any, _: str) -> None:
    events.put_permission(
        EventBusName="craton-bedrock",
        StatementId="MembersOfTheOrganization",
        Principal="*",
        Action="events:PutEvents",
    )


def rule(events: Any, reference: str) -> Any:
    bus, _, name = reference.rpartition("|")
    return events.describe_rule(Name=name, **({"EventBusName": bus} if bus else {}))["State"]


def rule_off(events: Any, reference: str) -> None:
    bus, _, name = reference.rpartition("|")
    events.disable_rule(Name=name, **({"EventBusName": bus} if bus else {}))


def function(functions: Any, name: str) -> Any:
    return functions.get_function_configuration(FunctionName=name)["Timeout"]


def function_changed(functions: Any, name: str) -> None:
    functions.update_function_configuration(FunctionName=name, Timeout=1)


def parameter(ssm: Any, name: str) -> Any:
    return ssm.get_parameter(Name=name)["Parameter"]["Value"]


def parameter_changed(ssm: Any, name: str) -> None:
    ssm.put_parameter(Name=name, Value="{}", Type="String", Overwrite=True)


def metrics(cloudwatch: Any, name: str) -> Any:
    told = cloudwatch.get_metric_stream(Name=name)["IncludeFilters"]
    return sorted(one["Namespace"] for one in told)


def metrics_changed(cloudwatch: Any, name: str) -> None:
    told = cloudwatch.get_metric_stream(Name=name)
    cloudwatch.put_metric_stream(
        Name=name,
        FirehoseArn=told["FirehoseArn"],
        RoleArn=told["RoleArn"],
        OutputFormat=told["OutputFormat"],
        IncludeFilters=[{"Namespace": "AWS/EC2"}],
    )


def sink(oam: Any, arn: str) -> Any:
    return json.loads(oam.get_sink_policy(SinkIdentifier=arn)["Policy"])


def sink_opened(oam: Any, arn: str) -> None:
    policy = statement(Action=["oam:CreateLink", "oam:UpdateLink"])
    oam.put_sink_policy(SinkIdentifier=arn, Policy=policy)
