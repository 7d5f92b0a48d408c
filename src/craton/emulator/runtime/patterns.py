"""Personal data that can be told by its form alone.

Types that take a reading of the text, such as NAME or ADDRESS, are never found here: nothing
pretends to read.

Source of the types: "Remove PII from conversations by using sensitive information filters",
docs.aws.amazon.com/bedrock/latest/userguide/guardrails-sensitive-filters.html, retrieved 2026-11-26. The
forms are those of the issuers: ISO 7812 (cards), ISO 13616 (IBAN), IEEE 802 (MAC), RFC 4291 and 5322, the
Social Security Administration's and the IRS's ranges, the NHS's modulus 11, and AWS's own prefixes of keys.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final, NamedTuple

import re2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SEPARATORS: Final = str.maketrans("", "", " -")


class Form(NamedTuple):
    """A pattern, and what else must be true of a match."""

    pattern: str
    holds: Callable[[str], bool]


def _always(_: str) -> bool:
    return True


def _is_card(text: str) -> bool:
    digits = text.translate(_SEPARATORS)
    return len(set(digits)) > 1 and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the digits of a two-digit product
    return total % 10 == 0


def _is_iban(text: str) -> bool:
    whole = text.translate(_SEPARATORS)
    turned = whole[4:] + whole[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_nhs(text: str) -> bool:
    digits = text.translate(_SEPARATORS)
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = 11 - weighed % 11
    return (0 if check == 11 else check) == int(digits[9])  # noqa: PLR2004 - modulus 11


_VIN_VALUES: Final = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _is_vin(text: str) -> bool:
    """Whether the ninth sign is the check digit of 49 CFR 565."""
    total = sum(_VIN_VALUES[sign] * weight for sign, weight in zip(text, _VIN_WEIGHTS, strict=True))
    return text[8] == ("X" if total % 11 == 10 else str(total % 11))  # noqa: PLR2004 - X stands for ten


def _is_mixed(text: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit)
    return all(any(kind(sign) for sign in text) for kind in kinds)


FORMS: Final[dict[str, Form]] = {
    "EMAIL": Form(r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b", _always),
    "URL": Form(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)]", _always),
    "IP_ADDRESS": Form(
        r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b|\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b", _is_address
    ),
    "MAC_ADDRESS": Form(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b", _always),
    "PHONE": Form(
        r"(?:\+[0-9]{1,3}[ .-]?)?(?:\([0-9]{3}\) ?|\b[0-9]{3}[ .-])[0-9]{3}[ .-][0-9]{4}\b|\+[0-9]{8,15}\b",
        _always,
    ),
    "US_SOCIAL_SECURITY_NUMBER": Form(
        r"\b(?:00[1-9]|0[1-9][0-9]|[1-578][0-9]{2}|6[0-57-9][0-9]|66[0-57-9])[ -](?:0[1-9]|[1-9][0-9])[ -]"
        r"(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})\b",
        _always,
    ),
    "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER": Form(
        r"\b9[0-9]{2}[ -](?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])[ -][0-9]{4}\b", _always
    ),
    "CREDIT_DEBIT_CARD_NUMBER": Form(r"\b[2-6](?:[0-9][ -]?){11,17}[0-9]\b", _is_card),
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER": Form(
        r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", _is_iban
    ),
    "AWS_ACCESS_KEY": Form(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b", _always),
    "AWS_SECRET_KEY": Form(r"(?:^|[^A-Za-z0-9/+=])([A-Za-z0-9/+]{40})(?:$|[^A-Za-z0-9/+=])", _is_mixed),
    "CA_SOCIAL_INSURANCE_NUMBER": Form(r"\b[1-79][0-9]{2}[ -][0-9]{3}[ -][0-9]{3}\b", _is_card),
    "UK_NATIONAL_INSURANCE_NUMBER": Form(
        r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b", _always
    ),
    "UK_NATIONAL_HEALTH_SERVICE_NUMBER": Form(r"\b[0-9]{3}[ -][0-9]{3}[ -][0-9]{4}\b", _is_nhs),
    "VEHICLE_IDENTIFICATION_NUMBER": Form(r"\b[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{8}\b", _is_vin),
}
"""The types that are found; every other type never is."""

_COMPILED: Final = {kind: re2.compile(form.pattern) for kind, form in FORMS.items()}


def found(kind: str, text: str) -> Iterator[tuple[int, int]]:
    """Where personal data of a type stands in a text, from and to."""
    form = FORMS.get(kind)
    if form is None:
        return
    for match in _COMPILED[kind].finditer(text):
        group = 1 if match.re.groups else 0
        if form.holds(match[group]):
            yield match.span(group)
