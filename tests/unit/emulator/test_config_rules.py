from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from craton.emulator.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from craton.emulator.world import World

ACCOUNT = "111111111111"
CODE = """
import datetime, json
import boto3

def handler(event, context):
    bedrock = boto3.client("bedrock")
    told = bedrock.get_model_invocation_logging_configuration().get("loggingConfig")
    assert json.loads(event["ruleParameters"]) == {"wanted": "logging"}
    boto3.client("config").put_evaluations(
        ResultToken=event["resultToken"],
        Evaluations=[{
            "ComplianceResourceType": "AWS::::Account",
            "ComplianceResourceId": json.loads(event["invokingEvent"])["awsAccountId"],
            "ComplianceType": "COMPLIANT" if told else "NON_COMPLIANT",
            "Annotation": "as the function saw it",
            "OrderingTimestamp": datetime.datetime.now(),
        }],
    )
"""


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def served(world: World) -> Iterator[None]:
    """Functions can call the emulator over HTTP."""
    with Server(world.inside._application):
        yield
        assert world.work.wait(60)


@pytest.fixture
def function(client: Callable[..., Any]) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam = client("iam")
    role = iam.create_role(RoleName="fn", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    allowed = {
        "Effect": "Allow",
        "Action": ["bedrock:Get*", "config:PutEvaluations", "logs:*"],
        "Resource": "*",
    }
    iam.put_role_policy(RoleName="fn", PolicyName="own", PolicyDocument=document(allowed))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("index.py", CODE)
    made = client("lambda").create_function(
        FunctionName="logging-on",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Timeout=20,
        Code={"ZipFile": packed.getvalue()},
    )
    arn: str = made["FunctionArn"]
    return arn


def rule(function: str, **source: Any) -> dict[str, Any]:
    details = [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}]
    told = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function, "SourceDetails": details, **source}
    return {"ConfigRuleName": "logging-on", "Source": told, "InputParameters": '{"wanted": "logging"}'}


def record(client: Callable[..., Any]) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/config"
    client("config").put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role})


def let_config_in(client: Callable[..., Any]) -> None:
    client("lambda").add_permission(
        FunctionName="logging-on",
        StatementId="config",
        Action="lambda:InvokeFunction",
        Principal="config.amazonaws.com",
        SourceAccount=ACCOUNT,
    )


@pytest.mark.slow
@pytest.mark.usefixtures("served")
def test_a_function_evaluates_and_its_results_are_told(
    world: World, client: Callable[..., Any], function: str
) -> None:
    config = client("config")
    record(client)
    let_config_in(client)
    config.put_config_rule(ConfigRule=rule(function))
    assert world.work.wait(60)
    (told,) = config.describe_compliance_by_config_rule()["ComplianceByConfigRules"]
    assert told["Compliance"]["ComplianceType"] == "NON_COMPLIANT"
    (detail,) = config.get_compliance_details_by_config_rule(ConfigRuleName="logging-on")["EvaluationResults"]
    assert detail["Annotation"] == "as the function saw it"
    qualifier = detail["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
    assert (qualifier["ResourceType"], qualifier["ResourceId"]) == ("AWS::::Account", ACCOUNT)
    client("s3").create_bucket(Bucket="logs")
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::logs/*",
    }
    client("s3").put_bucket_policy(Bucket="logs", Policy=document(allowed))
    client("bedrock").put_model_invocation_logging_configuration(
        loggingConfig={"s3Config": {"bucketName": "logs"}}
    )
    config.start_config_rules_evaluation(ConfigRuleNames=["logging-on"])
    assert world.work.wait(60)
    (told,) = config.describe_compliance_by_config_rule()["ComplianceByConfigRules"]
    assert told["Compliance"]["ComplianceType"] == "COMPLIANT"
    (status,) = config.describe_config_rule_evaluation_status()["ConfigRulesEvaluationStatus"]
    assert "LastSuccessfulEvaluationTime" in status


def test_a_rule_needs_a_recorder_and_a_function_that_lets_config_in(
    client: Callable[..., Any], function: str
) -> None:
    config = client("config")
    with pytest.raises(ClientError, match="InsufficientPermissionsException"):
        config.put_config_rule(ConfigRule=rule(function))
    let_config_in(client)
    with pytest.raises(ClientError, match="NoAvailableConfigurationRecorderException"):
        config.put_config_rule(ConfigRule=rule(function))


def test_functions_that_wait_for_configuration_items_are_refused_by_name(
    client: Callable[..., Any], function: str
) -> None:
    record(client)
    waiting = [{"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"}]
    with pytest.raises(ClientError, match="rules that wait for ConfigurationItemChangeNotification"):
        client("config").put_config_rule(ConfigRule=rule(function, SourceDetails=waiting))


POLICY = "rule encrypted when resourceType == 'AWS::S3::Bucket' { configuration.encrypted == true }"
GUARD = {
    "Owner": "CUSTOM_POLICY",
    "SourceDetails": [{"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"}],
    "CustomPolicyDetails": {"PolicyRuntime": "guard-2.x.x", "PolicyText": POLICY},
}


@pytest.mark.parametrize("source", [{"Owner": "AWS", "SourceIdentifier": "CLOUD_TRAIL_ENABLED"}, GUARD])
def test_rules_that_nothing_evaluates_have_insufficient_data(
    world: World, client: Callable[..., Any], source: dict[str, Any]
) -> None:
    config = client("config")
    record(client)
    config.put_config_rule(ConfigRule={"ConfigRuleName": "kept", "Source": source})
    config.start_config_rules_evaluation(ConfigRuleNames=["kept"])
    assert world.work.wait(60)
    (told,) = config.describe_compliance_by_config_rule()["ComplianceByConfigRules"]
    assert told["Compliance"] == {"ComplianceType": "INSUFFICIENT_DATA"}
    (status,) = config.describe_config_rule_evaluation_status()["ConfigRulesEvaluationStatus"]
    assert status["FirstEvaluationStarted"] is False


def test_the_text_of_a_policy_is_told_by_its_own_operation_alone(client: Callable[..., Any]) -> None:
    config = client("config")
    record(client)
    config.put_config_rule(ConfigRule={"ConfigRuleName": "kept", "Source": GUARD})
    (told,) = config.describe_config_rules()["ConfigRules"]
    assert told["Source"]["CustomPolicyDetails"] == {"PolicyRuntime": "guard-2.x.x"}
    assert config.get_custom_rule_policy(ConfigRuleName="kept")["PolicyText"] == POLICY


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ({"Owner": "AWS", "SourceIdentifier": "CLOUD_TRAIL_ENABLE"}, "CLOUD_TRAIL_ENABLE is invalid"),
        (
            {
                "Owner": "AWS",
                "SourceIdentifier": "CLOUD_TRAIL_ENABLED",
                "SourceDetails": GUARD["SourceDetails"],
            },
            "SourceDetails should be null/empty",
        ),
        ({**GUARD, "CustomPolicyDetails": {"PolicyRuntime": "guard-1", "PolicyText": POLICY}}, "guard"),
        ({"Owner": "CUSTOM_POLICY", "SourceDetails": GUARD["SourceDetails"]}, "CustomPolicyDetails"),
        ({**GUARD, "SourceDetails": []}, "message types"),
    ],
)
def test_rules_that_cannot_be_are_refused(
    client: Callable[..., Any], source: dict[str, Any], why: str
) -> None:
    record(client)
    with pytest.raises(ClientError, match=why):
        client("config").put_config_rule(ConfigRule={"ConfigRuleName": "kept", "Source": source})


def test_a_rule_goes_after_its_remediation_only(client: Callable[..., Any]) -> None:
    config = client("config")
    record(client)
    source = {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_LOGGING_ENABLED"}
    remediation = {"ConfigRuleName": "kept", "TargetType": "SSM_DOCUMENT", "TargetId": "AWS-Some"}
    with pytest.raises(ClientError, match="NoSuchConfigRuleException"):
        config.put_remediation_configurations(RemediationConfigurations=[remediation])
    config.put_config_rule(ConfigRule={"ConfigRuleName": "kept", "Source": source})
    config.put_remediation_configurations(RemediationConfigurations=[remediation])
    with pytest.raises(ClientError, match="currently has a RemediationConfiguration"):
        config.delete_config_rule(ConfigRuleName="kept")
    config.delete_remediation_configuration(ConfigRuleName="kept")
    with pytest.raises(ClientError, match="NoSuchRemediationConfigurationException"):
        config.delete_remediation_configuration(ConfigRuleName="kept")
    config.delete_config_rule(ConfigRuleName="kept")


def test_automatic_remediation_needs_all_that_it_works_by_and_is_not_emulated(
    client: Callable[..., Any],
) -> None:
    config = client("config")
    record(client)
    source = {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_LOGGING_ENABLED"}
    config.put_config_rule(ConfigRule={"ConfigRuleName": "kept", "Source": source})
    told: dict[str, Any] = {"ConfigRuleName": "kept", "TargetType": "SSM_DOCUMENT", "TargetId": "AWS-Some"}
    told["Automatic"] = True
    with pytest.raises(ClientError, match="MaximumAutomaticAttempts, RetryAttemptSeconds, Parameters"):
        config.put_remediation_configurations(RemediationConfigurations=[told])
    role = {"AutomationAssumeRole": {"StaticValue": {"Values": [f"arn:aws:iam::{ACCOUNT}:role/fix"]}}}
    told |= {"MaximumAutomaticAttempts": 5, "RetryAttemptSeconds": 60, "Parameters": role}
    with pytest.raises(ClientError, match="automatic remediation"):
        config.put_remediation_configurations(RemediationConfigurations=[told])


def test_results_need_the_token_of_an_evaluation(client: Callable[..., Any]) -> None:
    with pytest.raises(ClientError, match="InvalidResultTokenException"):
        client("config").put_evaluations(ResultToken="made up", Evaluations=[])


def test_config_delivers_to_a_bucket_that_lets_it_in_alone(client: Callable[..., Any]) -> None:
    config, s3 = client("config"), client("s3")
    record(client)
    with pytest.raises(ClientError, match="NoSuchBucketException"):
        config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "nowhere"})
    s3.create_bucket(Bucket="items")
    with pytest.raises(ClientError, match="InsufficientDeliveryPolicyException"):
        config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "items"})
    with pytest.raises(ClientError, match="NoAvailableDeliveryChannelException"):
        config.start_configuration_recorder(ConfigurationRecorderName="default")
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "config.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::items/AWSLogs/{ACCOUNT}/Config/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    s3.put_bucket_policy(Bucket="items", Policy=document(allowed))
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "items"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    (status,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert status["recording"] is True
    config.stop_configuration_recorder(ConfigurationRecorderName="default")
    (status,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert status["recording"] is False


@pytest.mark.slow
@pytest.mark.usefixtures("served")
def test_an_aggregator_sees_the_rules_of_accounts_that_let_it(
    world: World, client: Callable[..., Any], function: str
) -> None:
    record(client)
    let_config_in(client)
    client("config").put_config_rule(ConfigRule=rule(function))
    hub = client("config", account="222222222222")
    source = [{"AccountIds": [ACCOUNT], "AllAwsRegions": True}]
    hub.put_configuration_aggregator(ConfigurationAggregatorName="all", AccountAggregationSources=source)
    named = {"ConfigurationAggregatorName": "all"}
    assert world.work.wait(60)
    assert (
        hub.describe_aggregate_compliance_by_config_rules(**named)["AggregateComplianceByConfigRules"] == []
    )
    client("config").put_aggregation_authorization(
        AuthorizedAccountId="222222222222", AuthorizedAwsRegion="us-east-1"
    )
    (told,) = hub.describe_aggregate_compliance_by_config_rules(**named)["AggregateComplianceByConfigRules"]
    assert (told["AccountId"], told["Compliance"]["ComplianceType"]) == (ACCOUNT, "NON_COMPLIANT")
    (detail,) = hub.get_aggregate_compliance_details_by_config_rule(
        **named, ConfigRuleName="logging-on", AccountId=ACCOUNT, AwsRegion="us-east-1"
    )["AggregateEvaluationResults"]
    assert detail["Annotation"] == "as the function saw it"
    (let,) = client("config").describe_aggregation_authorizations()["AggregationAuthorizations"]
    client("config").delete_aggregation_authorization(
        AuthorizedAccountId=let["AuthorizedAccountId"], AuthorizedAwsRegion=let["AuthorizedAwsRegion"]
    )
    assert (
        hub.describe_aggregate_compliance_by_config_rules(**named)["AggregateComplianceByConfigRules"] == []
    )


def test_an_organization_is_aggregated_by_its_management_account_or_a_delegate(
    client: Callable[..., Any], join: Callable[[str], str]
) -> None:
    organizations = client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.enable_aws_service_access(ServicePrincipal="config.amazonaws.com")
    account = join("m")
    source = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/config", "AllAwsRegions": True}
    parameters = {"ConfigurationAggregatorName": "all", "OrganizationAggregationSource": source}
    member = client("config", account=account)
    role = f"arn:aws:iam::{account}:role/config"
    own = {**parameters, "OrganizationAggregationSource": {**source, "RoleArn": role}}
    with pytest.raises(ClientError, match="OrganizationAccessDeniedException"):
        member.put_configuration_aggregator(**own)
    client("config").put_configuration_aggregator(**parameters)
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal="config.amazonaws.com")
    member.put_configuration_aggregator(**own)
