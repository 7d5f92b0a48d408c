from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from craton.codec.yaml_nodes import MappingNode, SequenceNode
from craton.core.arn import Arn
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean
from craton.linter.rule import Example, Fault, Rule
from craton.linter.texts import child, items_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.codec.yaml_nodes import Node
    from craton.linter.facts import Facts
    from craton.linter.subject import Document

_PARTS: Final = ("identifier", "selective_content_guarding", "model_enforcement", "input_tags")
_GUARDED: Final = ("system", "messages")
_GUARDING: Final = ("selective", "comprehensive")
_MODELS: Final = ("included_models", "excluded_models")
_TAGS: Final = ("honor", "ignore")
_ASSIGN: Final = "@@assign"
_GUARDRAIL: Final = re.compile(r"guardrail/[a-z0-9]+:[1-9]\d*")


def _faults(document: Document, _: Facts) -> Iterator[Fault]:
    if document.form != "bedrock_policy":
        return
    top = child(document.source.root, "bedrock")
    if top is None:
        return
    yield from _unknown(top, ("guardrail_inference",))
    regions = child(top, "guardrail_inference")
    if not isinstance(regions, MappingNode):
        yield Fault("the policy enforces no guardrail: `guardrail_inference` is missing", top.place)
        return
    for region in regions.entries:
        if isinstance(region.value, MappingNode) and not region.key.text.startswith("@@"):
            for named in region.value.entries:
                if not named.key.text.startswith("@@"):
                    yield from _of_guardrail(named.value, region.key.text)


def _of_guardrail(node: Node, region: str) -> Iterator[Fault]:
    yield from _unknown(node, _PARTS)
    identifier = child(node, "identifier", _ASSIGN)
    if identifier is None:
        yield Fault("the guardrail's `identifier` is missing", node.place, f'add "identifier": {_IDENTIFIER}')
    else:
        yield from _of_identifier(identifier, region)
    guarding = child(node, "selective_content_guarding")
    yield from _unknown(guarding, _GUARDED)
    for part in _GUARDED:
        yield from _one_of(child(guarding, part, _ASSIGN), _GUARDING)
    yield from _one_of(child(node, "input_tags", _ASSIGN), _TAGS)
    enforcement = child(node, "model_enforcement")
    yield from _unknown(enforcement, _MODELS)
    for part in _MODELS:
        models = child(enforcement, part, _ASSIGN)
        if models is not None and not isinstance(models, SequenceNode):
            yield Fault(f"`{part}` is a list of models", models.place, 'write `{"@@assign": ["ALL"]}`')


_IDENTIFIER: Final = '{"@@assign": "arn:aws:bedrock:REGION:MANAGEMENT-ACCOUNT:guardrail/ID:VERSION"}'


def _of_identifier(node: Node, region: str) -> Iterator[Fault]:
    text = text_of(node) or ""
    arn = Arn.parse(text)
    if arn is None or not _GUARDRAIL.fullmatch(arn.resource) or not arn.account:
        message = f"{ticked(text)} is no guardrail with a numbered version"
        yield Fault(message, node.place, f"write {_IDENTIFIER}: a draft cannot be enforced")
    elif arn.region != region:
        message = f"the guardrail is of {ticked(arn.region)}, and is enforced in {ticked(region)}"
        yield Fault(
            message, node.place, "name a guardrail of that Region: a wrong one fails every call there"
        )


def _unknown(node: Node | None, known: tuple[str, ...]) -> Iterator[Fault]:
    for entry in node.entries if isinstance(node, MappingNode) else ():
        if entry.key.text not in known and not entry.key.text.startswith("@@"):
            hint = did_you_mean(entry.key.text, known) or f"there are {listed(known)}"
            yield Fault(f"a Bedrock policy has no {ticked(entry.key.text)} here", entry.key.place, hint)


def _one_of(node: Node | None, known: tuple[str, ...]) -> Iterator[Fault]:
    for one in items_of(node):
        text = text_of(one)
        if text not in known:
            hint = f"write {listed(known, 'or')}"
            yield Fault(f"{ticked(text or '')} cannot stand here", one.place, hint)


RULE = Rule(
    title="a Bedrock policy is not in its syntax",
    severity="error",
    why="""A policy of type BEDROCK_POLICY enforces a guardrail on every inference in its accounts. A
    wrong identifier does not leave calls unguarded but fails all of them; the guardrail must be a
    numbered version, of the management account and of the Region.""",
    source='"Amazon Bedrock policy syntax and examples", docs.aws.amazon.com/organizations/latest/userguide/'
    "orgs_manage_policies_bedrock_syntax.html, retrieved 2026-11-23",
    bad=Example("""\
{
  "bedrock": {
    "guardrail_inference": {
      "us-east-1": {
        "everywhere": {
          "identifier": {"@@assign": »"arn:aws:bedrock:us-east-1:111111111111:guardrail/hu1dlsv9wy1d:DRAFT"},
          "selective_content_guarding": {"system": {"@@assign": »"never"}}
        }
      },
      "us-west-2": {
        "everywhere": {
          "identifier": {"@@assign": »"arn:aws:bedrock:us-east-1:111111111111:guardrail/hu1dlsv9wy1d:1"}
        }
      }
    }
  }
}
"""),
    good=Example("""\
{
  "bedrock": {
    "guardrail_inference": {
      "us-east-1": {
        "everywhere": {
          "identifier": {"@@assign": "arn:aws:bedrock:us-east-1:111111111111:guardrail/hu1dlsv9wy1d:1"},
          "selective_content_guarding": {"system": {"@@assign": "selective"}},
          "model_enforcement": {
            "included_models": {"@@assign": ["ALL"]},
            "excluded_models": {"@@assign": ["amazon.titan-embed-text-v2:0"]}
          }
        }
      }
    }
  }
}
"""),
    of_document=_faults,
)
