"""Manifests for tests of the compiler: a small organization, and whatever a test says of it further."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from craton.codec.decoding import decode
from craton.codec.yaml_source import read
from craton.core.intent import intent_of
from craton.core.manifest import with_sections
from craton.kinds import sections

if TYPE_CHECKING:
    from craton.core.intent import Intent
    from craton.core.manifest_origin import Origin

TODAY = dt.date(2026, 11, 26)
SMALL = """
organization:
  id: o-exampleorgid
  management_account: "111111111111"
  hub_account: "222222222222"
  organizational_units:
    - {path: workloads/dev, id: ou-a1b2-workdev01}
    - {path: workloads/prod}
    - {path: special}
  accounts:
    - {id: "111111111111", name: management, ou: root}
    - {id: "222222222222", name: hub, ou: root}
    - {id: "333333333333", name: search-dev, ou: workloads/dev}
    - {id: "444444444444", name: search-prod, ou: workloads/prod}
    - {id: "555555555555", name: risk-prod, ou: special}
regions: [us-east-1, us-west-2]
environments:
  dev: {mode: observe, organizational_units: [workloads/dev]}
  prod: {mode: enforce, organizational_units: [workloads/prod], accounts: ["555555555555"]}
models:
  approved:
    dev: [anthropic.claude-*, amazon.nova-lite-v1:0]
    prod: [anthropic.claude-sonnet-4-6, amazon.nova-lite-v1:0]
"""


def wanted(more: str = "", text: str = SMALL) -> tuple[Intent, Origin]:
    """The intent of the small manifest with more sections, and where its values stand."""
    decoded = decode(read((text + more).encode(), "craton.yaml"), with_sections(sections()))
    assert decoded.value is not None, [str(one) for one in decoded.diagnostics]
    return intent_of(decoded.value), decoded
