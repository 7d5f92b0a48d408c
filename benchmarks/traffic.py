"""Invocation records of an invented organization: the true shapes of the log, the same from the same seed."""

from __future__ import annotations

import functools
import itertools
from bisect import bisect
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

Record = dict[str, Any]

SECRET_TEXT = "tamarisk-canary"  # noqa: S105 - stands for what people wrote, and is no password
"""Stands in prompts, completions and guardrail matches, and must never reach a lake."""

REGIONS = (
    *("us-east-1",) * 6,
    *("us-west-2",) * 3,
    "eu-west-1",
    "eu-west-1",
    "eu-central-1",
    "ap-northeast-1",
)
GEOGRAPHY = {"us": "us", "eu": "eu", "ap": "apac"}
TEAMS = ("search", "support", "fraud", "claims", "platform", "marketing", "legal", "data", "mobile", "risk")
ROLES = ("app", "svc", "AWSReservedSSO_Developer", "lambda", "ecs-task")
MODELS = {
    "anthropic.claude-sonnet-4-5-20250929-v1:0": 22,
    "anthropic.claude-sonnet-4-6": 14,
    "anthropic.claude-haiku-4-5-20251001-v1:0": 18,
    "anthropic.claude-3-haiku-20240307-v1:0": 5,
    "amazon.nova-pro-v1:0": 9,
    "amazon.nova-lite-v1:0": 8,
    "amazon.nova-micro-v1:0": 6,
    "meta.llama3-3-70b-instruct-v1:0": 5,
    "mistral.mistral-large-2407-v1:0": 3,
    "openai.gpt-oss-120b-1:0": 2,
    "cohere.embed-multilingual-v3": 4,
    "amazon.titan-embed-text-v2:0": 4,
}
OPERATIONS = (
    *("InvokeModel",) * 6,
    *("Converse",) * 7,
    *("InvokeModelWithResponseStream",) * 3,
    *("ConverseStream",) * 4,
)
ERRORS = (
    *("ThrottlingException",) * 3,
    "ValidationException",
    "AccessDeniedException",
    "ModelTimeoutException",
)
STOP_REASONS = ("end_turn", "end_turn", "end_turn", "tool_use", "max_tokens")
VOCABULARY = 5_000
WATCHED = 3
"""One account in seven has a stricter guardrail; its number leaves this rest."""


def dice(seed: int) -> Random:
    """Randomness that repeats itself."""
    return Random(seed)  # noqa: S311 - a corpus has to be the same on every machine


class Vocabulary:
    """Words with the frequencies of a language, and a long text made of them."""

    def __init__(self, seed: int) -> None:
        random = dice(seed)
        syllables = [consonant + vowel for consonant in "bcdfghjklmnprstvw" for vowel in "aeiou"]
        lengths = random.choices((1, 2, 3, 4), k=VOCABULARY)
        self.words = ["".join(random.choices(syllables, k=length)) for length in lengths]
        rare = ["façade", "東京", "🙂", "tab\tbed", SECRET_TEXT]
        weights = [1 / (rank + 2) for rank in range(VOCABULARY)] + [0.004] * len(rare)
        words = random.choices([*self.words, *rare], weights, k=400_000)
        self.text = " ".join(
            f'.\n"{word}"' if i % 41 == 0 else f"{word}," if i % 13 == 0 else word
            for i, word in enumerate(words)
        )


@functools.cache
def vocabulary() -> Vocabulary:
    """The one vocabulary of this process; making it takes a third of a second."""
    return Vocabulary(3)


def account_ids(count: int) -> list[str]:
    """The organization's accounts, the busiest first."""
    world = dice(7)
    return [f"{world.randrange(10**9, 10**12):012d}" for _ in range(count)]


def organization(accounts: int) -> Record:
    """A manifest of the organization whose traffic this is, every account and team in it."""
    ids = account_ids(accounts)
    units = ("workloads/prod", "workloads/staging", "workloads/dev", "sandbox")
    environments = {
        unit.rpartition("/")[2]: {"organizational_units": [unit], "mode": "observe"} for unit in units
    }
    business_units: list[Record] = [
        {
            "name": f"Unit {start // 4 + 1}",
            "cost_centers": [
                {
                    "name": f"CC-{start}{i}",
                    "teams": [
                        {
                            "name": team,
                            "match": {
                                "request_metadata": {"team": [team]},
                                "principals": [{"role": f"svc-{team}-*"}],
                                "accounts": ids[start + i :: len(TEAMS)],
                            },
                        }
                    ],
                }
                for i, team in enumerate(TEAMS[start : start + 4])
            ],
        }
        for start in range(0, len(TEAMS), 4)
    ]
    return {
        "organization": {
            "id": "o-bench2f7k9q1z",
            "name": "Benchmark",
            "management_account": "111111111111",
            "hub_account": "222222222222",
            "accounts": [
                {"id": "111111111111", "name": "management", "ou": "root", "email": "m@bench.example"},
                {"id": "222222222222", "name": "hub", "ou": "sandbox", "email": "h@bench.example"},
                *(
                    {"id": one, "name": f"account-{i}", "ou": units[i % 4], "email": f"a{i}@bench.example"}
                    for i, one in enumerate(ids)
                ),
            ],
            "organizational_units": [
                {"path": unit, "id": f"ou-a1b2-benchmk{i}"} for i, unit in enumerate(units)
            ],
        },
        "regions": sorted(set(REGIONS)),
        "environments": environments,
        "owners": {"business_units": business_units},
        "models": {"approved": {name: ["*"] for name in environments}},
        "privacy": {"store_text": "none", "prefix_hash": False},
    }


class Traffic:
    """Records one after the other. `scale` lengthens or shortens prompts and completions."""

    def __init__(self, seed: int, *, accounts: int = 64, scale: float = 1.0) -> None:
        self.random = dice(seed)
        self.scale = scale
        self.vocabulary = vocabulary()
        self.accounts = account_ids(accounts)
        self.account_weights = list(itertools.accumulate(1 / (rank + 1) ** 0.9 for rank in range(accounts)))
        self.models = list(MODELS)
        self.model_weights = list(itertools.accumulate(MODELS.values()))

    def record(self, moment: dt.datetime) -> Record:
        """The next record, of a call made at `moment`."""
        account = self.weighted(self.account_weights)
        region = self.one_of(REGIONS)
        model = self.models[self.weighted(self.model_weights)]
        operation = "InvokeModel" if "embed" in model else self.one_of(OPERATIONS)
        call = Call(self, account, model, operation)
        record: Record = {
            "schemaType": "ModelInvocationLog",
            "schemaVersion": "1.0",
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "accountId": self.accounts[account],
            "identity": {"arn": self.principal(account)},
            "region": region,
            "requestId": self.request_id(),
            "operation": operation,
            "modelId": self.model_id(account, region, model),
            "input": call.input(),
        }
        if self.chance(0.025):
            record["errorCode"] = self.one_of(ERRORS)
            record["input"].pop("inputTokenCount", None)
        else:
            record["output"] = call.output()
        if self.chance(0.72):
            record["requestMetadata"] = self.metadata(account)
        if "inference-profile" in record["modelId"] and self.chance(0.9):
            record["inferenceRegion"] = self.one_of(REGIONS)
        return record

    def chance(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.random.random() < share

    def below(self, limit: int) -> int:
        """A whole number from 0 up to but not `limit`; a third of the time of `randrange`."""
        return int(self.random.random() * limit)

    def weighted(self, cumulative: Sequence[float]) -> int:
        """An index, as often as its weight says."""
        return bisect(cumulative, self.random.random() * cumulative[-1])

    def one_of(self, choices: Sequence[str]) -> str:
        """One of the choices, each as often."""
        return choices[self.below(len(choices))]

    def passage(self, length: int) -> str:
        """Some `length` characters of the vocabulary's text."""
        start = self.below(len(self.vocabulary.text) - length)
        return self.vocabulary.text[start : start + length]

    def request_id(self) -> str:
        """A random UUID of version 4."""
        h = f"{self.random.getrandbits(128):032x}"
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"

    def principal(self, account: int) -> str:
        """Who calls: mostly a workload's role, sometimes a person."""
        i = self.below(50 if self.chance(0.8) else 4_000)
        role = f"{ROLES[i % 5]}-{TEAMS[i % len(TEAMS)]}-{i % 7}"
        words = self.vocabulary.words
        session = (
            f"i-{i * 7919 % 40_000:06d}" if i % 3 else f"{words[i]}.{words[i * 31 % VOCABULARY]}@corp.example"
        )
        return f"arn:aws:sts::{self.accounts[account]}:assumed-role/{role}/{session}"

    def model_id(self, account: int, region: str, model: str) -> str:
        """The model as callers name it: an id, a profile's id or one of the kinds of ARN."""
        arn = f"arn:aws:bedrock:{region}:{self.accounts[account]}"
        word = self.vocabulary.words[account]
        if self.chance(0.1):
            return f"arn:aws:bedrock:{region}::foundation-model/{model}"
        if "embed" in model or self.chance(0.5):
            return model
        if self.chance(0.08):
            return f"{arn}:application-inference-profile/{word.ljust(8, 'x')}{account:04d}"
        if self.chance(0.01):
            return f"{arn}:provisioned-model/{word.ljust(12, 'x')}"
        profile = f"{GEOGRAPHY[region[:2]]}.{model}"
        return profile if self.chance(0.5) else f"{arn}:inference-profile/{profile}"

    def metadata(self, account: int) -> dict[str, str]:
        """The caller's own labels."""
        team = TEAMS[(account * 5 + (1 if self.chance(0.25) else 0)) % len(TEAMS)]
        labels = {"team": team, "project": f"prj-{account % 9:02d}-{self.below(6)}"}
        return labels | {"costCenter": str(1_000 + account)} if account % 4 == 0 else labels


class Call:
    """One call's two bodies and its counts, which agree with each other."""

    def __init__(self, traffic: Traffic, account: int, model: str, operation: str) -> None:
        random = traffic.random
        self.traffic, self.account, self.model, self.operation = traffic, account, model, operation
        self.claude = model.startswith("anthropic.")
        self.prompt = traffic.passage(int((min(random.lognormvariate(6.3, 0.7), 4_000) + 60) * traffic.scale))
        self.answer = traffic.passage(int((min(random.lognormvariate(5.6, 0.9), 3_000) + 20) * traffic.scale))
        self.input_tokens = len(self.prompt) // 4 + traffic.below(200)
        self.output_tokens = 0 if "embed" in model else len(self.answer) // 4 + 1
        self.cached = (0, 0, 0, 1_024, 2_048, 8_192)[traffic.below(6)] if self.claude else 0
        self.written = 1_024 if self.claude and not self.cached and traffic.chance(0.3) else 0
        self.latency = int(random.lognormvariate(6.2, 0.5) + self.output_tokens * (6 + 12 * random.random()))
        self.guarded = traffic.chance(0.18)
        self.blocked = self.guarded and traffic.chance(0.08 if account % 7 == WATCHED else 0.03)

    def input(self) -> Record:
        """The record's `input`: mostly a body, seldom a string, a pointer, or nothing."""
        traffic = self.traffic
        part: Record = {"inputContentType": "application/json"}
        if traffic.chance(0.02):
            part["inputBodyS3Path"] = (
                f"s3://org-logs/AWSLogs/{traffic.accounts[self.account]}/data/x_input.json.gz"
            )
        elif traffic.chance(0.99):
            part["inputBodyJson"] = self.prompt if traffic.chance(0.01) else self.request()
        if traffic.chance(0.997):
            part["inputTokenCount"] = self.input_tokens
        if self.claude:
            part["cacheReadInputTokenCount"] = self.cached
            part["cacheWriteInputTokenCount"] = self.written
        return part

    def request(self) -> Record:
        """The body that the caller sent."""
        traffic, prompt = self.traffic, self.prompt
        if self.model.startswith("amazon.titan-embed"):
            return {"inputText": prompt, "dimensions": 1024, "normalize": True}
        if self.model.startswith("cohere.embed"):
            half = len(prompt) // 2
            return {"texts": [prompt[:half], prompt[half:]], "input_type": "search_document"}
        if self.operation.startswith("Converse"):
            body: Record = {
                "messages": [{"role": "user", "content": [{"text": prompt}]}],
                "system": [{"text": traffic.passage(120)}],
                "inferenceConfig": {"maxTokens": 2_048, "temperature": 0.5},
            }
            if traffic.chance(0.3):
                body["toolConfig"] = {
                    "tools": [{"toolSpec": {"name": "lookup", "inputSchema": {"json": {}}}}]
                }
            return body
        if self.claude:
            third = len(prompt) // 3
            use = {
                "type": "tool_use",
                "id": f"toolu_{traffic.below(2**48):x}",
                "name": "lookup",
                "input": {"n": 3},
            }
            return {
                "anthropic_version": "bedrock-2023-05-31",
                "max_tokens": 4_096,
                "system": traffic.passage(100),
                "messages": [
                    {"role": "user", "content": prompt[:third]},
                    {
                        "role": "assistant",
                        "content": [{"type": "text", "text": prompt[third : 2 * third]}, use],
                    },
                    {"role": "user", "content": [{"type": "text", "text": prompt[2 * third :]}]},
                ],
                "tools": [{"name": "lookup", "input_schema": {"type": "object"}}],
            }
        return {"prompt": prompt, "max_gen_len": 512, "temperature": 0.5, "top_p": 0.9}

    def output(self) -> Record:
        """The record's `output`."""
        part: Record = {"outputContentType": "application/json"}
        if self.traffic.chance(0.98):
            part["outputBodyJson"] = self.reply()
        if "embed" not in self.model and self.traffic.chance(0.997):
            part["outputTokenCount"] = self.output_tokens
        return part

    def reply(self) -> Record | list[Record]:
        """The body that came back; of an InvokeModel stream, the array of its events."""
        if "embed" in self.model:
            embedding = [round(self.traffic.random.random(), 5) for _ in range(24)]
            return {"embedding": embedding, "inputTextTokenCount": self.input_tokens}
        if self.operation.startswith("Converse"):
            return self.conversation()
        if self.operation == "InvokeModelWithResponseStream":
            return self.events()
        if not self.claude:
            body: Record = {
                "generation": self.answer,
                "prompt_token_count": self.input_tokens,
                "generation_token_count": self.output_tokens,
                "stop_reason": "stop",
            }
        else:
            body = {
                "id": f"msg_bdrk_{self.traffic.below(2**60):x}",
                "type": "message",
                "role": "assistant",
                "model": self.model,
                "content": [{"type": "text", "text": self.answer}],
                "stop_reason": self.traffic.one_of(STOP_REASONS),
                "usage": {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens},
            }
        return body | self.guardrail_of_invoke_model()

    def conversation(self) -> Record:
        """A Converse reply; a ConverseStream is logged as the same object."""
        body: Record = {
            "output": {"message": {"role": "assistant", "content": [{"text": self.answer}]}},
            "stopReason": "guardrail_intervened" if self.blocked else self.traffic.one_of(STOP_REASONS),
            "metrics": {"latencyMs": self.latency},
            "usage": {
                "inputTokens": self.input_tokens,
                "outputTokens": self.output_tokens,
                "totalTokens": self.input_tokens + self.output_tokens,
            },
        }
        if self.guarded:
            body["trace"] = {"guardrail": {"inputAssessment": self.assessment()}}
        return body

    def events(self) -> list[Record]:
        """The events of an InvokeModel stream; the counts stand in the last."""
        count = min(12, max(1, len(self.answer) // 80))
        step = len(self.answer) // count + 1
        parts = [self.answer[i * step : (i + 1) * step] for i in range(count)]
        deltas: list[Record] = [
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": part}}
            for part in parts
        ]
        metrics = {
            "inputTokenCount": self.input_tokens,
            "outputTokenCount": self.output_tokens,
            "invocationLatency": self.latency,
            "firstByteLatency": self.latency // 5,
        }
        last: Record = {"type": "message_stop", "amazon-bedrock-invocationMetrics": metrics}
        return [*deltas, last | self.guardrail_of_invoke_model()]

    def guardrail_of_invoke_model(self) -> Record:
        """What a guardrail adds to an InvokeModel reply."""
        if not self.guarded:
            return {}
        return {
            "amazon-bedrock-guardrailAction": "INTERVENED" if self.blocked else "NONE",
            "amazon-bedrock-trace": {"guardrail": {"input": self.assessment()}},
        }

    def assessment(self) -> Record:
        """What the guardrail found, under its id."""
        action = "BLOCKED" if self.blocked else "NONE"
        found = {"type": "PROMPT_ATTACK", "confidence": "HIGH", "action": action, "detected": True}
        words = {"customWords": [{"match": SECRET_TEXT, "action": action}]}
        usage = {"guardrailProcessingLatency": 180, "usage": {"contentPolicyUnits": 1}}
        guardrail = f"gr{self.account * 77:08x}"
        return {
            guardrail: {
                "contentPolicy": {"filters": [found]},
                "wordPolicy": words,
                "invocationMetrics": usage,
            }
        }
