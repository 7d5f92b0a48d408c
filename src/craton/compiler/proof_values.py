"""The proofs of a policy file, told in the words of the values with which it is compiled.

A proof was written for the examples of its file: `anthropic.claude-sonnet-4-6` stands in it for an approved
model. With other values it says something only if each name in it stands for the same: what an example covers
must be covered, and what none covers must not be. Names of models, principals, tags and the like are
exchanged for such as do. Regions and what follows from them are not, for routes hang on them: where they
differ, the proof says nothing about these values, and is counted as that.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple, get_args

import msgspec

from craton.codec.policy_parameters import DataRetentionMode
from craton.core.arn import Arn
from craton.core.model_reference import parse
from craton.registry.inference import UNSPECIFIED, inference_profiles
from craton.registry.prices import price_table
from craton.simulator.proofs import ACCOUNT, PRINCIPAL, REGION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.codec.policy_parameters import ParameterType, Value
    from craton.codec.policy_template import OneOrMore, PolicyTemplate, Proof, ProofCall, ProofRequest
    from craton.compiler.statement_filling import FilledStatement

_TAGS: Final = "aws:TagKeys"
_ORGANIZATION: Final = "aws:PrincipalOrgID"
_REQUESTED: Final = "aws:RequestedRegion"
_PRINCIPALS: Final = ("someone-else", "search-api", "payments", "analytics")
_KEYS: Final[Mapping[str, ParameterType]] = {
    _TAGS: "tag_key",
    _REQUESTED: "region",
    _ORGANIZATION: "organization_id",
    "aws:SourceOrgID": "organization_id",
    "aws:SourceVpce": "vpc_endpoint_id",
    "aws:SourceVpc": "vpc_id",
    "kms:ResourceAliases": "key_alias",
    "bedrock:DataRetentionMode": "data_retention_mode",
    "bedrock-mantle:DataRetentionMode": "data_retention_mode",
    "bedrock-mantle:Model": "model",
}
"""What a value of a condition key is."""

_FIXED: Final = frozenset({"region", "geography"})


class Name(NamedTuple):
    """Something that a proof names, of a type of parameters."""

    type: ParameterType
    text: str


class Rebound(NamedTuple):
    """A policy file whose examples are the compiled values; `silent` proofs say nothing about them."""

    template: PolicyTemplate
    silent: tuple[str, ...]


def rebound(statement: FilledStatement) -> Rebound:
    """The file of a filled statement with the proofs that can be told in its values."""
    template, values = statement.template, statement.values
    told: list[Proof] = []
    silent: list[str] = []
    for proof in template.header.proofs:
        found = _Retelling(template, proof, values).proof()
        if found is None:
            silent.append(proof.name)
        else:
            told.append(found)
    parameters = {
        name: msgspec.structs.replace(parameter, example=values[name])
        for name, parameter in template.header.parameters.items()
    }
    header = msgspec.structs.replace(
        template.header, parameters=parameters, proofs=tuple(told), exceptions=statement.exceptions
    )
    return Rebound(msgspec.structs.replace(template, header=header), tuple(silent))


class _Retelling:
    """One proof, of which each name is exchanged where it must be."""

    def __init__(self, template: PolicyTemplate, proof: Proof, values: Mapping[str, Value]) -> None:
        given = proof.given
        self._proof = proof
        self._parameters = template.header.parameters
        self._before = {name: _list(value) for name, value in template.values(given).items()}
        self._after = {name: _list(value) for name, value in {**values, **given}.items()}
        self._exchanged: dict[Name, str] = {}

    def proof(self) -> Proof | None:
        """The proof for the compiled values, or None where it says nothing about them."""
        for name in dict.fromkeys(names_of(self._proof)):
            if self._is_kept(name, name.text):
                continue
            other = None if name.type in _FIXED else self._other(name)
            if other is None:
                return None
            self._exchanged[name] = other
        return self._told()

    def _is_kept(self, name: Name, text: str) -> bool:
        """Whether another text stands to every compiled value as the name does to the examples."""
        return all(
            _covers(self._before[parameter], name.text) == _covers(self._after[parameter], text)
            for parameter, said in self._parameters.items()
            if said.type == name.type
        )

    def _other(self, name: Name) -> str | None:
        return next((text for text in self._candidates(name) if self._is_kept(name, text)), None)

    def _candidates(self, name: Name) -> Iterator[str]:
        if name.type == "model":
            yield from self._models(name.text)
            return
        if name.type == "data_retention_mode":
            yield from get_args(DataRetentionMode)
            return
        for parameter, said in self._parameters.items():
            if said.type == name.type:
                yield from (_instance(one) for one in self._after[parameter] if _is_alike(one, name.text))
        if ":iam:" in name.text:
            yield from (f"arn:aws:iam::{ACCOUNT}:role/{one}" for one in _PRINCIPALS)
        elif name.type != "arn":
            yield f"{name.text}x"

    def _models(self, model: str) -> Iterator[str]:
        """Known models that are called through the same profiles."""
        prefixes = {
            profile.partition(".")[0] for profile in _profiles_in(self._proof) if parse(profile).base == model
        }
        known = sorted({*price_table().models, *(one.model for one in inference_profiles().values())})
        for parameter, said in self._parameters.items():
            if said.type == "model":
                known += [one for one in self._after[parameter] if not re.search(r"[*?]", one)]
        routed = inference_profiles()
        for one in known:
            there = (routed.get(f"{prefix}.{one}") for prefix in prefixes)
            if all(profile is not None and REGION in profile.routes for profile in there):
                yield one

    def _told(self) -> Proof:
        request, call = self._proof.request, self._proof.call
        return msgspec.structs.replace(
            self._proof,
            request=None if request is None else self._request(request),
            call=None if call is None else self._call(call),
        )

    def _request(self, request: ProofRequest) -> ProofRequest:
        context = {
            key: value if value is None else self._values(key, value)
            for key, value in request.context.items()
        }
        own = Name("organization_id", _EXAMPLE_ORGANIZATION)
        if own in self._exchanged:
            context.setdefault(_ORGANIZATION, self._exchanged[own])
        principal = request.principal or PRINCIPAL
        return msgspec.structs.replace(
            request,
            resource=self._texts(request.resource, None),
            principal=self._text(principal, None),
            context=context,
        )

    def _call(self, call: ProofCall) -> ProofCall:
        endpoint = self._exchanged.get(Name("vpc_endpoint_id", call.endpoint), call.endpoint)
        return msgspec.structs.replace(
            call,
            model=self._texts(call.model, None),
            principal=self._text(call.principal or PRINCIPAL, None),
            endpoint=endpoint,
        )

    def _values(self, key: str, value: OneOrMore) -> OneOrMore:
        """The values of a key; where they are all examples and more, all compiled values and more."""
        for parameter, said in self._parameters.items():
            every = self._before[parameter]
            if said.is_list and said.type == _KEYS.get(key) == "tag_key" and set(every) <= set(_list(value)):
                return (*self._after[parameter], *(one for one in _list(value) if one not in every))
        return self._texts(value, _KEYS.get(key))

    def _texts(self, value: OneOrMore, kind: ParameterType | None) -> OneOrMore:
        if isinstance(value, str):
            return self._text(value, kind)
        return tuple(self._text(one, kind) for one in value)

    def _text(self, text: str, kind: ParameterType | None) -> str:
        for name, other in self._exchanged.items():
            if name.type == "model" and (kind == "model" or parse(text).base == name.text):
                text = text.replace(name.text, other)
            elif name.text == text and name.type in (kind, "arn"):
                return other
        return text


_EXAMPLE_ORGANIZATION: Final = "o-exampleorgid"
"""The organization of a request that says nothing of it."""


def names_of(proof: Proof) -> Iterator[Name]:
    """Everything that a proof names, and what the simulator adds where it names nothing."""
    if proof.request is not None:
        yield from _of_request(proof.request)
    if proof.call is not None:
        yield from _of_call(proof.call)


def _of_request(request: ProofRequest) -> Iterator[Name]:
    yield Name("arn", request.principal or PRINCIPAL)
    for resource in _list(request.resource):
        if resource != "*":
            yield Name("arn", resource)
        yield from _of_model(resource)
        if _REQUESTED not in request.context:
            arn = Arn.parse(resource)
            is_global = arn is not None and arn.service.startswith("bedrock") and not arn.region
            region = arn.region if arn is not None and arn.region else REGION
            yield Name("region", UNSPECIFIED if is_global else region)
    for key, value in request.context.items():
        for text in () if value is None else _list(value):
            if key in _KEYS:
                yield Name(_KEYS[key], text)
            elif text.startswith("arn:"):
                yield Name("arn", text)
                yield from _of_model(text)
    if _ORGANIZATION not in request.context:
        yield Name("organization_id", _EXAMPLE_ORGANIZATION)


def _of_call(call: ProofCall) -> Iterator[Name]:
    yield Name("arn", call.principal or PRINCIPAL)
    yield Name("region", call.region)
    own = f"arn:aws:bedrock:{call.region}:{ACCOUNT}"
    if call.guardrail is not None:
        yield Name("arn", f"{own}:guardrail/{call.guardrail}")
    if call.endpoint.startswith("vpce-"):
        yield Name("vpc_endpoint_id", call.endpoint)
    for model in _list(call.model):
        yield from _of_model(model)
        profile = inference_profiles().get(model)
        if profile is not None:
            yield Name("arn", f"{own}:inference-profile/{model}")
            yield from (Name("region", one) for one in profile.routes.get(call.region, ()))


def _of_model(text: str) -> Iterator[Name]:
    """The model that a text names, and the geography of its profile."""
    named = parse(text)
    if named.base is not None:
        yield Name("model", named.base)
    if named.profile_id is not None and named.geo_scope == "geo":
        yield Name("geography", named.profile_id.rpartition("/")[2].partition(".")[0])


def _profiles_in(proof: Proof) -> Iterator[str]:
    """The ids of system-defined profiles that a proof names."""
    texts: list[str] = []
    if proof.request is not None:
        texts += _list(proof.request.resource)
        texts += [text for value in proof.request.context.values() if value for text in _list(value)]
    if proof.call is not None:
        texts += _list(proof.call.model)
    for text in texts:
        found = parse(text)
        if found.kind == "inference_profile" and found.profile_id is not None:
            yield found.profile_id.rpartition("/")[2]


def _covers(patterns: Iterable[str], text: str) -> bool:
    return any(fnmatchcase(text, pattern.replace("[", "[[]")) for pattern in patterns)


def _instance(pattern: str) -> str:
    """A text that a pattern covers."""
    if not pattern.startswith("arn:"):
        return pattern.replace("*", "x").replace("?", "x")
    parts = pattern.split(":", 5)
    account = ACCOUNT if parts[4] == "*" else parts[4]
    region = REGION if parts[3] == "*" else parts[3]
    resource = parts[5].replace(":*", ":1").replace("*", "x").replace("?", "x")
    return ":".join([*parts[:3], region, account, resource])


def _is_alike(pattern: str, text: str) -> bool:
    """Whether a value could stand where the text stands: of the same service, where it is an ARN."""
    return not text.startswith("arn:") or pattern.split(":")[:3] == text.split(":")[:3]


def _list(value: OneOrMore) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
