"""Request parameters and error messages without secrets and without anybody's text.

What stays is what has the shape of an id, a name, an ARN, a number or a word of a closed list: evidence.
What goes is whatever stands under a name of secrets or of free text, whatever looks like a credential, and
whatever reads like prose. Policy documents stay, for they are evidence, and IAM's grammar has no room for
prose. In doubt, it goes.
"""

from __future__ import annotations

import functools
import re
from typing import Any, Final

import msgspec

MASKED: Final = "[masked]"
OTHER: Final = "other"

LONGEST_VALUE: Final = 1024
LONGEST_POLICY: Final = 32_768
"""The longest policy that AWS stores is a key policy of 32 KiB. Units: characters."""

LONGEST_MESSAGE: Final = 8192
LONGEST_NAME: Final = 128
MOST_WORDS_IN_A_NAME: Final = 5
DEEPEST: Final = 24


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SECRET_WORDS: Final = _listed(
    "auth authorization cookie cookies credential credentials jwt passcode passphrase passwd password "
    "passwords pin pwd secret secrets signature token tokens"
)
_SECRET_NAMES: Final = _listed(
    "accesskey apikey encryptionkey externalid privatekey secretkey signingkey sshkey"
)
# `secretArn` names a secret, `credentialAgeDays` measures one, `maxTokens` counts what is none.
_HARMLESS_ENDINGS: Final = _listed(
    "age arn arns count days enabled expiry format id identifier ids length limit name names prevention "
    "required seconds status type types version"
)
_COUNTED_WORDS: Final = frozenset({"tokens"})
_FREE_TEXT: Final = _listed(
    "answer base64 blob blockedinputmessaging blockedoutputmessaging blockedoutputsmessaging body bytes "
    "comment completion content contents data definition description document documents examples input "
    "inputs inputtext instruction instructions justification message messages note notes output outputs "
    "outputtext payload pattern prompt prompts query querystring question reason stopsequences system "
    "systemprompt template text texts usecase"
)
_FREE_TEXT_ENDINGS: Final = _listed("prompt prompts query text texts utterance word words")
"""What `searchQuery` and `defaultPrompt` end in, whatever is asked or prompted."""

_CLOSED_LIST: Final = frozenset({"selective", "comprehensive", "honor", "ignore"})
"""What a guardrail's configuration says of `system` and `messages`: words of the API, nobody's text."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_CREDENTIALS = re.compile(
    r"eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"  # JSON Web Token
    r"|ABSK[A-Za-z0-9+/=_-]{16,}"  # long-term Bedrock API key
    r"|bedrock-api-key-[A-Za-z0-9+/=_-]{16,}"  # short-term Bedrock API key
    r"|(?:FwoG|FQoG|IQoJ|AQoD)[A-Za-z0-9+/=_-]{28,}"  # STS session token
    r"|(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])"  # secret access key
    r"|[A-Za-z0-9+/]{63,}={0,2}"  # Base64
    r"|[A-Za-z0-9_-]{120,}"  # Base64 for URLs, as in encoded authorization messages
    r"|(?i:x-amz-(?:signature|security-token|credential))=[^&\s]+"
    r"|(?i:\b(?:bearer|basic)\s+)[\w.+/=~-]{8,}"
    r"|(?i:(?<![\w:])(?:password|passwd|pwd|secret|token|api[_-]?key|authorization)[\"']?\s*[=:]\s*)[^\s,;&]+"
    r"|://[^/\s:@]+:[^/\s@]+@"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*"
    r"|\b(?:gh[pousr]_|xox[abprs]-|sk-|glpat-)[A-Za-z0-9_-]{16,}",
    re.DOTALL,
)
_NO_CREDENTIAL = re.compile(
    r"[0-9a-f]+|[0-9A-F]+"  # a digest
    # words and numbers: a path, an operation
    r"|(?:(?:(?:[A-Z]?[a-z]{2,}|[A-Z]{2,})+\d{0,4}|\d+)(?:[/_-]|$))+"
)
_IDENTIFIER = re.compile(r"[!-~]*")
_QUOTING = re.compile("[\"'`]")
_BETWEEN_WORDS = re.compile(r"(?:\s|\+|%20)+")
_NAME = re.compile(r"[\w .,:/@+=()&-]*", re.ASCII)
_NAMING: Final = _HARMLESS_ENDINGS | {"key", "title", "value", "values"}

_POLICY_KEYS: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT_KEYS: Final = _listed(
    "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition"
)

_QUOTED_VALUE = re.compile(r"([Vv]alue )(['\"])(?:.*\2(?= at ['\"])|.*\2(?=,? failed| is ))", re.DOTALL)
_QUOTED = re.compile(
    r"(?<![\w'\"`])(?P<quote>['\"`])(?P<text>.*?)(?P=quote)(?![\w'\"`])|(?<![\w'\"`])['\"`]\S.*", re.DOTALL
)

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(order="sorted").encode


def masked_parameters(parameters: object) -> str | None:
    """Request parameters as canonical JSON, masked; None where there are none."""
    if parameters is None:
        return None
    return _encode(_masked(parameters, "", 0)).decode()


def masked_message(message: str) -> str:
    """An error message without credentials and without the input that it quotes."""
    if len(message) > LONGEST_MESSAGE:
        return MASKED
    message = _QUOTED_VALUE.sub(rf"\1\2{MASKED}\2", message)
    return _without_credentials(_BRACKETED.sub(_bracketed, _QUOTED.sub(_quotation, message)))


def masked_identifier(text: str) -> str:
    """An id or the name of a field as logged, or masked where it has not the shape of one."""
    return text if _may_stay(text, as_name=False) else MASKED


@functools.lru_cache(1024)
def word(text: str) -> str:
    """What an API says in a word of its own; `other` where it may be anything."""
    return text if _WORD.fullmatch(text) else OTHER


def _bracketed(match: re.Match[str]) -> str:
    """What stands in square brackets, if it is identifiers."""
    items = match[1].split(",")
    kept = all(_may_stay(item.strip(" '\"`"), as_name=False) for item in items)
    return match[0] if kept else MASKED


def _quotation(match: re.Match[str]) -> str:
    quote, text = match["quote"], match["text"]
    if quote is None:
        return MASKED
    return match[0] if _may_stay(text, as_name=False) else f"{quote}{MASKED}{quote}"


def _without_credentials(text: str) -> str:
    return _CREDENTIALS.sub(lambda match: match[0] if _NO_CREDENTIAL.fullmatch(match[0]) else MASKED, text)


def _masked(value: Any, key: str, depth: int) -> Any:
    if value is None or isinstance(value, bool) or value in ("", [], {}):
        return value
    words = [word.lower() for word in _WORDS.findall(key)]
    if depth > DEEPEST or _is_forbidden(value, words):
        return MASKED
    if _is_policy(value):
        return _masked_policy(value, depth)
    if isinstance(value, dict):
        return {
            masked_identifier(str(name)): _masked(inner, str(name), depth + 1)
            for name, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_masked(inner, key, depth + 1) for inner in value]
    if isinstance(value, str):
        return _masked_text(value, words, depth)
    return value


def _masked_text(text: str, words: list[str], depth: int) -> str:
    if text.startswith(("{", "[")):
        document = _document(text)
        if not isinstance(document, (dict, list)):
            return MASKED
        inner = _encode(_masked(document, "", depth + 1)).decode()
        return inner if len(inner) <= LONGEST_VALUE else MASKED
    as_name = bool(words) and words[-1] in _NAMING
    return text if _may_stay(text, as_name=as_name) else MASKED


def _may_stay(text: str, *, as_name: bool) -> bool:
    """Whether a text has the shape of an id, or of a name of few words where a name is expected."""
    if len(text) > LONGEST_VALUE or _without_credentials(text) != text or _QUOTING.search(text):
        return False
    if len(_BETWEEN_WORDS.split(text)) > MOST_WORDS_IN_A_NAME:
        return False
    return bool(
        _IDENTIFIER.fullmatch(text) or (as_name and len(text) <= LONGEST_NAME and _NAME.fullmatch(text))
    )


def _is_forbidden(value: object, words: list[str]) -> bool:
    """Whether whatever stands under a name of these words goes."""
    plain = "".join(words)
    if plain in _FREE_TEXT or (words and words[-1] in _FREE_TEXT_ENDINGS):
        return not _is_policy(value) and str(value).lower() not in _CLOSED_LIST
    return _names_a_secret(words, plain) and not _counts(value, words)


def _names_a_secret(words: list[str], plain: str) -> bool:
    if plain in _SECRET_NAMES or plain.endswith(("accesskey", "apikey", "privatekey")):
        return True
    return not _SECRET_WORDS.isdisjoint(words) and words[-1] not in _HARMLESS_ENDINGS


def _counts(value: object, words: list[str]) -> bool:
    """Whether a name that speaks of tokens, but not of secrets, stands over a number."""
    return isinstance(value, (int, float)) and _SECRET_WORDS.intersection(words) == _COUNTED_WORDS


def _document(text: str) -> Any:
    """The JSON value of a text that could be a policy; None where it is none."""
    if len(text) > LONGEST_POLICY:
        return None
    try:
        return _decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _is_policy(value: object) -> bool:
    """Whether a value is a policy document in IAM's grammar, or a Bedrock policy of Organizations."""
    if isinstance(value, str):
        return value[:1] == "{" and _is_policy(_document(value))
    if not isinstance(value, dict):
        return False
    if value.keys() == {"bedrock"} and isinstance(value["bedrock"], dict):
        return value["bedrock"].keys() <= {"guardrail_inference"}
    if "Statement" not in value or not value.keys() <= _POLICY_KEYS:
        return False
    statements = value["Statement"] if isinstance(value["Statement"], list) else [value["Statement"]]
    return all(isinstance(one, dict) and one.keys() <= _STATEMENT_KEYS for one in statements)


def _masked_policy(value: Any, depth: int) -> Any:
    """A policy, in the form it came in: every name and value stays that has the shape of one."""
    if isinstance(value, str):
        return _encode(_masked_statements(_document(value), depth)).decode()
    return _masked_statements(value, depth)


def _masked_statements(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        return MASKED
    if isinstance(value, dict):
        return {
            masked_identifier(str(name)): _masked_statements(inner, depth + 1)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_masked_statements(inner, depth + 1) for inner in value]
    if isinstance(value, str):
        return value if _may_stay(value, as_name=True) else MASKED
    return value
