"""An emulated organization over HTTP to which compiled templates are deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.clients import client

from craton.compiler.compilation import templates
from craton.compiler.template import template
from craton.compiler.template_text import template_text
from craton.core.intent import intent_of
from craton.emulator.emulator import emulator
from craton.emulator.server import Server
from craton.engine.manifests import load
from craton.kinds import kinds

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from craton.core.intent import Intent
    from craton.core.resource import TemplateName
    from craton.emulator.world import World

MANAGEMENT, HUB, SEARCH, SUPPORT = (str(number) * 12 for number in range(1, 5))
HOME, OTHER = "us-east-1", "us-west-2"
TAKES_LOGS = ("alert_topic", "archive_bucket", "hub_key", "log_delivery")
"""The kinds of the hub that logs of members need."""

MANIFEST = """
organization:
  id: o-rehearse01
  management_account: "111111111111"
  hub_account: "222222222222"
  organizational_units:
    - {path: workloads/dev, id: ou-a1b2-workdev01}
    - {path: workloads/prod, id: ou-a1b2-workprod1}
  accounts:
    - {id: "111111111111", name: management, ou: root, email: management@rehearsal.example}
    - {id: "222222222222", name: hub, ou: root, email: hub@rehearsal.example}
    - {id: "333333333333", name: search, ou: workloads/dev, email: search@rehearsal.example}
    - {id: "444444444444", name: support, ou: workloads/prod, email: support@rehearsal.example}
regions: [us-east-1, us-west-2]
environments:
  dev: {mode: observe, organizational_units: [workloads/dev]}
  prod: {mode: enforce, organizational_units: [workloads/prod]}
models:
  approved:
    dev: [anthropic.claude-*, amazon.nova-lite-v1:0, anthropic.claude-sonnet-4-6]
    prod: [anthropic.claude-sonnet-4-6]
names: {destination: bedrock-logs}
"""
GOVERNED = """
owners:
  business_units:
    - name: Retail
      cost_centers:
        - name: CC-1001
          teams:
            - {name: search, match: {accounts: ["333333333333"]}}
            - name: support
              match: {accounts: ["444444444444"]}
              projects: [{name: agent-assist}]
inference_profiles:
  applications:
    - {team: search, project: ranking}
    - {team: support, project: agent-assist, models: [anthropic.claude-sonnet-4-6], environments: [prod]}
alarms:
  emails: {prod: [bedrock@rehearsal.example]}
  thresholds: {output_tokens: {prod: 0}}
budgets: {usd_per_month: {dev: 250.5}, stop_at_percent: 120}
access:
  permission_sets: [BedrockDeveloper]
  session_hours: {prod: 2}
  grants:
    - principal: arn:aws:iam::444444444444:role/on-call
      environment: prod
      until: 2030-01-01
      reason: traces slow answers
      owner: support
"""
"""Further sections of the manifest, which say something of every kind of resource of members."""


def intent(folder: Path, more: str = "", manifest: str = MANIFEST) -> Intent:
    """What a manifest of two environments wants, with further sections."""
    file = folder / "craton.yaml"
    file.write_text(manifest + more, "utf-8")
    return intent_of(load(file))


def document(wanted: Intent, name: str = "member") -> dict[str, Any]:
    """The compiled template of that name."""
    return dict(next(one for one in templates(wanted) if one.name == name).document)


def part(wanted: Intent, name: TemplateName, *of: str) -> dict[str, Any]:
    """The template of what the kinds of these names make alone."""
    made = [one for kind in kinds() if kind.name in of for one in kind.resources(wanted)]
    built = template(
        name,
        made,
        description="a part",
        environments=[one.name for one in wanted.environments],
        home_region=wanted.home_region,
    )
    return dict(built.document)


class Rehearsed:
    """The organization of a manifest, emulated, with clients of each account's administrator."""

    def __init__(self, wanted: Intent) -> None:
        self.intent = wanted
        self.server = Server(emulator(MANAGEMENT, manifest=wanted.manifest))
        self._keys: dict[str, tuple[str, str]] = {}
        self._clients: dict[tuple[Any, ...], Any] = {}

    @property
    def world(self) -> World:
        return self.server.application.world

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for made in self._clients.values():
            made.close()
        self.server.__exit__(kind, error, trace)

    def client(
        self, service: str, account: str, region: str = HOME, *, keys: Any = None, through: str = ""
    ) -> Any:
        """A client of the account's administrator, or of whoever has the keys; through an endpoint or not."""
        url = f"{self.server.url}/craton-emulator/through/{through}" if through else self.server.url
        if account not in self._keys:
            self._keys[account] = self.world.new_administrator(account)
        called = (service, region, url, *(keys or self._keys[account]))
        if called not in self._clients:  # to make one takes as long as some ten calls
            self._clients[called] = client(service, url, region, *called[3:])
        return self._clients[called]

    def rest(self) -> None:
        """What goes on behind calls has ended."""
        assert self.world.work.wait(120), "work behind calls goes on"

    def hub(self, region: str = HOME) -> None:
        """The hub takes logs in a Region."""
        body = template_text(part(self.intent, "hub", *TAKES_LOGS)).decode()
        self.stack("hub", HUB, body, [], region=region)

    def member(
        self, account: str, environment: str, *, region: str = HOME, document: dict[str, Any] | None = None
    ) -> None:
        """The member stack stands in an account, as the manifest wants it or as a document says."""
        body = template_text(document or globals()["document"](self.intent)).decode()
        told = [{"ParameterKey": "Environment", "ParameterValue": environment}]
        self.stack("member", account, body, told, region=region)

    def stack(
        self,
        name: str,
        account: str,
        body: str,
        parameters: list[dict[str, str]],
        *,
        region: str = HOME,
    ) -> None:
        """The stack is made or changed. Raises: AssertionError that tells why not."""
        stacks = self.client("cloudformation", account, region)
        there = any(one["StackName"] == name for one in stacks.describe_stacks()["Stacks"])
        call = stacks.update_stack if there else stacks.create_stack
        call(
            StackName=name,
            TemplateBody=body,
            Parameters=parameters,
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        self.rest()
        wanted = "UPDATE_COMPLETE" if there else "CREATE_COMPLETE"
        assert self.status(name, account, region) == wanted, self.reasons(name, account, region)

    def status(self, name: str, account: str, region: str = HOME) -> str:
        """The status of a stack."""
        told = self.client("cloudformation", account, region).describe_stacks(StackName=name)
        return str(told["Stacks"][0]["StackStatus"])

    def reasons(self, name: str, account: str, region: str = HOME) -> list[str]:
        """Why resources of a stack failed, the newest first."""
        events = self.client("cloudformation", account, region).describe_stack_events(StackName=name)
        return [
            f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason')}"
            for one in events["StackEvents"]
            if "FAILED" in one["ResourceStatus"]
        ]

    def ids(self, account: str, region: str = HOME) -> dict[str, str]:
        """The ids of the member stack's resources by their logical names."""
        stacks = self.client("cloudformation", account, region)
        pages = stacks.get_paginator("list_stack_resources").paginate(StackName="member")
        return {
            one["LogicalResourceId"]: one.get("PhysicalResourceId", "")
            for page in pages
            for one in page["StackResourceSummaries"]
        }
