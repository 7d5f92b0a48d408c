"""What a rule hands to its target: the event, a part of it, or a text of its own.

Source: "Amazon EventBridge input transformation", docs.aws.amazon.com/eventbridge/latest/userguide/
eb-transform-target-input.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOLE: Final = re.compile(r"<([A-Za-z0-9_.\-]+)>")


def input_of(target: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str, rule_name: str) -> str:
    """The text that a target gets of an event."""
    if target.get("Input") is not None:
        return str(target["Input"])
    if target.get("InputPath"):
        return json.dumps(_at(event, str(target["InputPath"])))
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    paths = transformer.get("InputPathsMap") or {}
    known = {str(name): _at(event, str(path)) for name, path in paths.items()}
    known |= {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_name,
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": dict(event),
    }
    return _filled(str(transformer["InputTemplate"]), known)


def _filled(template: str, known: Mapping[str, Any]) -> str:
    """A template with values in its holes: within quotes bare, outside of them as JSON."""
    kept, done, quoted = [], 0, False
    for hole in _HOLE.finditer(template):
        between = template[done : hole.start()]
        quoted ^= len(re.findall(r'(?<!\\)"', between)) % 2 == 1
        value = known.get(hole[1])
        text = json.dumps(value)
        if quoted:
            text = text[1:-1] if isinstance(value, str) else text.replace('"', '\\"')
        kept += [between, text]
        done = hole.end()
    return "".join([*kept, template[done:]])


def _at(event: Any, path: str) -> Any:
    """What stands at a path such as `$.detail.eventName`; None where nothing does."""
    for step in path.removeprefix("$").lstrip(".").split("."):
        if not step:
            continue
        name, _, rest = step.partition("[")
        event = event.get(name) if isinstance(event, dict) else None
        for number in re.findall(r"(\d+)\]", rest):
            held = isinstance(event, list) and int(number) < len(event)
            event = event[int(number)] if held else None
    return event
