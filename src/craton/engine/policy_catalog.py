"""Every policy that is known, as its page tells it: where it is attached, what is wrong, what is proved."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.codec.policy_filling import fill
from craton.codec.policy_source import read_policy
from craton.codec.policy_template import PolicyTemplate
from craton.core.diagnostic import Diagnostic
from craton.core.errors import UserError
from craton.core.policy import Policy, PolicyKind
from craton.core.spelling import did_you_mean
from craton.engine.lakes import overlays_of
from craton.engine.linting import lint_text
from craton.engine.policies import PoliciesInForce, minified
from craton.engine.policy_proofs import Proved, proved
from craton.engine.policy_tree import Branch, accounts_below, reached_by, tree_of
from craton.registry.policies import Policies
from craton.registry.quotas import QuotaStanding, quota

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from craton.core.manifest import AttachedPolicy, Manifest, PolicyType
    from craton.engine.board import Present

_KINDS: Final[dict[PolicyType, PolicyKind]] = {
    "SERVICE_CONTROL_POLICY": "scp",
    "RESOURCE_CONTROL_POLICY": "rcp",
}
_QUOTAS: Final[dict[PolicyKind, str]] = {"scp": "scp_characters", "rcp": "rcp_characters"}


class Size(Struct, frozen=True):
    """How long a document is as it is sent to AWS, and how long it may be. Units: characters.

    `limit` is None where AWS counts several policies together.
    """

    characters: int
    limit: int | None
    standing: QuotaStanding

    @property
    def percent(self) -> float | None:
        """The part of the limit that is taken."""
        return min(100 * self.characters / self.limit, 100.0) if self.limit else None


class PolicyEntry(Struct, frozen=True, kw_only=True):
    """One policy: a file that the manifest attaches, a statement of the content, or both under one name.

    `file` is None where nothing is attached, `template` where no policy statement has the name. `policy` and
    `document` are of the file, or else of the statement filled with its own examples.
    """

    key: str
    kind: PolicyKind
    title: str
    file: str | None
    targets: tuple[str, ...]
    accounts: tuple[str, ...]
    size: Size
    policy: Policy
    document: dict[str, Any]
    findings: tuple[Diagnostic, ...]
    template: PolicyTemplate | None
    proved: Proved | None


class PolicyCatalog(Struct, frozen=True, kw_only=True):
    """The policies that are attached, the statements that could be, and the tree of the organization.

    `tree` is None without a manifest. `problem` says why what is in force is not known though there is one.
    """

    attached: tuple[PolicyEntry, ...]
    shipped: tuple[PolicyEntry, ...]
    tree: Branch | None
    problem: str | None = None

    def entry(self, key: str) -> PolicyEntry:
        """The policy of that key, as it is attached where it is. Raises: UserError where there is none."""
        known = {one.key: one for one in (*self.shipped, *self.attached)}
        if key not in known:
            hint = did_you_mean(key, known) or "the page Policies lists those that are known"
            raise UserError("there is no such policy", hint=hint)
        return known[key]

    def targets(self, key: str) -> tuple[str, ...]:
        """Where a policy of that key is attached."""
        return next((one.targets for one in self.attached if one.key == key), ())


def policy_catalog(present: Present) -> PolicyCatalog:
    """The policies of the manifest and of the content, looked at once for each state of the lake."""
    return present.once(_catalog)


def keys_of(manifest: Manifest) -> dict[str, str]:
    """The key of each attached file: its name, and where two have one name, a number besides."""
    found: dict[str, str] = {}
    for one in manifest.policies:
        if one.file not in found:
            name = re.sub(r"[^\w.-]+", "-", PurePosixPath(one.file).stem) or "policy"
            count = sum(key == name or key.rpartition("~")[0] == name for key in found.values())
            found[one.file] = f"{name}~{count + 1}" if count else name
    return found


def _catalog(present: Present) -> PolicyCatalog:
    manifest, path = present.manifest, present.manifest_path
    templates = Policies.load(overlays_of(manifest, path) if manifest and path else ()).templates
    shipped = tuple(_of_template(one, present.today) for one in templates.values())
    if manifest is None or path is None:
        return PolicyCatalog(attached=(), shipped=shipped, tree=None)
    try:
        tree, attached = _attached(manifest, path, shipped, present.today)
    except UserError as error:
        return PolicyCatalog(attached=(), shipped=shipped, tree=None, problem=error.message)
    return PolicyCatalog(attached=attached, shipped=shipped, tree=tree)


def _attached(
    manifest: Manifest, path: Path, shipped: tuple[PolicyEntry, ...], day: date
) -> tuple[Branch, tuple[PolicyEntry, ...]]:
    """The tree, and the policies that are attached to it in the order of the manifest."""
    keys = keys_of(manifest)
    tree = tree_of(manifest, PoliciesInForce(manifest, path), keys)
    accounts = tuple(accounts_below(tree))
    statements = {one.key: one for one in shipped}
    entries: dict[str, PolicyEntry] = {}
    for one in manifest.policies:
        key = keys[one.file]
        if key in entries:
            continue
        entries[key] = _of_file(
            one,
            _bytes_of(path.parent / one.file),
            key=key,
            targets=tuple(other.at for other in manifest.policies if other.file == one.file),
            accounts=tuple(account.at for account in reached_by(key, accounts)),
            statement=statements.get(key),
            day=day,
        )
    return tree, tuple(entries.values())


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"the policy `{file}` cannot be read: {reason}") from None


def _of_file(
    attached: AttachedPolicy,
    data: bytes,
    *,
    key: str,
    targets: tuple[str, ...],
    accounts: tuple[str, ...],
    statement: PolicyEntry | None,
    day: date,
) -> PolicyEntry:
    kind = _KINDS[attached.type]
    policy, _ = read_policy(data, attached.file, PurePosixPath(attached.file).stem)
    if policy is None:
        raise UserError(f"`{attached.file}` is no policy any more")
    return PolicyEntry(
        key=key,
        kind=kind,
        title=statement.title if statement else policy.name,
        file=attached.file,
        targets=targets,
        accounts=accounts,
        size=_size(len(minified(data)), kind),
        policy=policy,
        document=msgspec.json.decode(data),
        findings=lint_text(data, attached.file, today=day, kind=kind),
        template=statement.template if statement else None,
        proved=statement.proved if statement else None,
    )


def _of_template(template: PolicyTemplate, day: date) -> PolicyEntry:
    filled = fill(template, template.examples())
    if filled.policy is None:
        raise UserError(f"the policy statement `{template.id}` cannot be compiled with its examples")
    kind = template.header.kind
    return PolicyEntry(
        key=template.id,
        kind=kind,
        title=template.header.title,
        file=None,
        targets=(),
        accounts=(),
        size=_size(len(filled.json().decode()), kind),
        policy=filled.policy,
        document=filled.document,
        findings=lint_text(filled.json(), f"{template.id}.json", today=day, kind=kind),
        template=template,
        proved=proved(template),
    )


def _size(characters: int, kind: PolicyKind) -> Size:
    name = _QUOTAS.get(kind)
    if name is None:
        return Size(characters, None, "within")
    limit = quota(name)
    return Size(characters, limit.limit, limit.standing(characters))
