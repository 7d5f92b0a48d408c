"""What the invented organization does with models on an ordinary day: one row for each habit.

Accounts, teams and projects are those of `examples/acme-org/craton.yaml`; how a call shows its owner (a
label, a profile, a role) follows from the manifest's own rules, so that the two cannot part.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from craton.engine.demo.calls import Operation
from craton.engine.demo.rhythm import Rhythm

Form = Literal[
    "id",
    "geo",
    "global",
    "foundation_model_arn",
    "profile_arn",
    "application_profile",
    "provisioned",
    "imported",
    "endpoint",
]
"""How a caller names a model."""

Sign = Literal["request_metadata", "profile_tag", "principal", "account_owner", "unattributed"]
"""By which of the manifest's rules a call shows its owner."""


class Choice(Struct, frozen=True):
    """A model, how it is named, and how often it is taken."""

    model: str
    form: Form = "id"
    weight: float = 1


class People(Struct, frozen=True):
    """People who call with a permission set of IAM Identity Center."""

    permission_set: str
    names: tuple[str, ...]


class Program(Struct, frozen=True):
    """A program that calls with a role, from so many machines."""

    role: str
    sessions: int = 4
    kind: Literal["instance", "function", "task", "knowledge_base"] = "instance"


class Person(Struct, frozen=True):
    """An IAM user, who may sign with a Bedrock API key."""

    name: str
    bearer_token: bool = False


class Workload(Struct, frozen=True, kw_only=True):
    """A habit.

    `calls` is what an ordinary Monday sees, `growth` by how much that changes over the whole time. `cached`
    is what the prompt cache usually holds; 0 where it is not used. `operations` hold for models that answer
    with text. A `question` to a knowledge base is three calls: an embedding, a rerank, and the answer.

    Units: tokens.
    """

    name: str
    account: str
    caller: People | Program | Person
    choices: tuple[Choice, ...]
    operations: tuple[tuple[Operation, float], ...]
    calls: float
    rhythm: Rhythm
    input_tokens: int
    output_tokens: int = 0
    team: str | None = None
    project: str | None = None
    sign: Sign = "principal"
    regions: tuple[tuple[str, float], ...] = (("us-east-1", 1),)
    growth: float = 1
    cached: int = 0
    one_hour_cache: bool = False
    max_tokens: int = 2048
    guardrail: str | None = None
    tools: tuple[str, ...] = ()
    attachment: Literal["image", "document"] | None = None
    service_tier: str | None = None
    error_rate: float = 0.012
    is_large: bool = False
    question: bool = False


CONVERSE: Final[tuple[tuple[Operation, float], ...]] = (("Converse", 1),)
CHAT: Final[tuple[tuple[Operation, float], ...]] = (("ConverseStream", 5), ("Converse", 1))
INVOKE: Final[tuple[tuple[Operation, float], ...]] = (("InvokeModel", 1),)
STREAM: Final[tuple[tuple[Operation, float], ...]] = (
    ("InvokeModelWithResponseStream", 9),
    ("InvokeModel", 1),
)

API_KEY_USER: Final = "BedrockAPIKey-q7d2"
STRANGER: Final = "098765432109"
"""An account that the manifest does not know: bought last year, not yet taken in."""
