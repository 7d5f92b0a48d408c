"""What is to stand in an organization: AWS's own calls in their order, and the files that they name.

A compiled manifest is one, and so is what was brought into AWS at an earlier time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

Phase = Literal["management", "hub", "members"]


class Canary(Struct, frozen=True, kw_only=True):
    """What must have held in a small part of an environment before the rest gets the like.

    Units: `minutes`. Shapes: `policies` are names.
    """

    policies: tuple[str, ...]
    minutes: int


class DeploymentStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call of AWS's API that a deployment wants to have been made.

    `service` is boto3's name of it, `account` and `region` are where it is made. A parameter may be an object
    that says what is meant: see `craton.compiler.organization`. A step with `after` waits for a canary.
    """

    phase: Phase
    account: str
    region: str
    service: str
    operation: str
    parameters: Mapping[str, Any]
    because: str
    after: Canary | None = None


class Deployment(Struct, frozen=True, kw_only=True):
    """Everything that is to stand.

    Shapes: `files` are texts by their path in the compiled folder; `sources` the manifest, as `craton.yaml`,
    and the policies that it names, by their path beside it.
    """

    organization: str
    management_account: str
    hub_account: str
    regions: tuple[str, ...]
    steps: tuple[DeploymentStep, ...]
    files: Mapping[str, str]
    sources: Mapping[str, str] = {}

    @property
    def home_region(self) -> str:
        """Where what exists once is made."""
        return self.regions[0]


def deployment_of(
    document: bytes, files: Mapping[str, str], sources: Mapping[str, str] | None = None
) -> Deployment:
    """The deployment that a compiled `organization.json` tells, with the files beside it that it names.

    Raises: msgspec.ValidationError where it is no such document.
    """
    told = msgspec.json.decode(document, type=_Document)
    named = set(_files_in([one.parameters for one in told.steps]))
    return Deployment(
        organization=told.organization,
        management_account=told.management_account,
        hub_account=told.hub_account,
        regions=told.regions,
        steps=told.steps,
        files={path: files[path] for path in sorted(named)},
        sources=sources or {},
    )


class _Document(Struct, frozen=True):
    organization: str
    management_account: str
    hub_account: str
    regions: tuple[str, ...]
    steps: tuple[DeploymentStep, ...]


def _files_in(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        own = [value["file"]] if isinstance(value.get("file"), str) else []
        return own + [path for one in value.values() for path in _files_in(one)]
    if isinstance(value, (list, tuple)):
        return [path for one in value for path in _files_in(one)]
    return []
