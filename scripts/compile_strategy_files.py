"""Writes what the example compiles to into the repository, and the tables of the documents on it.

The files are what `craton compile` gives for the example's manifest. Of the three documents, prose is written
by hand; what stands between their marks is written here.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from scripts.markdown_page import REPOSITORY, between, code, table, write

from craton.compiler.layout import PROOFS, STEPS
from craton.engine.compiling import compilation
from craton.registry.guardrails import Guardrails

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EXAMPLE: Final = REPOSITORY / "examples" / "acme-org" / "craton.yaml"
DAY: Final = dt.date(2026, 11, 26)
"""A day of its own, for exceptions lapse."""

FOLDERS: Final = ("cloudformation", "governance")
GUIDE: Final = "docs/ENTERPRISE_DEPLOYMENT_GUIDE.md"
ARCHITECTURE: Final = "docs/ENTERPRISE_MULTI_ACCOUNT_ARCHITECTURE.md"
GUARDRAILS: Final = "docs/GUARDRAILS_IMPLEMENTATION.md"


def files() -> dict[str, bytes]:
    """Each file that the example compiles to, by its path. Raises: SystemExit where it is flawed."""
    found = compilation(EXAMPLE, today=DAY)
    if found.compilation is None or not found.is_sound:
        raise SystemExit("\n".join(str(one) for one in found.diagnostics))
    return {one.path: one.content for one in found.compilation.artifacts}


def kept() -> dict[str, bytes]:
    """Each of these files as it stands in the repository."""
    paths = [file for folder in FOLDERS for file in (REPOSITORY / folder).rglob("*") if file.is_file()]
    paths += [REPOSITORY / STEPS] if (REPOSITORY / STEPS).exists() else []
    return {file.relative_to(REPOSITORY).as_posix(): file.read_bytes() for file in paths}


def pages(compiled: Mapping[str, bytes]) -> dict[str, str]:
    """Each document with its tables, by its path."""
    found = {}
    for path, tables in _TABLES.items():
        text = (REPOSITORY / path).read_text("utf-8")
        for name, made in tables.items():
            text = between(text, name, made(compiled))
        found[path] = text
    return found


def main() -> None:
    """Writes the files and the documents, and removes files that are compiled no more."""
    compiled = files()
    for path in sorted(kept().keys() - compiled.keys()):
        (REPOSITORY / path).unlink()
        print(f"{path}: removed")
    for path, content in compiled.items():
        file = REPOSITORY / path
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            print(f"{path}: written")
    for path, text in pages(compiled).items():
        write(path, lambda text=text: text)  # type: ignore[misc]


def _steps(compiled: Mapping[str, bytes]) -> str:
    """What is done, in AWS's words, each sort of call once a phase."""
    seen: dict[tuple[str, str, str], list[str]] = {}
    for step in json.loads(compiled[STEPS])["steps"]:
        key = (step["phase"], step["account"], f"{step['service']} {step['operation']}")
        seen.setdefault(key, []).append(_object_of(step["parameters"]))
    rows = (
        (phase, account, code(call), ", ".join(code(one) for one in dict.fromkeys(made) if one))
        for (phase, account, call), made in seen.items()
    )
    return table(("phase", "account", "call", "of what"), rows)


def _object_of(parameters: Mapping[str, Any]) -> str:
    for key in ("Name", "StackName", "StackSetName", "PolicyType", "ServicePrincipal"):
        if key in parameters:
            return str(parameters[key])
    target = parameters.get("TargetId")
    if target is not None:
        return target if isinstance(target, str) else next(iter(target.values()))
    return ""


def _templates(compiled: Mapping[str, bytes]) -> str:
    """Each template with its size and how much of each service it makes."""
    rows = []
    for path, content in compiled.items():
        if path.startswith("cloudformation/"):
            resources = YAML(typ="safe", pure=True).load(content)["Resources"].values()
            rows.append((_linked(path), f"{len(content):,}", str(len(resources)), _services(resources)))
    return table(("template", "bytes", "resources", "of which services"), rows)


def _services(resources: Any) -> str:
    parts = (one["Type"].split("::") for one in resources)
    names = sorted({part[1] if part[0] == "AWS" else "custom" for part in parts})
    return ", ".join(names)


def _linked(path: str) -> str:
    return f"[{path.rpartition('/')[2]}](../{path})"


def _policies(compiled: Mapping[str, bytes]) -> str:
    """Each organization policy with its statements and where it is attached."""
    steps = json.loads(compiled[STEPS])["steps"]
    names = {
        one["parameters"]["Content"]["file"]: one["parameters"]["Name"]
        for one in steps
        if one["operation"] == "CreatePolicy"
    }
    at: dict[str, list[str]] = {}
    for one in steps:
        if one["operation"] == "AttachPolicy":
            at.setdefault(one["parameters"]["PolicyId"]["policy"], []).append(
                one["because"].rpartition(", at ")[2]
            )
    rows = []
    for path, content in compiled.items():
        if path.startswith("governance/") and path.endswith(".json") and path != PROOFS:
            sids = [code(one["Sid"]) for one in json.loads(content).get("Statement", ())]
            where = ", ".join(at.get(names.get(path, ""), ())) or "nowhere: only replayed"
            rows.append((_linked(path), f"{len(content.decode()):,}", where, ", ".join(sids)))
    return table(("file", "characters", "attached at", "statements"), rows)


def _tiers(_: Mapping[str, bytes]) -> str:
    """Each guardrail tier with what it holds texts to."""
    rows = []
    for tier in Guardrails.load().tiers.values():
        wording = tier.wording
        content = wording.content_policy_config
        strengths = (
            f"{one.type} {one.input_strength}/{one.output_strength}" for one in content.filters_config
        )
        sensitive = wording.sensitive_information_policy_config
        entities = (f"{one.type} {one.action}" for one in sensitive.pii_entities_config)
        rows.append((code(tier.id), tier.title, ", ".join(strengths), ", ".join(entities)))
    return table(("tier", "what for", "content, in/out", "personal data"), rows)


_TABLES: Final[Mapping[str, Mapping[str, Callable[[Mapping[str, bytes]], str]]]] = {
    GUIDE: {"steps": _steps},
    ARCHITECTURE: {"templates": _templates},
    GUARDRAILS: {"policies": _policies, "tiers": _tiers},
}


if __name__ == "__main__":
    main()
