"""Hosts that answer calls by the policies of a world: the emulator, and ministack."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.clients import client
from tests.second_opinions import worlds
from tests.second_opinions.worlds import ACCOUNT, BUCKET, FULL, NAME, OBJECTS, ROLE, Call, Document, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.second_opinions.worlds import Outcome

TRUSTING: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    ],
}
_DENIED: Final = ("AccessDenied", "AuthorizationError", "UnauthorizedOperation")
_STARTS_S: Final = 120.0


class Host:
    """An account that holds what the worlds' calls are about, on whatever answers at an address.

    `administrator` are keys that may do everything there, `opener` those by which the role is assumed.
    """

    def __init__(self, url: str, administrator: tuple[str, ...], opener: tuple[str, ...]) -> None:
        self.url = url
        self.administrator = administrator
        self.opener = opener
        self._clients: dict[tuple[str, str, tuple[str, ...]], Any] = {}
        self.key = ""
        self.queue = ""
        self.user_keys: tuple[str, ...] = ()
        self._prepare()

    def client(self, service: str, keys: tuple[str, ...], region: str = worlds.HOME) -> Any:
        """A client of boto3, which signs."""
        wanted = (service, region, keys)
        if wanted not in self._clients:
            config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
            self._clients[wanted] = client(service, self.url, region, *keys, config=config)
        return self._clients[wanted]

    def own(self, service: str) -> Any:
        """A client of the account's administrator."""
        return self.client(service, self.administrator)

    def _prepare(self) -> None:
        iam, s3 = self.own("iam"), self.own("s3")
        iam.create_user(UserName=NAME)
        made = iam.create_access_key(UserName=NAME)["AccessKey"]
        self.user_keys = (made["AccessKeyId"], made["SecretAccessKey"])
        for role in (NAME, "target"):
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUSTING))
        s3.create_bucket(Bucket=BUCKET)
        s3.delete_public_access_block(Bucket=BUCKET)  # else no policy may name everybody
        for key in OBJECTS:
            s3.put_object(Bucket=BUCKET, Key=key, Body=b"one")
        self.own("sns").create_topic(Name=NAME)
        self.queue = self.own("sqs").create_queue(QueueName=NAME)["QueueUrl"]
        self.key = self.own("kms").create_key()["KeyMetadata"]["KeyId"]

    def outcomes(self, world: World) -> list[Outcome]:
        """What becomes of each of the world's calls."""
        self.put(world)
        keys = self.user_keys if world.caller == "user" else self._session(world)
        return [self.outcome(call, keys) for call in world.calls]

    def outcome(self, call: Call, keys: tuple[str, ...]) -> Outcome:
        """What becomes of a call. Raises: ClientError where it is refused otherwise than by a policy."""
        client = self.client(call.service, keys, call.region)
        filled = {name: self._filled(value) for name, value in call.parameters.items()}
        try:
            getattr(client, call.method)(**filled)
        except ClientError as error:
            if not str(error.response["Error"]["Code"]).startswith(_DENIED):
                raise
            return "denied"
        return "allowed"

    def _filled(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return value.replace(worlds.KEY, self.key).replace("{queue}", self.queue)

    def _text(self, document: Document) -> str:
        return json.dumps(document).replace(worlds.KEY, self.key)

    def put(self, world: World) -> None:
        """The policies of the world are in force, but for SCPs."""
        iam = self.own("iam")
        text = self._text(world.identity)
        edge = f"arn:aws:iam::{ACCOUNT}:policy/edge-{world.number}"
        if world.boundary:
            iam.create_policy(PolicyName=f"edge-{world.number}", PolicyDocument=self._text(world.boundary))
        if world.caller == "user":
            iam.put_user_policy(UserName=NAME, PolicyName="own", PolicyDocument=text)
            with contextlib.suppress(ClientError):
                iam.delete_user_permissions_boundary(UserName=NAME)
            if world.boundary:
                iam.put_user_permissions_boundary(UserName=NAME, PermissionsBoundary=edge)
        else:
            iam.put_role_policy(RoleName=NAME, PolicyName="own", PolicyDocument=text)
            with contextlib.suppress(ClientError):
                iam.delete_role_permissions_boundary(RoleName=NAME)
            if world.boundary:
                iam.put_role_permissions_boundary(RoleName=NAME, PermissionsBoundary=edge)
        self._put_resources(world)

    def _put_resources(self, world: World) -> None:
        told = {name: self._text(one) if one else "" for name, one in world.resources.items()}
        sns, sqs, s3 = self.own("sns"), self.own("sqs"), self.own("s3")
        sns.set_topic_attributes(TopicArn=worlds.TOPIC, AttributeName="Policy", AttributeValue=told["topic"])
        sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": told["queue"]})
        if told["bucket"]:
            s3.put_bucket_policy(Bucket=BUCKET, Policy=told["bucket"])
        else:
            s3.delete_bucket_policy(Bucket=BUCKET)
        self.own("kms").put_key_policy(KeyId=self.key, PolicyName="default", Policy=told["key"])
        self.own("iam").update_assume_role_policy(RoleName="target", PolicyDocument=told["role"])

    def _session(self, world: World) -> tuple[str, ...]:
        narrowing = {"Policy": self._text(world.session)} if world.session else {}
        made = self.client("sts", self.opener).assume_role(
            RoleArn=ROLE, RoleSessionName="one", Tags=[{"Key": "team", "Value": world.team}], **narrowing
        )["Credentials"]
        return made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]


class Emulated(Host):
    """The emulator, with an organization around the account whose SCPs are the world's, too."""

    def __init__(self, url: str, management: tuple[str, ...]) -> None:
        self.management = management
        session = boto3.Session(*management, region_name=worlds.HOME).client("sts", endpoint_url=url)
        access = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
        made = session.assume_role(RoleArn=access, RoleSessionName="worlds")["Credentials"]
        keys = (made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
        super().__init__(url, keys, management)
        self._organizations = self.client("organizations", management)
        root = self._organizations.list_roots()["Roots"][0]["Id"]
        (unit,) = self._organizations.list_parents(ChildId=ACCOUNT)["Parents"]
        self._targets = (root, unit["Id"], ACCOUNT)

    def outcomes(self, world: World) -> list[Outcome]:
        """What becomes of each of the world's calls, under its SCPs."""
        self.put(world)
        keys = self.user_keys if world.caller == "user" else self._session(world)
        with self._under(world.levels):
            return [self.outcome(call, keys) for call in world.calls]

    @contextlib.contextmanager
    def _under(self, levels: tuple[tuple[Document, ...], ...]) -> Iterator[None]:
        """The SCPs of the levels are attached, and those alone; afterwards FullAWSAccess is."""
        made = []
        for target, level in zip(self._targets, levels, strict=True):
            for number, document in enumerate(one for one in level if one != FULL):
                told = self._organizations.create_policy(
                    Name=f"{target}-{number}",
                    Description="",
                    Type="SERVICE_CONTROL_POLICY",
                    Content=self._text(document),
                )["Policy"]["PolicySummary"]["Id"]
                self._organizations.attach_policy(PolicyId=told, TargetId=target)
                made.append((told, target, FULL in level))
            if FULL not in level:
                self._organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=target)
        try:
            yield
        finally:
            for told, target, is_beside in made:
                if not is_beside:
                    self._organizations.attach_policy(PolicyId="p-FullAWSAccess", TargetId=target)
                self._organizations.detach_policy(PolicyId=told, TargetId=target)
                self._organizations.delete_policy(PolicyId=told)


@contextlib.contextmanager
def ministack(python: str, folder: Path) -> Iterator[Host]:
    """ministack as a process that decides by policies, the account of the worlds its own."""
    environment: Mapping[str, str] = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "STATE_DIR": str(folder / "state"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": "0",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": worlds.HOME,
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }
    log = folder / "ministack.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [python, "-m", "ministack"], env=environment, cwd=folder, stdout=stream, stderr=stream
        )
    try:
        url = _address(process, log)
        yield Host(url, ("test", "test"), ("test", "test"))
    finally:
        process.terminate()
        process.wait(timeout=30)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where ministack answers, as its log tells it."""
    deadline = time.monotonic() + _STARTS_S
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"https?://127\.0\.0\.1:(\d+)", log.read_text())
        if found is not None:
            url = f"http://127.0.0.1:{found[1]}"
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_ministack/health"):  # noqa: S310
                return url
        time.sleep(0.1)
    raise RuntimeError(f"ministack did not start: {log.read_text()[-2000:]}")
