"""Filter patterns take the log events that CloudWatch Logs would take."""

from __future__ import annotations

import pytest

from craton.emulator.delivery.filter_pattern import matcher
from craton.emulator.errors import ServiceError

EVENT = (
    '{"status": 403, "user": {"name": "alice", "mfa": false}, "tags": ["a", "b"],'
    ' "gone": null, "path": "/a/b"}'
)


@pytest.mark.parametrize(
    ("pattern", "message", "passes"),
    [
        ("", "anything", True),
        ("ERROR", "an ERROR here", True),
        ("ERROR", "an error here", False),
        ("ERROR denied", "denied: ERROR", True),
        ("ERROR denied", "ERROR alone", False),
        ("ERROR -denied", "ERROR denied", False),
        ("?ERROR ?WARN", "WARN", True),
        ("?ERROR ?WARN", "INFO", False),
        ('"access denied"', "an access denied", True),
        ('"access denied"', "denied access", False),
        ("%4[0-9]{2}%", "status 403", True),
        ("%4[0-9]{2}%", "status 503", False),
        ("{ $.status = 403 }", EVENT, True),
        ("{ $.status = 4* }", EVENT, True),
        ("{ $.status != 403 }", EVENT, False),
        ("{ $.other != 403 }", EVENT, False),
        ("{ $.status >= 403 }", EVENT, True),
        ("{ $.status > 403 }", EVENT, False),
        ("{ $.status < 404 }", EVENT, True),
        ("{ $.status <= 402 }", EVENT, False),
        ('{ $.user.name = "al*" }', EVENT, True),
        ('{ $.user.name = "bob" || $.status = 403 }', EVENT, True),
        ('{ ($.user.name = "bob" || $.status = 403) && $.path = "/b*" }', EVENT, False),
        ("{ $.user.mfa IS FALSE }", EVENT, True),
        ("{ $.user.mfa IS TRUE }", EVENT, False),
        ("{ $.gone IS NULL }", EVENT, True),
        ("{ $.other IS NULL }", EVENT, False),
        ("{ $.other NOT EXISTS }", EVENT, True),
        ("{ $.status NOT EXISTS }", EVENT, False),
        ('{ $.tags[1] = "b" }', EVENT, True),
        ("{ $.path = %^/a% }", EVENT, True),
        ("{ $.status = 403 }", "no json", False),
        ("[ip, user, status = 4*]", "10.0.0.1 bob 403", True),
        ("[ip, user, status = 4*]", "10.0.0.1 bob 200", False),
        ("[ip, user, status = 4*]", "10.0.0.1 bob 403 more", False),
        ("[ip, ..., bytes > 1000]", '10.0.0.1 "GET /" 200 2000', True),
        ("[ip, ..., bytes > 1000]", '10.0.0.1 "GET /" 200 20', False),
    ],
)
def test_a_pattern_takes_the_messages_that_it_describes(pattern: str, message: str, passes: bool) -> None:
    assert matcher(pattern)(message) is passes


@pytest.mark.parametrize(
    "pattern",
    ["{ $.a }", "{ $.a = }", "{ a = 1 }", "{ ($.a = 1 }", "er$or", "{ $.a > high }", "%(%", "[..., a, ...]"],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ServiceError, match="Invalid filter pattern"):
        matcher(pattern)
