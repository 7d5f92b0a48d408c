"""The compiled roles in which Craton works, as the simulator takes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.unit.kinds.judging import policy

from craton.compiler.compilation import templates
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.core.intent import Intent

    Documents = Mapping[str, Mapping[str, Any]]

PLACES = {
    "management_access": ("CratonDeployer", "CratonReader"),
    "hub_access": ("CratonDeployer", "CratonHub"),
    "member_access": ("CratonDeployer", "CratonReader"),
}
"""The roles of each template."""


def documents(intent: Intent) -> Documents:
    """The templates that hold the roles."""
    return {one.name: one.document for one in templates(intent) if one.name in PLACES}


def statements(of: Documents, template: str, role: str) -> list[dict[str, Any]]:
    """What the policies of a role say, in their order."""
    made = of[template]["Resources"]
    (held,) = (one for one in made.values() if one["Properties"].get("RoleName") == role)
    names = [one["Ref"] for one in held["Properties"]["ManagedPolicyArns"]]
    return [
        statement for name in names for statement in made[name]["Properties"]["PolicyDocument"]["Statement"]
    ]


def actions_of(of: Documents, template: str, role: str) -> set[str]:
    """Every action that a role is allowed."""
    found: set[str] = set()
    for one in statements(of, template, role):
        if one["Effect"] == "Allow":
            found |= {one["Action"]} if isinstance(one["Action"], str) else set(one["Action"])
    return found


def policies(of: Documents, template: str, role: str, account: str) -> PolicySet:
    """The policies of a role as they are in an account."""
    document = {"Version": "2012-10-17", "Statement": statements(of, template, role)}
    text = json.loads(json.dumps(document).replace('"Fn::Sub"', '"Sub"'))
    return PolicySet(account=account, identity=(policy(_plain(text), account),))


def _plain(value: Any) -> Any:
    """A document without CloudFormation's functions but `${…}`."""
    if isinstance(value, dict):
        return value["Sub"] if set(value) == {"Sub"} else {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
