"""What holds of every resource type, told by its own API and never by the stack alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.unit.emulator.resource_samples import SUBJECT, Sample, Tried, samples

from craton.emulator.resources.registry import create_only, kinds, schema

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

SAMPLES = samples()
CUSTOM = "AWS::CloudFormation::CustomResource"


def _settable(type_name: str) -> set[str]:
    """The properties at the top that a template can set."""
    whole = schema(type_name)
    read_only = {path.removeprefix("/properties/") for path in whole.get("readOnlyProperties") or ()}
    return set(whole["properties"]) - read_only


def test_every_type_has_a_sample() -> None:
    assert sorted(kinds().keys() - SAMPLES.keys() - {CUSTOM}) == []


def test_every_sample_is_of_a_type_that_is_emulated() -> None:
    assert sorted(SAMPLES.keys() - kinds().keys()) == []


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_lacks_a_change_only_where_the_type_has_none(name: str) -> None:
    sample, fixed = SAMPLES[name], {path.split("/")[0] for path in create_only(name)}
    assert sample.replaced is not None or sample.replaced_reason or not fixed & _settable(name)
    assert sample.changed is not None or not _settable(name) - fixed


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_resource_is_made_changed_replaced_and_removed(name: str, rehearsal: Rehearsal) -> None:
    sample = SAMPLES[name]
    tried = Tried(rehearsal, sample)
    first = tried.deploy(new=True)
    assert tried.ask(sample.reads, first) == tried.expected(sample.found)
    assert tried.drift() == _without_drift(sample)
    if sample.changed is not None:
        _is_changed(tried, sample, first)
    if sample.drift is not None:
        tried.ask(sample.drift, first)
        tried.rehearsal.rest()
        assert tried.drift().startswith(("MODIFIED", "DELETED"))
        first = _is_brought_back(tried, sample)
    else:
        assert sample.drift_reason, f"{name} never drifts, and its sample does not say why"
    last = first
    if sample.replaced is not None:
        last = _is_replaced(tried, sample, first)
    ids = tried.ids()
    tried.delete()
    assert not tried.ask(sample.reads, last, ids)


def _is_changed(tried: Tried, sample: Sample, first: str) -> None:
    assert tried.deploy(sample.changed) == first
    assert tried.ask(sample.reads, first) == tried.expected(sample.changed_found)
    assert tried.drift() == _without_drift(sample)


def _without_drift(sample: Sample) -> str:
    return "IN_SYNC" if sample.is_looked_at else "NOT_CHECKED"


def _is_brought_back(tried: Tried, sample: Sample) -> str:
    """The resource is again as the template says, after a change set reverted its drift."""
    body = tried.stacks.get_template(StackName="sample")["TemplateBody"]
    named = {"StackName": "sample", "ChangeSetName": "back"}
    tried.stacks.create_change_set(
        **named,
        TemplateBody=json.dumps(body),
        DeploymentMode="REVERT_DRIFT",
        Capabilities=list(sample.capabilities),
    )
    told = tried.stacks.describe_change_set(**named)
    assert told["StackDriftStatus"] == "DRIFTED"
    if sample.drift_stays:
        assert told["ExecutionStatus"] == "UNAVAILABLE"
        return tried.ids()[SUBJECT]
    tried.stacks.execute_change_set(**named)
    tried.rehearsal.rest()
    assert tried.status() == "UPDATE_COMPLETE", tried.reasons()
    assert tried.drift() == "IN_SYNC"
    now = tried.ids()[SUBJECT]
    found = sample.found if sample.changed is None else sample.changed_found
    found = found if sample.anew_found is None else sample.anew_found
    assert tried.ask(sample.reads, now) == tried.expected(found)
    return now


def _is_replaced(tried: Tried, sample: Sample, first: str) -> str:
    last = tried.deploy(sample.changed, sample.replaced)
    assert last != first
    assert tried.ask(sample.reads, last)
    assert not tried.ask(sample.reads, first)
    return last
