"""Those who call models in the accounts of an emulated organization, and what became of their calls.

They are made by the administrator of each account, as people who use Bedrock are: roles and users with leave
for Bedrock, under the boundary that the account's environment has.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from craton.core.errors import CloudError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ADMINISTRATOR: Final = "OrganizationAccountAccessRole"
BOUNDARY: Final = "bedrock/BedrockBoundary"
_NAME: Final = "calls"
_LEAVE: Final = {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"}
_ONCE: Final = Config(retries={"total_max_attempts": 1})


class Keys(Struct, frozen=True):
    """Who signs."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


class Became(Struct, frozen=True):
    """What became of a call: answered where `code` is None. `message` is the service's, of a refused call."""

    request_id: str
    code: str | None = None
    message: str = ""
    stop_reason: str = ""

    @property
    def is_denied(self) -> bool:
        """Whether a policy stopped it."""
        return self.code == "AccessDeniedException"


class ModelCallers:
    """Callers of one emulated organization, whose management account has the keys."""

    def __init__(self, url: str, keys: Keys, region: str) -> None:
        self._url = url
        self._keys = keys
        self._region = region
        self._session = botocore.session.Session()
        self._administrators: dict[str, Keys] = {}
        self._made: set[str] = set()
        self._clients: dict[tuple[str, str, Keys, str], Any] = {}

    def client(self, service: str, keys: Keys, *, region: str | None = None, through: str = "") -> Any:
        """A client of a service; through a VPC's endpoint, or by the public one."""
        place = (service, region or self._region, keys, through)
        if place not in self._clients:
            url = f"{self._url}/craton-emulator/through/{through}" if through else self._url
            self._clients[place] = self._session.create_client(
                service,
                region_name=region or self._region,
                endpoint_url=url,
                aws_access_key_id=keys.access_key_id,
                aws_secret_access_key=keys.secret_access_key,
                aws_session_token=keys.session_token,
                config=_ONCE,
            )
        return self._clients[place]

    def administrator(self, account: str) -> Keys:
        """The administrator of an account. Raises: CloudError where its role cannot be assumed."""
        if account not in self._administrators:
            arn = f"arn:aws:iam::{account}:role/{ADMINISTRATOR}"
            self._administrators[account] = self._assumed(self._keys, arn, "craton-demo")
        return self._administrators[account]

    def role(self, arn: str, session: str) -> Keys:
        """A session of a role, which is made where it is not there. Raises: CloudError."""
        account = arn.split(":")[4]
        if arn not in self._made:
            self._make_role(account, arn)
            self._made.add(arn)
        return self._assumed(self.administrator(account), arn, session)

    def user(self, arn: str) -> Keys:
        """A key of an IAM user, who is made where it is not there. Raises: CloudError."""
        account, _, name = arn.removeprefix("arn:aws:iam::").partition(":user/")
        iam = self.client("iam", self.administrator(account))
        boundary = f"arn:aws:iam::{account}:policy/{BOUNDARY}"
        _unless_there(lambda: iam.create_user(UserName=name, PermissionsBoundary=boundary))
        _told(lambda: iam.put_user_policy(UserName=name, PolicyName=_NAME, PolicyDocument=_policy(_LEAVE)))
        made = _told(lambda: iam.create_access_key(UserName=name))["AccessKey"]
        return Keys(made["AccessKeyId"], made["SecretAccessKey"])

    def profiles(self, account: str, region: str) -> dict[str, str]:
        """The account's application inference profiles: of each ARN, the model that it begins with."""
        bedrock = self.client("bedrock", self.administrator(account), region=region)
        told = _told(lambda: bedrock.list_inference_profiles(typeEquals="APPLICATION"))
        return {
            one["inferenceProfileArn"]: one["models"][0]["modelArn"].rpartition("/")[2]
            for one in told["inferenceProfileSummaries"]
        }

    def converse(
        self,
        keys: Keys,
        region: str,
        model: str,
        body: Mapping[str, Any],
        *,
        streams: bool,
        through: str = "",
    ) -> Became:
        """A conversation, of which the whole answer is read."""
        runtime = self.client("bedrock-runtime", keys, region=region, through=through)
        if not streams:
            return _became(lambda: runtime.converse(modelId=model, **body), lambda told: told["stopReason"])
        return _became(
            lambda: runtime.converse_stream(modelId=model, **body),
            lambda told: next(
                (one["messageStop"]["stopReason"] for one in list(told["stream"]) if "messageStop" in one), ""
            ),
        )

    def invoke(
        self, keys: Keys, region: str, model: str, body: Mapping[str, Any], *, streams: bool
    ) -> Became:
        """A call with a body as the model's provider writes it, of which the whole answer is read."""
        runtime = self.client("bedrock-runtime", keys, region=region)
        asked = {"modelId": model, "body": json.dumps(body)}
        if not streams:
            return _became(lambda: runtime.invoke_model(**asked), lambda told: told["body"].read() and "")
        return _became(
            lambda: runtime.invoke_model_with_response_stream(**asked), lambda told: list(told["body"]) and ""
        )

    def _make_role(self, account: str, arn: str) -> None:
        folder, _, name = f"/{arn.partition(':role/')[2]}".rpartition("/")
        iam = self.client("iam", self.administrator(account))
        trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
        _unless_there(
            lambda: iam.create_role(
                RoleName=name,
                Path=f"{folder}/",
                AssumeRolePolicyDocument=_policy(trust),
                PermissionsBoundary=f"arn:aws:iam::{account}:policy/{BOUNDARY}",
            )
        )
        _told(lambda: iam.put_role_policy(RoleName=name, PolicyName=_NAME, PolicyDocument=_policy(_LEAVE)))

    def _assumed(self, keys: Keys, arn: str, session: str) -> Keys:
        sts = self.client("sts", keys)
        made = _told(lambda: sts.assume_role(RoleArn=arn, RoleSessionName=session))["Credentials"]
        return Keys(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


def _policy(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _told(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (BotoCoreError, ClientError) as error:
        raise CloudError(str(error).rstrip("."), hint="look into what the emulator printed") from error


def _unless_there(call: Callable[[], Any]) -> None:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] != "EntityAlreadyExists":
            raise CloudError(str(error).rstrip("."), hint="look into what the emulator printed") from error


def _became(call: Callable[[], Any], stop_reason: Callable[[Any], Any]) -> Became:
    try:
        told = call()
        reason = str(stop_reason(told) or "")
    except ClientError as error:
        found = error.response
        request = found["ResponseMetadata"].get("RequestId", "")
        return Became(request, found["Error"]["Code"], found["Error"]["Message"])
    except BotoCoreError as error:
        return Became("", type(error).__name__, str(error))
    return Became(told["ResponseMetadata"]["RequestId"], None, "", reason)
