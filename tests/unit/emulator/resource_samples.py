"""Samples of resource types, one file of `samples/` each, and stacks that hold one of them.

A file tells the properties of a resource, calls that are made `before`, and what is `around` it in the
template; how its own API is asked (`reads`: service, operation, parameters, and a JMESPath into the answer),
and what that must tell (`is`); what is `changed` in place, and what it tells then (`changed_is`); what is
`replaced`, or as `replaced_reason` why no second one can stand beside the first; and a call behind the
stack's back that makes it `drift`, or as `drift_reason` why there is none; as `drift_stays` why nothing
reverts it, and what is told (`anew_is`) where it is made anew and tells something else then.
In parameters and paths `{id}` is the resource's id, `{Name}` that of another, `{account}` the account.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jmespath
from botocore import xform_name
from botocore.exceptions import ClientError
from msgspec import Struct, convert
from ruamel.yaml import YAML
from tests.unit.emulator.rehearsal import MANAGEMENT, REGION, Rehearsal

FOLDER = Path(__file__).parent / "samples"
SUBJECT = "Subject"


class Asked(Struct, frozen=True, kw_only=True):
    """A call, and where in its answer to look."""

    service: str
    operation: str
    parameters: dict[str, Any] = {}
    path: str = "@"


class Sample(Struct, frozen=True, kw_only=True):
    """One resource type, tried. `gone` are codes of errors that say that the resource is not there."""

    type: str
    properties: dict[str, Any]
    reads: Asked
    found: Any
    before: tuple[Asked, ...] = ()
    around: dict[str, Any] = {}
    changed: dict[str, Any] | None = None
    changed_found: Any = None
    replaced: dict[str, Any] | None = None
    replaced_reason: str = ""
    drift: Asked | None = None
    drift_reason: str = ""
    drift_stays: str = ""
    anew_found: Any = None
    is_looked_at: bool = True
    gone: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ("CAPABILITY_NAMED_IAM",)


def samples() -> dict[str, Sample]:
    """Every sample by its type."""
    found = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        told = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
        told["found"], told["changed_found"] = told.pop("is"), told.pop("changed_is", None)
        told["anew_found"] = told.pop("anew_is", None)
        sample = convert(told, Sample)
        assert sample.type not in found, f"{sample.type} has two samples"
        found[sample.type] = sample
    return found


class Tried:
    """A stack that holds one sample."""

    def __init__(self, rehearsal: Rehearsal, sample: Sample) -> None:
        self.rehearsal = rehearsal
        self.sample = sample
        self.stacks = rehearsal.client("cloudformation")
        for one in sample.before:
            self.ask(one, "", {})

    def deploy(self, *changes: dict[str, Any] | None, new: bool = False) -> str:
        """The id of the resource, after the stack came to hold it with these changes."""
        properties = dict(self.sample.properties)
        for change in changes:
            properties |= change or {}
        subject = {"Type": self.sample.type, "Properties": properties}
        body = json.dumps({"Resources": {**self.sample.around, SUBJECT: subject}})
        call = self.stacks.create_stack if new else self.stacks.update_stack
        call(StackName="sample", TemplateBody=body, Capabilities=list(self.sample.capabilities))
        self.rehearsal.rest()
        assert self.status() == ("CREATE_COMPLETE" if new else "UPDATE_COMPLETE"), self.reasons()
        return self.ids()[SUBJECT]

    def status(self) -> str:
        return str(self.stacks.describe_stacks(StackName="sample")["Stacks"][0]["StackStatus"])

    def reasons(self) -> list[str]:
        """Why resources failed, the newest first."""
        events = self.stacks.describe_stack_events(StackName="sample")["StackEvents"]
        return [
            f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason')}"
            for one in events
            if "FAILED" in one["ResourceStatus"]
        ]

    def ids(self) -> dict[str, str]:
        """The ids of the stack's resources by their logical names."""
        rows = self.stacks.describe_stack_resources(StackName="sample")["StackResources"]
        return {one["LogicalResourceId"]: one.get("PhysicalResourceId", "") for one in rows}

    def expected(self, told: Any) -> Any:
        """What a sample says that is found, with the ids of the stack's resources."""
        return _filled(told, self.ids())

    def ask(self, asked: Asked, subject: str, ids: dict[str, str] | None = None) -> Any:
        """What a call of the API tells at the path; None where it tells that nothing is there."""
        names = {"account": MANAGEMENT, "region": REGION, **(self.ids() if ids is None else ids)}
        names["id"] = subject
        client = self.rehearsal.client(asked.service)
        try:
            answer = getattr(client, xform_name(asked.operation))(**_filled(asked.parameters, names))
        except ClientError as error:
            if error.response["Error"]["Code"] in self.sample.gone:
                return None
            raise
        return jmespath.search(_filled(asked.path, names), _plain(answer))

    def drift(self) -> str:
        """The status of the resource when it is looked for drift; of a type that is not, NOT_CHECKED."""
        detection = self.stacks.detect_stack_drift(StackName="sample")["StackDriftDetectionId"]
        self.rehearsal.rest()
        self.stacks.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        rows = self.stacks.describe_stack_resource_drifts(StackName="sample")["StackResourceDrifts"]
        row = next((one for one in rows if one["LogicalResourceId"] == SUBJECT), None)
        if row is None:
            told = self.stacks.describe_stack_resource(StackName="sample", LogicalResourceId=SUBJECT)
            return str(told["StackResourceDetail"]["DriftInformation"]["StackResourceDriftStatus"])
        told = json.dumps(row.get("PropertyDifferences", ()), default=str)
        return str(row["StackResourceDriftStatus"]) + ("" if told == "[]" else f" {told}")

    def delete(self) -> None:
        """The stack is gone."""
        self.stacks.delete_stack(StackName="sample")
        self.rehearsal.rest()
        status = self.stacks.describe_stacks(StackName=self.stack_id)["Stacks"][0]["StackStatus"]
        assert status == "DELETE_COMPLETE", status

    @property
    def stack_id(self) -> str:
        """The id of the stack, under which it is told after its end."""
        rows = self.stacks.list_stacks()["StackSummaries"]
        return str(next(one["StackId"] for one in rows if one["StackName"] == "sample"))


def _filled(told: Any, names: dict[str, str]) -> Any:
    """Texts with names in braces filled in; other braces stay."""
    if isinstance(told, str):
        for name, value in names.items():
            told = told.replace(f"{{{name}}}", value)
        return told
    if isinstance(told, dict):
        return {key: _filled(value, names) for key, value in told.items()}
    return [_filled(one, names) for one in told] if isinstance(told, list) else told


def _plain(answer: Any) -> Any:
    """The answer with what is JSON text parsed, so that paths lead into it."""
    if isinstance(answer, dict):
        return {key: _plain(value) for key, value in answer.items() if key != "ResponseMetadata"}
    if isinstance(answer, list):
        return [_plain(one) for one in answer]
    if isinstance(answer, str) and answer.startswith("{"):
        try:
            return json.loads(answer)
        except ValueError:
            return answer
    return answer
