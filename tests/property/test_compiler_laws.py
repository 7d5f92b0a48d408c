"""Whatever sound manifest is compiled: it keeps within limits, its proofs hold, its bytes are the same."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.unit.compiler.manifests import TODAY, wanted

from craton.compiler.checks import policy_findings, size_problems
from craton.compiler.compilation import compiled
from craton.compiler.organization_policies import organization_policies
from craton.compiler.proofs import proved
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from pathlib import Path

    from craton.compiler.compilation import Compilation
    from craton.compiler.proofs import Proved

MODELS = (
    "anthropic.claude-*",
    "anthropic.claude-sonnet-4-6",
    "amazon.nova-lite-v1:0",
    "amazon.nova-*",
    "cohere.embed-*",
    "meta.llama4-*",
    "openai.gpt-oss-120b-1:0",
)
REGIONS = (
    ["us-east-1"],
    ["us-west-2", "us-east-1"],
    ["eu-central-1", "eu-west-1"],
    ["ap-southeast-2"],
)
TIERS = ("sandbox", "dev", "test", "staging", "prod")


@st.composite
def manifests(draw: st.DrawFn) -> str:
    """One to six environments of any tier and mode, with accounts or without, in any geography."""
    names = [f"env-{number}" for number in range(draw(st.integers(1, 6)))]
    lines = [
        "organization:",
        "  id: o-exampleorgid",
        '  management_account: "111111111111"',
        '  hub_account: "222222222222"',
        "  organizational_units:",
        *(f"    - {{path: workloads/{name}}}" for name in names),
        "  accounts:",
        '    - {id: "111111111111", name: management, ou: root}',
        '    - {id: "222222222222", name: hub, ou: root}',
    ]
    for number, name in enumerate(names):
        lines += [
            f'    - {{id: "{300_000_000_000 + 10 * number + one}", name: {name}-{one}, ou: workloads/{name}}}'
            for one in range(draw(st.integers(0, 3)))
        ]
    lines += [f"regions: {draw(st.sampled_from(REGIONS))}", "environments:"]
    for name in names:
        mode, tier = draw(st.sampled_from(["observe", "enforce"])), draw(st.sampled_from(TIERS))
        lines.append(f"  {name}: {{mode: {mode}, tier: {tier}, organizational_units: [workloads/{name}]}}")
    lines += ["models:", "  approved:"]
    for name in names:
        models = draw(st.lists(st.sampled_from(MODELS), min_size=1, max_size=4, unique=True))
        lines.append(f"    {name}: [{', '.join(models)}]")
    if draw(st.booleans()):
        lines += ["statements:", "  guardrail_required: {environments: [env-0]}"]
    if draw(st.booleans()):
        lines += [
            "exceptions:",
            "  - statements: [DenyUnapprovedModels, DenyChangingInvocationLogging]",
            '    principals: ["arn:aws:iam::*:role/trial-*"]',
            f"    until: {draw(st.sampled_from(['2026-11-26', '2027-03-01']))}",
            "    reason: a trial",
            "    owner: search",
        ]
    return "\n".join(lines) + "\n"


def made(text: str) -> tuple[Compilation, Proved]:
    intent, origin = wanted("", text)
    governing = organization_policies(intent, Policies.load(), origin=origin, today=TODAY)
    found = proved(intent, governing, (), origin=origin, today=TODAY)
    return compiled(intent, governing, found.answers), found


def digest(compilation: Compilation) -> str:
    told = hashlib.sha256()
    for one in compilation.artifacts:
        told.update(one.path.encode() + b"\0" + one.content + b"\0")
    return told.hexdigest()


def digests(folder: Path) -> list[str]:
    """The digest of each manifest in the folder, in the order of their names."""
    return [digest(made(path.read_text())[0]) for path in sorted(folder.iterdir())]


@pytest.mark.slow
def test_whatever_is_compiled_is_within_limits_proved_and_the_same_again(tmp_path: Path) -> None:
    found_here: list[str] = []

    @given(manifests())
    @settings(max_examples=5, deadline=None, phases=[Phase.generate])
    def try_each(text: str) -> None:
        (tmp_path / f"{len(found_here):02d}.yaml").write_text(text)
        found_here.append(tried(text))

    try_each()
    assert len(found_here) >= 5
    assert by_another_process(tmp_path, "1") == found_here


def tried(text: str) -> str:
    """The digest of what the manifest compiles to, which is within limits and proved."""
    intent, _ = wanted("", text)
    compilation, found = made(text)
    assert [str(one) for one in compilation.diagnostics if one.severity == "error"] == []
    assert [str(one) for one in found.diagnostics] == []
    assert sum(one.held for one in found.tallies) > 100
    assert [str(one) for one in policy_findings(compilation, TODAY) if one.severity == "error"] == []
    assert [str(one) for one in size_problems(compilation, intent) if one.severity == "error"] == []
    return digest(compilation)


def by_another_process(folder: Path, seed: str) -> list[str]:
    """The digests by another process with another seed of hashes."""
    program = (
        "import sys; from pathlib import Path; "
        "from tests.property.test_compiler_laws import digests; "
        "print(*digests(Path(sys.argv[1])))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    return result.stdout.split()
