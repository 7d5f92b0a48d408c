from __future__ import annotations

import re
from typing import Any, get_args

import pytest

from craton.core import manifest_text as texts

KINDS = {name: kind for name, kind in vars(texts).items() if getattr(kind, "__metadata__", None)}

MAY_BREAK_LINES = {"MetadataKey", "MetadataValue", "TagKey", "TagValue"}
"""AWS accepts any white space in these."""


def fits(kind: Any, text: str) -> bool:
    (_, meta) = get_args(kind)
    return re.search(meta.pattern.removesuffix("$") + r"\Z", text) is not None


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_text_is_named_told_and_fits_its_own_example(name: str) -> None:
    (_, meta) = get_args(KINDS[name])
    assert meta.title
    assert meta.extra["form"]
    assert fits(KINDS[name], meta.examples[0])
    assert fits(KINDS[name], meta.examples[0] + "\n") is (name in MAY_BREAK_LINES)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (texts.AccountId, "012345678901", True),
        (texts.AccountId, "٠١٢٣٤٥٦٧٨٩٠١", False),
        (texts.OrganizationalUnitPath, "My OU/Prod Accounts", True),
        (texts.OrganizationalUnitPath, "a//b", False),
        (texts.OrganizationalUnitPath, "a /b", False),
        (texts.OrganizationalUnitPath, "x", True),
        (texts.Region, "us-gov-west-1", True),
        (texts.Region, "eusc-de-east-1", True),
        (texts.Region, "us-isob-east-1", True),
        (texts.Region, "mx-central-1", True),
        (texts.Region, "us-east-0", False),
        (texts.BaseModelGlob, "*", True),
        (texts.BaseModelGlob, "anthropic.claude-3-haiku-20240307-v1:0", True),
        (texts.BaseModelGlob, "us-gov.anthropic.claude-sonnet-4-6", False),
        (texts.BaseModelGlob, "global.*", False),
        (texts.MetadataKey, "", False),
        (texts.MetadataValue, "", True),
        (texts.MetadataKey, "k" * 257, False),
        (texts.TagKey, "k" * 129, False),
        (texts.Name, "x" * 128, True),
        (texts.Name, "x" * 129, False),
        (texts.NameGlob, "AWSReservedSSO_Admin_*", True),
        (texts.NameGlob, "role/app", False),
        (
            texts.ProfileArn,
            "arn:aws-us-gov:bedrock:us-gov-west-1:111111111111:application-inference-profile/x",
            True,
        ),
        (texts.ProfileArn, "arn:aws:bedrock:us-east-1:111111111111:inference-profile/us.x.y", False),
    ],
)
def test_a_kind_takes_what_aws_takes(kind: Any, text: str, expected: bool) -> None:
    assert fits(kind, text) is expected


@pytest.mark.parametrize(
    ("kind", "text", "advice"),
    [
        (texts.AccountId, "1234 5678 9012", 'write it without separators: `"123456789012"`'),
        (texts.AccountId, "12", "an account id is 12 digits, this has 2"),
        (texts.AccountId, "prod", None),
        (texts.Region, "eu_west_1", "did you mean `eu-west-1`?"),
        (texts.Region, "eu-wset-1", "did you mean `eu-west-1`?"),
        (texts.Region, "eu-west-1b", "this is an Availability Zone; its Region is `eu-west-1`"),
        (texts.Region, "Ireland", None),
        (texts.OrganizationalUnitPath, "a > b", "did you mean `a/b`?"),
        (texts.OrganizationalUnitPath, "/", None),
        (texts.EnvironmentName, "Prod EU", "did you mean `prod-eu`?"),
        (texts.EnvironmentName, "1", None),
        (
            texts.NameGlob,
            "arn:aws:iam::111111111111:role/a/app",
            "write the name alone, without path and ARN: `app`",
        ),
        (texts.NameGlob, "a b", None),
    ],
)
def test_what_comes_close_gets_advice(kind: Any, text: str, advice: str | None) -> None:
    (_, meta) = get_args(kind)
    assert meta.extra["advise"](text) == advice


def test_forms_match_in_linear_time() -> None:
    hostile = "a" * 50_000 + "\x00"
    for kind in KINDS.values():
        assert not fits(kind, hostile)
