"""Which store reads what."""

from __future__ import annotations

import pytest

from craton.aws.object_store import S3Store
from craton.core.errors import UserError
from craton.engine.sources import open_sources
from craton.lake.local_store import LocalStore


def test_the_form_of_an_argument_chooses_its_store() -> None:
    given = ["logs", "/var/log/*.gz", "s3://b/p", "S3://b", "file:///var/log", "a:b"]
    sources = open_sources(given)
    assert [(type(store), location) for store, location in sources] == [
        (LocalStore, "logs"),
        (LocalStore, "/var/log/*.gz"),
        (S3Store, "s3://b/p"),
        (S3Store, "s3://b"),
        (LocalStore, "/var/log"),
        (LocalStore, "a:b"),
    ]


@pytest.mark.parametrize(
    ("argument", "message", "hint"),
    [
        ("s3://", "names no bucket", "s3://bucket/prefix"),
        ("s3:///key", "names no bucket", "s3://bucket/prefix"),
        ("https://b.s3.amazonaws.com/x", "no store for `https://`", "files, folders, globs"),
        ("gs://b/x", "no store for `gs://`", "files, folders, globs"),
        ("arn:aws:s3:::b/x", "is an ARN", "s3://bucket/prefix"),
        ("", "empty", "files, folders, globs"),
    ],
)
def test_an_address_that_no_store_reads_is_refused_with_a_hint(
    argument: str, message: str, hint: str
) -> None:
    with pytest.raises(UserError, match=message) as caught:
        open_sources([argument])
    assert hint in str(caught.value.hint)
