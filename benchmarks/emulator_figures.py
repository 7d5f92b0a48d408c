"""How soon the emulator answers, and what it takes to deploy to a whole organization in it.

The deployment is the one of the tests: hub stacks in two Regions, then a stack set whose stacks have fourteen
resources, one of them made by a Lambda function in a process of its own. Then everything is read back through
the services' own APIs, account by account.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
from benchmarks.figures import Figure
from benchmarks.machine import ROOT
from benchmarks.measurement import Watcher, end_session
from botocore.config import Config
from tests.e2e.emulator.deployment import GROUP, HUB, MANAGEMENT, REGIONS, TEMPLATES, TRUSTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ACCOUNTS = 50
MOST_S, MOST_MB, SOON_S = 60.0, 1536.0, 5.0
READERS = 8
UNIT = "ou-a1b2-workloads"
MORE = """
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: bedrock-alarms}
  Refusals:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref Group
      FilterPattern: '{ $.errorCode = * }'
      MetricTransformations: [{MetricName: Refusals, MetricNamespace: Craton, MetricValue: "1"}]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: bedrock-refusals
      Namespace: Craton
      MetricName: Refusals
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 10
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: [!Ref Topic]
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {Name: /bedrock/guardrail, Type: String, Value: !Ref Guard}
  Question:
    Type: AWS::Logs::QueryDefinition
    Properties: {Name: refusals, QueryString: "fields @timestamp, errorCode", LogGroupNames: [!Ref Group]}
Outputs:
"""


def rehearsing(accounts: int, rounds: int, told: Callable[[str], None]) -> tuple[list[Figure], list[str]]:
    """The figures of the emulator."""
    starts = [_start_s() for _ in range(rounds)]
    told(f"start: {statistics.median(starts):.2f} s")
    seconds, read_s, peak_mb, made = _deployed(accounts)
    told(f"deployment to {accounts} accounts: {seconds:.1f} s and {read_s:.1f} s, {peak_mb:.0f} MB")
    middle = statistics.median(starts)
    return [
        Figure(
            "start of `craton emulator`, until it tells its address",
            f"under {SOON_S:.0f} s",
            f"{middle:.2f} s ({min(starts):.2f} to {max(starts):.2f})",
            "",
            middle < SOON_S,
        ),
        Figure(
            f"{accounts} accounts in {len(REGIONS)} Regions, 14 resources each with a custom one: deployed"
            " by stack set, and read back",
            f"under {MOST_S:.0f} s",
            f"{seconds + read_s:.1f} s: {seconds:.1f} s to deploy, {read_s:.1f} s to read {made:,} back",
            "",
            seconds + read_s < MOST_S,
        ),
        Figure(
            "memory of the emulator while it does",
            f"under {MOST_MB:,.0f} MB",
            f"{peak_mb:,.0f} MB",
            "",
            peak_mb < MOST_MB,
        ),
    ], []


def _start_s() -> float:
    begun = time.perf_counter()
    with _emulator():
        return time.perf_counter() - begun


@contextlib.contextmanager
def _emulator(*options: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The emulator's process, which leads a session of its own, and what it told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "craton", "emulator", "--port", "0", "--format", "json", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(_scratch())},
        start_new_session=True,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("a process without its pipe")
        yield process.pid, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
        end_session(process.pid)
        if process.stdout is not None:
            process.stdout.close()


def _deployed(accounts: int) -> tuple[float, float, float, int]:
    """Seconds of the deployment and of reading it back, MB at the peak, and how many resources there are."""
    with _emulator("--accounts", str(_manifest(accounts))) as (process, told):
        watcher = Watcher(process, memory=True)
        watcher.start()
        try:
            organization = _Organization(told)
            begun = time.perf_counter()
            organization.deploy(accounts)
            deployed = time.perf_counter()
            made = organization.read_back(accounts)
            return deployed - begun, time.perf_counter() - deployed, watcher.peak_mb, made
        finally:
            watcher.stop()


class _Organization:
    """An emulated organization, deployed to by boto3 over HTTP."""

    def __init__(self, told: dict[str, str]) -> None:
        self._url = told["AWS_ENDPOINT_URL"]
        self._keys = (told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"])
        self._session, self._lock = boto3.Session(), threading.Lock()
        self._sts = self.client("sts", self._keys, REGIONS[0])

    def client(self, service: str, keys: tuple[str, ...], region: str) -> Any:
        key, secret, token = (*keys, None)[:3]
        with self._lock:
            return self._session.client(
                service,
                region_name=region,
                endpoint_url=self._url,
                aws_access_key_id=key,
                aws_secret_access_key=secret,
                aws_session_token=token,
                config=Config(retries={"total_max_attempts": 1}),
            )

    def into(self, account: str) -> tuple[str, ...]:
        """Keys of a session in an account."""
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        made = self._sts.assume_role(RoleArn=role, RoleSessionName="figures")["Credentials"]
        return made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]

    def deploy(self, accounts: int) -> None:
        """The hub and every account have their stacks. Raises: RuntimeError where one has not."""
        management = self.client("organizations", self._keys, REGIONS[0])
        organization = management.describe_organization()["Organization"]["Id"]
        self.client("cloudformation", self._keys, REGIONS[0]).activate_organizations_access()
        management.register_delegated_administrator(AccountId=HUB, ServicePrincipal=TRUSTED)
        keys = self.into(HUB)
        for region in REGIONS:
            stacks = self.client("cloudformation", keys, region)
            stacks.create_stack(
                StackName="hub",
                TemplateBody=(TEMPLATES / "hub.yaml").read_text("utf-8"),
                Parameters=[{"ParameterKey": "OrganizationId", "ParameterValue": organization}],
                Capabilities=["CAPABILITY_NAMED_IAM"],
            )
            _until(lambda: _stack_status(stacks), "CREATE_COMPLETE")  # noqa: B023 - asked before the next one
        sets = self.client("cloudformation", keys, REGIONS[0])
        sets.create_stack_set(
            StackSetName="members",
            TemplateBody=(TEMPLATES / "member.yaml").read_text("utf-8").replace("\nOutputs:\n", MORE),
            PermissionModel="SERVICE_MANAGED",
            AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False},
            Parameters=[{"ParameterKey": "HubAccount", "ParameterValue": HUB}],
            Capabilities=["CAPABILITY_NAMED_IAM"],
            CallAs="DELEGATED_ADMIN",
        )
        named = {"StackSetName": "members", "CallAs": "DELEGATED_ADMIN"}
        operation = sets.create_stack_instances(
            **named,
            DeploymentTargets={"OrganizationalUnitIds": [UNIT]},
            Regions=list(REGIONS),
            OperationPreferences={"RegionConcurrencyType": "PARALLEL", "MaxConcurrentPercentage": 100},
        )["OperationId"]
        told = {**named, "OperationId": operation}
        _until(lambda: sets.describe_stack_set_operation(**told)["StackSetOperation"]["Status"], "SUCCEEDED")
        pages = sets.get_paginator("list_stack_instances").paginate(**named)
        held = [one["Status"] for page in pages for one in page["Summaries"]]
        if held != ["CURRENT"] * accounts * len(REGIONS):
            raise RuntimeError(f"{held.count('CURRENT')} of {accounts * len(REGIONS)} stacks are there")

    def read_back(self, accounts: int) -> int:
        """How many resources there are, each asked of its service. Raises: RuntimeError where one is not."""
        with ThreadPoolExecutor(READERS) as pool:
            return sum(pool.map(self._read, _members(accounts)))

    def _read(self, account: str) -> int:
        keys = self.into(account)
        iam = self.client("iam", keys, REGIONS[0])
        roles = {one["RoleName"] for one in iam.list_roles()["Roles"]}
        found = 0
        for region in REGIONS:
            names = ("bedrock", "logs", "lambda", "cloudwatch", "sns", "ssm")
            bedrock, logs, functions, alarms, topics, parameters = (
                self.client(name, keys, region) for name in names
            )
            guards = bedrock.list_guardrails()["guardrails"]
            versions = bedrock.list_guardrails(guardrailIdentifier=guards[0]["id"])["guardrails"]
            held = {
                "logging": bedrock.get_model_invocation_logging_configuration().get("loggingConfig"),
                "guardrail": guards,
                "version": [one for one in versions if one["version"] == "1"],
                "group": logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"],
                "subscription": logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"],
                "metric filter": logs.describe_metric_filters(logGroupName=GROUP)["metricFilters"],
                "question": logs.describe_query_definitions()["queryDefinitions"],
                "function": functions.get_function(FunctionName="bedrock-logging-switch"),
                "alarm": alarms.describe_alarms(AlarmNames=["bedrock-refusals"])["MetricAlarms"],
                "topic": topics.list_topics()["Topics"],
                "parameter": parameters.get_parameter(Name="/bedrock/guardrail")["Parameter"],
                **{
                    name: f"{name}-{region}" in roles
                    for name in ("bedrock-to-logs", "bedrock-logging-switch", "logs-to-hub")
                },
            }
            missing = [name for name, one in held.items() if not one]
            if missing:
                raise RuntimeError(f"{missing} are not in {account}, {region}")
            found += len(held)
        return found


def _stack_status(stacks: Any) -> str:
    return str(stacks.describe_stacks(StackName="hub")["Stacks"][0]["StackStatus"])


def _until(status: Callable[[], str], wanted: str) -> None:
    """Waits until something is no longer under way. Raises: RuntimeError where it ended otherwise."""
    while (found := status()).endswith("IN_PROGRESS") or found in ("RUNNING", "QUEUED"):
        time.sleep(0.1)
    if found != wanted:
        raise RuntimeError(f"it ended as {found}, not as {wanted}")


def _members(accounts: int) -> list[str]:
    return [f"{900_000_000_000 + number}" for number in range(accounts)]


def _manifest(accounts: int) -> Path:
    """The manifest of an organization with so many accounts beside management and hub."""
    told = [(MANAGEMENT, "management", "root"), (HUB, "hub", "security")]
    told += [(account, f"member-{account}", "workloads") for account in _members(accounts)]
    manifest = {
        "organization": {
            "id": "o-rehearse01",
            "name": "Rehearsal",
            "management_account": MANAGEMENT,
            "hub_account": HUB,
            "organizational_units": [
                {"path": "security", "id": "ou-a1b2-security1"},
                {"path": "workloads", "id": UNIT},
            ],
            "accounts": [
                {"id": account, "name": name, "ou": unit, "email": f"{name}@rehearsal.example"}
                for account, name, unit in told
            ],
        },
        "regions": list(REGIONS),
        "environments": {"prod": {"mode": "enforce", "organizational_units": ["workloads"]}},
    }
    file = _scratch() / "craton.yaml"
    file.write_text(json.dumps(manifest), "utf-8")
    return file


def _scratch() -> Path:
    folder = ROOT / "build" / "bench-emulator"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
