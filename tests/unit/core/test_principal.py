from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craton.core.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SSO = "AWSReservedSSO_AdministratorAccess_1b74cd717d47002b"


@pytest.mark.parametrize(
    ("arn", "kind", "role", "person"),
    [
        ("arn:aws:sts::111111111111:assumed-role/search-app/i-0abc", "assumed_role", "search-app", None),
        (
            "arn:aws:sts::111111111111:assumed-role/dev/ana@example.com",
            "assumed_role",
            "dev",
            "ana@example.com",
        ),
        ("arn:aws:sts::111111111111:assumed-role/dev/first.last", "assumed_role", "dev", None),
        (f"arn:aws:sts::111111111111:assumed-role/{SSO}/Adan", "assumed_role", SSO, "Adan"),
        (f"arn:aws:sts::111111111111:assumed-role/{SSO}/a@b.org", "assumed_role", SSO, "a@b.org"),
        (
            "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_x_12/Adan",
            "assumed_role",
            "AWSReservedSSO_x_12",
            None,
        ),
        ("arn:aws:iam::111111111111:role/service-role/Exec", "assumed_role", "Exec", None),
        (
            "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/us-east-2/" + SSO,
            "assumed_role",
            SSO,
            None,
        ),
        ("arn:aws:iam::111111111111:user/benjamin", "iam_user", None, "benjamin"),
        ("arn:aws:iam::111111111111:user/division/team/benjamin", "iam_user", None, "benjamin"),
        ("arn:aws:iam::XXXXXXXXXXXX:user/dheeraj", "iam_user", None, "dheeraj"),
        ("arn:aws:sts:::assumed-role/app/s", "assumed_role", "app", None),
        ("arn:aws-us-gov:sts::111111111111:assumed-role/app/s", "assumed_role", "app", None),
        ("arn:aws-cn:iam::111111111111:root", "root", None, None),
        ("arn:aws:iam::111111111111:root", "root", None, None),
        (
            "arn:aws:sts::111111111111:federated-user/ana@example.com",
            "federated_user",
            None,
            "ana@example.com",
        ),
        ("arn:aws:sts::111111111111:federated-user/Bob", "federated_user", None, None),
        ("bedrock.amazonaws.com", "service", None, None),
        ("states.eu-west-1.amazonaws.com", "service", None, None),
        ("arn:aws:sts::111111111111:assumed-role/app", "assumed_role", "app", None),
    ],
)
def test_an_arn_tells_kind_role_and_person(arn: str, kind: str, role: str | None, person: str | None) -> None:
    found = Principal.parse(arn)
    assert (found.kind, found.role, found.person) == (kind, role, person)


@pytest.mark.parametrize(
    "arn",
    [
        None,
        "",
        "arn",
        "arn:aws:iam::111111111111",
        "arn:aws:iam::111111111111:rooted",
        "arn:aws:iam::111111111111:root/x",
        "arn:aws:sts::111111111111:root",
        "arn:aws:iam::111111111111:user/",
        "arn:aws:iam::111111111111:group/admins",
        "arn:aws:sts::111111111111:assumed-role//session",
        "arn:aws:sts::111111111111:assumed-role/",
        "arn:aws:sts::111111111111:federated-user/",
        "arn:aws:s3:::bucket/key",
        "AROAEXAMPLE:session",
        "*",
        "amazonaws.com",
        "x.amazonaws.com.evil",
    ],
)
def test_what_names_no_caller_is_unknown(arn: str | None) -> None:
    assert Principal.parse(arn) == Principal(kind="unknown")


def test_an_identity_center_role_tells_its_permission_set_and_session() -> None:
    found = Principal.parse(f"arn:aws:sts::111111111111:assumed-role/{SSO}/Adan")
    assert found.permission_set == "AdministratorAccess"
    assert found.session == "Adan"


def test_a_role_that_only_looks_like_identity_center_has_no_permission_set() -> None:
    for role in (
        "AWSReservedSSO_Admin",
        "AWSReservedSSO_Admin_1b74cd717d47002",
        "XAWSReservedSSO_A_1b74cd717d47002b",
    ):
        assert Principal.parse(f"arn:aws:sts::1:assumed-role/{role}/x").permission_set is None


@given(st.one_of(st.text(), st.from_regex(r"arn:aws[a-z-]*:(iam|sts):.*", fullmatch=True)))
def test_no_text_makes_parsing_raise(text: str) -> None:
    assert Principal.parse(text) == Principal.parse(text)


def _callers(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.json*")):
        for line in (
            file.read_text("utf-8").splitlines() if file.suffix == ".jsonl" else [file.read_text("utf-8")]
        ):
            yield from _arns(json.loads(line))


def _arns(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _arns(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if (
                key in {"userIdentity", "identity"}
                and isinstance(inner, dict)
                and isinstance(inner.get("arn"), str)
            ):
                yield inner["arn"]
            yield from _arns(inner)


def test_every_caller_in_real_records_is_known(shared_data: Path) -> None:
    arns = {*_callers(shared_data / "invocation"), *_callers(shared_data / "cloudtrail")}
    unknown = {arn for arn in arns if Principal.parse(arn).kind == "unknown"}
    assert len(arns) > 10
    assert unknown == set()
