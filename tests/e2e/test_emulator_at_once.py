"""Many clients at once, over HTTP: nothing is lost, mixed up or answered by a bug."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

from craton.emulator.emulator import emulator
from craton.emulator.server import Server

ACCOUNT = "111111111111"
MANY = 40


def test_many_clients_at_once_each_get_what_they_asked_for() -> None:
    application = emulator(ACCOUNT)
    world = application.world
    session = boto3.Session(*world.new_administrator(ACCOUNT), region_name="us-east-1")
    with Server(application) as server:
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=20)
        names = ("sns", "iam", "cloudformation", "s3")
        sns, iam, stacks, s3 = (
            session.client(name, endpoint_url=server.url, config=config) for name in names
        )
        s3.create_bucket(Bucket="some-bucket")

        def work(number: int) -> str:
            queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"q{number}"}}
            stacks.create_stack(StackName=f"s{number}", TemplateBody=json.dumps({"Resources": {"Q": queue}}))
            iam.create_user(UserName=f"u{number}")
            s3.put_object(Bucket="some-bucket", Key=f"k/{number}", Body=str(number).encode())
            stacks.describe_stacks()
            body = s3.get_object(Bucket="some-bucket", Key=f"k/{number}")["Body"].read().decode()
            return f"{sns.create_topic(Name=f't{number}')['TopicArn'].rpartition(':')[2]} {body}"

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(work, range(MANY))) == [f"t{number} {number}" for number in range(MANY)]
        assert world.work.wait(60)
        statuses = [one["StackStatus"] for one in stacks.describe_stacks()["Stacks"]]
        assert statuses == ["CREATE_COMPLETE"] * MANY
        assert len(iam.list_users()["Users"]) == MANY + 1
        assert world.work.failures == []
        assert list(world.refused) == []
