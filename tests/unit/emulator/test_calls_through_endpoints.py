from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from craton.emulator.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.unit.emulator.rehearsal import Rehearsal


class Endpoints:
    """An emulator over HTTP with endpoints of a VPC."""

    def __init__(self, rehearsal: Rehearsal, url: str) -> None:
        self.rehearsal = rehearsal
        self.url = url
        ec2 = rehearsal.client("ec2")
        self.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        key = rehearsal.client("iam").create_access_key(UserName="administrator")["AccessKey"]
        self.session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")

    def endpoint(self, service: str, *statements: dict[str, Any]) -> str:
        """The id of a new endpoint, whose policy says this, or all where nothing is said."""
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        made = self.rehearsal.client("ec2").create_vpc_endpoint(
            VpcId=self.vpc,
            ServiceName=f"com.amazonaws.us-east-1.{service}",
            VpcEndpointType="Interface",
            **({"PolicyDocument": json.dumps(document)} if statements else {}),
        )
        return str(made["VpcEndpoint"]["VpcEndpointId"])

    def through(self, endpoint: str, service: str) -> Any:
        return self.session.client(
            service,
            endpoint_url=f"{self.url}/craton-emulator/through/{endpoint}",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )


@pytest.fixture
def endpoints(rehearsal: Rehearsal) -> Iterator[Endpoints]:
    with Server(rehearsal.application) as server:
        yield Endpoints(rehearsal, server.url)


def refused(call: Callable[..., Any], **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Message"])


@pytest.mark.slow
def test_the_policy_of_an_endpoint_holds_for_calls_through_it_alone(endpoints: Endpoints) -> None:
    only = {"Effect": "Allow", "Principal": "*", "Action": "sns:ListTopics", "Resource": "*"}
    sns = endpoints.through(endpoints.endpoint("sns", only), "sns")
    assert sns.list_topics()["Topics"] == []
    message = refused(sns.create_topic, Name="one")
    assert message.endswith("because no VPC endpoint policy allows the sns:CreateTopic action")
    endpoints.rehearsal.client("sns").create_topic(Name="one")


@pytest.mark.slow
def test_an_endpoint_without_a_policy_lets_everything_through(endpoints: Endpoints) -> None:
    sns = endpoints.through(endpoints.endpoint("sns"), "sns")
    assert sns.create_topic(Name="one")["TopicArn"].endswith(":one")


@pytest.mark.slow
def test_policies_know_through_which_endpoint_and_vpc_a_call_came(endpoints: Endpoints) -> None:
    iam = endpoints.rehearsal.client("iam")
    endpoint, other = endpoints.endpoint("sns"), endpoints.endpoint("sns")
    condition = {"StringEquals": {"aws:SourceVpce": endpoint, "aws:SourceVpc": endpoints.vpc}}
    denied = {
        "Effect": "Deny",
        "Action": "sns:*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": endpoint}},
    }
    statement = {"Effect": "Allow", "Action": "sns:*", "Resource": "*", "Condition": condition}
    document = {"Version": "2012-10-17", "Statement": [statement, denied]}
    iam.put_user_policy(UserName="administrator", PolicyName="p", PolicyDocument=json.dumps(document))
    endpoints.through(endpoint, "sns").list_topics()
    assert "explicit deny" in refused(endpoints.through(other, "sns").list_topics)
    assert "explicit deny" in refused(endpoints.rehearsal.client("sns").list_topics)


@pytest.mark.slow
def test_objects_go_through_an_endpoint_with_their_paths(endpoints: Endpoints) -> None:
    s3 = endpoints.through(endpoints.endpoint("s3"), "s3")
    s3.create_bucket(Bucket="some-bucket")
    s3.put_object(Bucket="some-bucket", Key="a folder/a key+1", Body=b"content")
    assert s3.get_object(Bucket="some-bucket", Key="a folder/a key+1")["Body"].read() == b"content"
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="some-bucket")["Contents"]] == [
        "a folder/a key+1"
    ]


@pytest.mark.slow
def test_an_endpoint_is_for_its_own_service_and_must_be_there(endpoints: Endpoints) -> None:
    endpoint = endpoints.endpoint("sns")
    assert refused(endpoints.through(endpoint, "sqs").list_queues) == f"the endpoint {endpoint} is for sns"
    assert refused(endpoints.through("vpce-0123456789", "sns").list_topics) == (
        "The Vpc Endpoint Id 'vpce-0123456789' does not exist"
    )


@pytest.mark.slow
def test_a_record_tells_the_endpoint(endpoints: Endpoints) -> None:
    endpoint = endpoints.endpoint("sns")
    endpoints.through(endpoint, "sns").list_topics()
    assert endpoints.rehearsal.world.records[-1].vpc_endpoint_id == endpoint
