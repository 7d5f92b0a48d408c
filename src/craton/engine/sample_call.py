"""The first call from an account as code: an approved model through what is allowed, with who pays for it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.intent import intent_of
from craton.core.owners import Project, Team, positions
from craton.engine.approved_models import first_model
from craton.kinds.enforced_guardrail import is_enforced
from craton.kinds.guardrail import tier_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from craton.core.manifest import Manifest
    from craton.engine.allowances import Allowances, Route, Way

_ROUTES: Final[tuple[Route, ...]] = ("application", "geographic", "global", "model")
"""The best to begin with first: tags tell who pays, then calls stay near, then they are routed at all."""

_SENDABLE: Final = re.compile(r"[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}")
"""Source: botocore's service model of Amazon Bedrock Runtime, RequestMetadata, retrieved 2026-11-26."""


class SampleCall(Struct, frozen=True, kw_only=True):
    """A program of Python that makes one call with boto3, and what to know of it, in sentences.

    `metadata` is what the call says of itself, so that it is attributed.
    """

    model: str
    through: str
    region: str
    guarded: bool
    metadata: Mapping[str, str]
    code: str
    notes: tuple[str, ...]


def sample_call(manifest: Manifest, allowed: Allowances, *, today: date) -> SampleCall | None:
    """The first call from the account that the simulation allows; None where it allows none that answers."""
    way = _way(manifest, allowed, today)
    if way is None:
        return None
    metadata = _metadata(manifest, allowed.account, today)
    guarded = way.whole.answer == "with_guardrail"
    return SampleCall(
        model=way.model,
        through=way.through,
        region=way.region,
        guarded=guarded,
        metadata=metadata,
        code="\n".join(_code(way, metadata, _Guardrail(manifest, allowed) if guarded else None)) + "\n",
        notes=tuple(_notes(manifest, allowed, metadata, guarded=guarded)),
    )


def _way(manifest: Manifest, allowed: Allowances, today: date) -> Way | None:
    """In the first Region from which anything is allowed; a profile of the account's own before all else."""
    approved = manifest.models.approved.get(allowed.environment or "", ())
    for region in manifest.regions:
        open_ways = [
            way
            for way in allowed.ways
            if way.approved and way.region == region and way.whole.answer in ("yes", "with_guardrail")
        ]
        own = [way for way in open_ways if way.route == "application"]
        for ways in (own, open_ways):
            routed: dict[str, bool] = {}
            for way in ways:
                routed[way.model] = routed.get(way.model, False) or way.route != "model"
            model = first_model(approved, routed, region, today)
            if model is not None:
                fitting = [way for way in ways if way.model == model]
                return min(fitting, key=lambda way: (_ROUTES.index(way.route), way.through))
    return None


class _Guardrail:
    """The guardrail that a call names: by its id where the policies say it, else by its name."""

    def __init__(self, manifest: Manifest, allowed: Allowances) -> None:
        identifier, _, version = (allowed.guardrail or "").partition(":")
        self.identifier = None if allowed.is_any_guardrail else identifier
        self.version = version or "1"
        intent = intent_of(manifest)
        own = next(one for one in intent.environments if one.name == allowed.environment)
        self.name = f"{manifest.names.guardrail}-{tier_of(intent, own).replace('_', '-')}"


def _code(way: Way, metadata: Mapping[str, str], guardrail: _Guardrail | None) -> Iterator[str]:
    region = json.dumps(way.region)
    yield "import boto3"
    yield ""
    identifier, version = "", ""
    if guardrail is not None:
        identifier, version = json.dumps(guardrail.identifier), json.dumps(guardrail.version)
        if guardrail.identifier is None:
            identifier, version = "guardrail", "version"
            yield f'bedrock = boto3.client("bedrock", region_name={region})'
            yield 'pages = bedrock.get_paginator("list_guardrails").paginate()'
            yield 'found = {one["name"]: one["id"] for page in pages for one in page["guardrails"]}'
            yield f"guardrail = found[{json.dumps(guardrail.name)}]"
            yield 'versions = bedrock.list_guardrails(guardrailIdentifier=guardrail)["guardrails"]'
            yield 'version = max((one["version"] for one in versions if one["version"] != "DRAFT"), key=int)'
            yield ""
    yield f'runtime = boto3.client("bedrock-runtime", region_name={region})'
    yield "answer = runtime.converse("
    yield f"    modelId={json.dumps(way.through)},"
    yield '    messages=[{"role": "user", "content": [{"text": "Say hello in one sentence."}]}],'
    yield '    inferenceConfig={"maxTokens": 200},'
    if guardrail is not None:
        yield f'    guardrailConfig={{"guardrailIdentifier": {identifier}, "guardrailVersion": {version}}},'
    if metadata:
        yield f"    requestMetadata={json.dumps(metadata)},"
    yield ")"
    yield 'print(answer["output"]["message"]["content"][0]["text"])'


def _metadata(manifest: Manifest, account: str, today: date) -> dict[str, str]:
    """What calls of the team that has the account say: of one of its projects, if only those are known."""
    teams = [
        one
        for one in positions(manifest.owners)
        if isinstance(one.owner, Team) and today in one.period and account in one.owner.match.accounts
    ]
    for team in teams:
        below = (
            one.owner
            for one in positions(manifest.owners)
            if isinstance(one.owner, Project) and today in one.period and one.names[:-1] == team.names
        )
        for owner in (team.owner, *below):
            said = {key: values[0] for key, values in owner.match.request_metadata.items()}
            if said and all(_SENDABLE.fullmatch(text) for pair in said.items() for text in pair):
                return said
    return {}


def _notes(
    manifest: Manifest, allowed: Allowances, metadata: Mapping[str, str], *, guarded: bool
) -> Iterator[str]:
    yield "Call it with the role of your workload, whose own policies must allow it too."
    if metadata:
        yield "The request's metadata tell who pays. Put your own project there; never put a secret there."
    else:
        yield "The manifest knows no team of this account by its requests: the account tells who pays."
    intent = intent_of(manifest)
    own = next((one for one in intent.environments if one.name == allowed.environment), None)
    if guarded:
        yield "The policies in force allow the call with a guardrail only, in a numbered version."
    elif own is not None and is_enforced(intent, own):
        yield (
            "Once the manifest is deployed, every call here is held to the guardrail "
            f"`{tier_of(intent, own)}`, and need not name it."
        )
