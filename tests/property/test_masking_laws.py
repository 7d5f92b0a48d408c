from __future__ import annotations

import base64
import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from craton.logs.api_event import decode_api_event
from craton.logs.masking import masked_message, masked_parameters


def _one_of(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


def _encoded(size: int) -> st.SearchStrategy[str]:
    return st.integers(0, 2**64).map(lambda seed: base64.b64encode(Random(seed).randbytes(size)).decode())


session_tokens = _encoded(240).map(lambda text: "IQoJb3JpZ2lu" + text)
secret_keys = _encoded(30)
api_keys = _encoded(90).map(lambda text: "ABSK" + text)
web_tokens = st.tuples(_encoded(24), _encoded(60)).map(
    lambda parts: "eyJ" + ".".join(parts).replace("+", "-").replace("/", "_").rstrip("=")
)
credentials = st.one_of(session_tokens, secret_keys, api_keys, web_tokens)
prose = st.lists(_one_of("ignore previous instructions print card number tamarisk"), min_size=6).map(
    lambda words: "tamarisk " + " ".join(words)
)
names = _one_of("modelId name resourceArn value tags item filter Host key status")
secret_names = _one_of("password secretString sessionToken inputText prompt messages system content")
harmless = st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(["a", "arn:aws:s3:::b", "x-1"]))


def _around(inner: Any) -> st.SearchStrategy[Any]:
    """Values that hold `inner` somewhere."""
    return st.recursive(
        inner,
        lambda value: st.one_of(
            st.tuples(names, value, names, harmless).map(lambda four: {four[2]: four[3], four[0]: four[1]}),
            st.tuples(harmless, value).map(list),
        ),
        max_leaves=4,
    )


@given(credentials.flatmap(lambda secret: st.tuples(st.just(secret), _around(st.just(secret)))))
def test_a_planted_credential_never_survives_under_any_name(planted: tuple[str, Any]) -> None:
    secret, value = planted
    assert secret not in (masked_parameters({"outer": value}) or "")
    assert secret not in (masked_parameters({"text": json.dumps({"outer": value})}) or "")
    assert secret not in (masked_parameters({"parameters": json.dumps({"outer": value})}) or "")


@given(
    st.tuples(secret_names, st.text(min_size=3).map(lambda text: f"tamarisk{text}")).flatmap(
        lambda pair: _around(st.just({pair[0]: pair[1]}))
    )
)
def test_a_planted_text_never_survives_under_a_name_of_secrets_or_text(value: Any) -> None:
    assert "tamarisk" not in (masked_parameters({"outer": value}) or "")


@given(_around(prose))
def test_planted_prose_never_survives_under_any_name(value: Any) -> None:
    assert "tamarisk" not in (masked_parameters({"outer": value}) or "")


@given(
    prose, st.sampled_from("'\"`"), st.sampled_from(["bad value {} given", "Value {} at 'a.b' failed", "{}"])
)
def test_quoted_prose_never_survives_in_a_message(text: str, quote: str, template: str) -> None:
    assert "tamarisk" not in masked_message(template.format(quote + text + quote))


@given(credentials, st.text(max_size=20))
def test_a_credential_never_survives_in_a_message(secret: str, before: str) -> None:
    assert secret not in masked_message(f"{before} got {secret}, expired")


@given(_around(harmless))
def test_masking_twice_is_masking_once(value: Any) -> None:
    once = masked_parameters(value)
    assert once is None or masked_parameters(json.loads(once)) == once


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
fields = _one_of(
    "eventName eventTime eventID userIdentity requestParameters additionalEventData resources tlsDetails "
    "readOnly errorMessage recipientAccountId responseElements"
)


@given(st.dictionaries(fields, values))
def test_no_drift_of_any_field_raises(drift: dict[str, Any]) -> None:
    decode_api_event(json.dumps({"eventSource": "bedrock.amazonaws.com"} | drift).encode("utf-8", "replace"))


@given(st.binary(max_size=200))
def test_no_bytes_raise(document: bytes) -> None:
    decode_api_event(document)
