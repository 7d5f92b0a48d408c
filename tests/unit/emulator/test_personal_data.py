from __future__ import annotations

import pytest

from craton.emulator.constraints import service_model
from craton.emulator.runtime.patterns import FORMS, found

EXAMPLES = {
    "EMAIL": ("to jo.b+x@mail.example.com now", "jo@localhost @x a@b"),
    "URL": ("see https://example.org/a?b=1.", "see example.org"),
    "IP_ADDRESS": ("from 10.0.0.1", "version 10.0.0 and 300.1.1.1"),
    "MAC_ADDRESS": ("00:1A:2b:3c:4d:5e", "00:1A:2b:3c:4d"),
    "PHONE": ("+1 (555) 123-4567", "1234 5678"),
    "US_SOCIAL_SECURITY_NUMBER": ("123-45-6789", "000-45-6789 666-12-3456 123-00-6789 123-45-0000"),
    "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER": ("912-70-1234", "812-70-1234 912-40-1234"),
    "CREDIT_DEBIT_CARD_NUMBER": ("4111 1111 1111 1111", "4111 1111 1111 1112"),
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER": ("DE89 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00"),
    "AWS_ACCESS_KEY": ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPL"),
    "AWS_SECRET_KEY": ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a" * 40),
    "CA_SOCIAL_INSURANCE_NUMBER": ("130 692 544", "130 692 545"),
    "UK_NATIONAL_INSURANCE_NUMBER": ("AB 12 34 56 C", "QQ 12 34 56 C"),
    "UK_NATIONAL_HEALTH_SERVICE_NUMBER": ("943 476 5919", "943 476 5918"),
    "VEHICLE_IDENTIFICATION_NUMBER": ("1HGCM82633A004352", "1HGCM82643A004352"),
}


def test_each_form_has_an_example() -> None:
    assert EXAMPLES.keys() == FORMS.keys()


def test_every_form_is_of_a_type_that_guardrails_know() -> None:
    known = service_model("bedrock").shape_for("GuardrailPiiEntityType").enum
    assert FORMS.keys() <= set(known)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_personal_data_is_told_by_its_form(kind: str) -> None:
    is_one, is_none = EXAMPLES[kind]
    assert len(list(found(kind, is_one))) == 1
    assert list(found(kind, is_none)) == []


@pytest.mark.parametrize("kind", ["NAME", "ADDRESS", "AGE", "PASSWORD"])
def test_what_takes_a_reading_is_never_found(kind: str) -> None:
    assert list(found(kind, "Jo Smith, 42, of 1 Main Street, password secret")) == []
