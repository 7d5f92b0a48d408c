"""Who is who: accounts, callers and profiles of the organization that a manifest describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.errors import UserError
from craton.core.manifest import ApplicationInferenceProfile
from craton.core.owners import positions
from craton.engine.demo.calls import Caller
from craton.engine.demo.dice import Dice
from craton.engine.demo.workloads import People, Person, Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.manifest import Manifest
    from craton.core.owners import Match
    from craton.engine.demo.workloads import Workload

OFFICE: Final = ("198.51.100.", 8)
"""The first addresses of the office, from the block that documentation may use."""

AGENTS: Final = (
    "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.12 md/arch#aarch64 lang/python#3.12.9",
    "aws-sdk-java/2.38.2 md/io#async md/http#NettyNio ua/2.1 os/Linux#6.12 lang/java#21.0.9",
    "aws-sdk-js/3.938.0 ua/2.1 os/linux#6.12 lang/js md/nodejs#22.11.0",
    "aws-sdk-go-v2/1.41.0 os/linux lang/go#1.26.1 md/GOOS#linux",
)
PEOPLES_AGENT: Final = "aws-cli/2.34.1 md/awscrt#0.31.2 ua/2.1 os/macos#26.1 md/arch#arm64 lang/python#3.13.9"


class Signs(Struct, frozen=True):
    """How calls show that they are of an owner."""

    metadata: Mapping[str, str] | None
    profiles: tuple[ApplicationInferenceProfile, ...]


class Cast:
    """The organization's accounts and owners by name, and callers made up for them."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._ids = {account.name: account.id for account in manifest.organization.accounts}

    def account_id(self, name: str) -> str:
        """The id of the account of that name, or `name` itself where it is an id.

        Raises: UserError where the manifest has no such account.
        """
        if name.isdigit():
            return name
        if name not in self._ids:
            raise UserError(
                f"the demo needs an account `{name}`", hint="use the example organization as it is"
            )
        return self._ids[name]

    def signs(self, team: str | None, project: str | None) -> Signs:
        """How calls show that they are of the team, or of its project.

        Raises: UserError where the manifest has no such owner.
        """
        if team is None:
            return Signs(None, ())
        matches = [
            match for names, match in self._owners() if names[2:] == (team, *((project,) if project else ()))
        ]
        if not matches:
            raise UserError(
                f"the demo needs a team `{team}` with a project `{project}`",
                hint="use the example organization as it is",
            )
        match = matches[-1]
        metadata = {key: values[0] for key, values in match.request_metadata.items()}
        profiles = tuple(
            profile
            for profile in self.manifest.models.application_inference_profiles
            if match.profile_tags
            and all(profile.tags.get(key) in values for key, values in match.profile_tags.items())
        )
        return Signs(metadata or None, profiles)

    def _owners(self) -> Iterator[tuple[tuple[str, ...], Match]]:
        for position in positions(self.manifest.owners):
            yield position.names, position.owner.match

    def callers(self, workload: Workload) -> tuple[Caller, ...]:
        """Those who call in a workload, always the same."""
        account_id = self.account_id(workload.account)
        match workload.caller:
            case People(permission_set, names):
                return tuple(person(account_id, permission_set, name) for name in names)
            case Program():
                return tuple(
                    program(account_id, workload.caller, at) for at in range(workload.caller.sessions)
                )
            case Person(name, bearer_token):
                return (user(account_id, name, bearer_token=bearer_token),)


def person(account_id: str, permission_set: str, name: str) -> Caller:
    """A person who came through IAM Identity Center."""
    dice = Dice("person", account_id, permission_set)
    role = f"AWSReservedSSO_{permission_set}_{dice.hexadecimal(16)}"
    role_id = f"AROA{dice.letters(17)}"
    own = Dice("person", account_id, name)
    return Caller(
        account_id=account_id,
        arn=f"arn:aws:sts::{account_id}:assumed-role/{role}/{name}",
        kind="AssumedRole",
        principal_id=f"{role_id}:{name}",
        access_key_id=f"ASIA{own.letters(16)}",
        source_ip=f"198.51.100.{8 + own.below(40)}",
        user_agent=PEOPLES_AGENT,
        role_arn=f"arn:aws:iam::{account_id}:role/aws-reserved/sso.amazonaws.com/{role}",
        mfa=True,
    )


def program(account_id: str, made_by: Program, at: int) -> Caller:
    """One of the machines that run a program."""
    dice = Dice("program", account_id, made_by.role)
    role_id, endpoint = f"AROA{dice.letters(17)}", f"vpce-0{dice.hexadecimal(16)}"
    agent = AGENTS[dice.below(len(AGENTS))]
    own = Dice("program", account_id, made_by.role, at)
    session = {
        "instance": f"i-0{own.hexadecimal(16)}",
        "function": made_by.role,
        "task": own.hexadecimal(32),
        "knowledge_base": f"DocumentRetrieval-{own.letters(10)}",
    }[made_by.kind]
    knowledge_base = made_by.kind == "knowledge_base"
    return Caller(
        account_id=account_id,
        arn=f"arn:aws:sts::{account_id}:assumed-role/{made_by.role}/{session}",
        kind="AssumedRole",
        principal_id=f"{role_id}:{session}",
        access_key_id=f"ASIA{own.letters(16)}",
        source_ip="bedrock.amazonaws.com"
        if knowledge_base
        else f"10.{dice.below(200)}.{own.below(250)}.{own.below(250)}",
        user_agent="bedrock.amazonaws.com" if knowledge_base else agent,
        role_arn=f"arn:aws:iam::{account_id}:role/{made_by.role}",
        vpc_endpoint_id=None if knowledge_base else endpoint,
        invoked_by="bedrock.amazonaws.com" if knowledge_base else None,
    )


def user(account_id: str, name: str, *, bearer_token: bool = False) -> Caller:
    """An IAM user, who signs with an access key or with a Bedrock API key."""
    dice = Dice("user", account_id, name)
    return Caller(
        account_id=account_id,
        arn=f"arn:aws:iam::{account_id}:user/{name}",
        kind="IAMUser",
        principal_id=f"AIDA{dice.letters(17)}",
        access_key_id=f"AKIA{dice.letters(16)}",
        source_ip=f"198.51.100.{60 + dice.below(30)}",
        user_agent=AGENTS[dice.below(len(AGENTS))],
        bearer_token=bearer_token,
    )
