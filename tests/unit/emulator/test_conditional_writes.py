"""Writes of objects that go on only while the object is as the caller thinks."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.deliveries import policy
from tests.unit.emulator.rehearsal import MANAGEMENT

from craton.emulator.services.s3.conditional_writes import Writers

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

PLACE = {"Bucket": "state", "Key": "lease"}


@pytest.fixture(params=["plain", "versioned", "encrypted"])
def s3(request: pytest.FixtureRequest, rehearsal: Rehearsal) -> Any:
    """A client, and a bucket of one sort."""
    client = rehearsal.client("s3")
    client.create_bucket(Bucket="state")
    if request.param != "plain":
        client.put_bucket_versioning(Bucket="state", VersioningConfiguration={"Status": "Enabled"})
    if request.param == "encrypted":
        key = rehearsal.client("kms").create_key()["KeyMetadata"]["Arn"]
        rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        client.put_bucket_encryption(
            Bucket="state",
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": True}]
            },
        )
    return client


def refused(call: Any, **parameters: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def body(s3: Any) -> bytes:
    read: bytes = s3.get_object(**PLACE)["Body"].read()
    return read


def test_a_new_object_is_written_once(s3: Any) -> None:
    s3.put_object(**PLACE, Body=b"one", IfNoneMatch="*")
    assert refused(s3.put_object, **PLACE, Body=b"two", IfNoneMatch="*") == (412, "PreconditionFailed")
    assert body(s3) == b"one"


def test_an_object_that_was_deleted_is_absent(s3: Any) -> None:
    etag = s3.put_object(**PLACE, Body=b"one", IfNoneMatch="*")["ETag"]
    s3.delete_object(**PLACE)
    assert refused(s3.put_object, **PLACE, Body=b"two", IfMatch=etag) == (404, "NoSuchKey")
    s3.put_object(**PLACE, Body=b"two", IfNoneMatch="*")
    assert body(s3) == b"two"


def test_an_object_is_written_over_while_it_is_what_was_read(s3: Any) -> None:
    first = s3.put_object(**PLACE, Body=b"one")["ETag"]
    assert s3.get_object(**PLACE)["ETag"] == first
    second = s3.put_object(**PLACE, Body=b"two", IfMatch=first)["ETag"]
    assert refused(s3.put_object, **PLACE, Body=b"three", IfMatch=first) == (412, "PreconditionFailed")
    s3.put_object(**PLACE, Body=b"three", IfMatch=second.strip('"'))
    assert body(s3) == b"three"


def test_what_is_not_there_is_not_written_over(s3: Any) -> None:
    assert refused(s3.put_object, **PLACE, Body=b"one", IfMatch='"x"') == (404, "NoSuchKey")


def test_a_deletion_can_have_a_condition(s3: Any) -> None:
    etag = s3.put_object(**PLACE, Body=b"one")["ETag"]
    assert refused(s3.delete_object, **PLACE, IfMatch='"x"') == (412, "PreconditionFailed")
    s3.delete_object(**PLACE, IfMatch=etag)
    assert refused(s3.get_object, **PLACE) == (404, "NoSuchKey")


def test_copies_and_uploads_in_parts_have_conditions_too(s3: Any) -> None:
    etag = s3.put_object(**PLACE, Body=b"one")["ETag"]
    s3.put_object(Bucket="state", Key="source", Body=b"two")
    copy = {**PLACE, "CopySource": {"Bucket": "state", "Key": "source"}}
    assert refused(s3.copy_object, **copy, IfNoneMatch="*") == (412, "PreconditionFailed")
    upload = s3.create_multipart_upload(**PLACE)["UploadId"]
    part = s3.upload_part(**PLACE, UploadId=upload, PartNumber=1, Body=b"three")["ETag"]
    end = {"UploadId": upload, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part}]}}
    complete = s3.complete_multipart_upload
    assert refused(complete, **PLACE, **end, IfNoneMatch="*") == (412, "PreconditionFailed")
    assert refused(complete, **PLACE, **end, IfMatch='"x"') == (412, "PreconditionFailed")
    complete(**PLACE, **end, IfMatch=etag)
    assert body(s3) == b"three"


def test_of_many_that_write_a_new_object_at_once_one_succeeds(s3: Any) -> None:
    def written(number: int) -> str:
        try:
            s3.put_object(**PLACE, Body=str(number).encode(), IfNoneMatch="*")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "written"

    with ThreadPoolExecutor(max_workers=8) as pool:
        told = list(pool.map(written, range(16)))
    assert sorted(told) == ["PreconditionFailed"] * 15 + ["written"]
    assert body(s3) == str(told.index("written")).encode()


def test_only_an_asterisk_can_be_unwanted(rehearsal: Rehearsal) -> None:
    client = rehearsal.client("s3")
    client.create_bucket(Bucket="state")
    assert refused(client.put_object, **PLACE, Body=b"x", IfNoneMatch='"x"') == (501, "NotImplemented")


def test_a_write_that_a_deletion_came_before_is_in_conflict(rehearsal: Rehearsal) -> None:
    client = rehearsal.client("s3")
    client.create_bucket(Bucket="state")
    writers = rehearsal.world.held("", "", "writers of objects", Writers)
    told: list[tuple[int, str]] = []
    writing = threading.Thread(
        target=lambda: told.append(refused(client.put_object, **PLACE, Body=b"x", IfNoneMatch="*"))
    )
    with writers.alone(("state", "lease"), "DeleteObject"):
        writing.start()
        writing.join(0.5)
        assert writing.is_alive()
    writing.join(30)
    assert told == [(409, "ConditionalRequestConflict")]


def test_a_policy_can_demand_a_condition(rehearsal: Rehearsal) -> None:
    client = rehearsal.client("s3")
    client.create_bucket(Bucket="state")
    demand = {
        "Effect": "Deny",
        "Principal": {"AWS": MANAGEMENT},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::state/*",
        "Condition": {"Null": {"s3:if-none-match": "true"}},
    }
    client.put_bucket_policy(Bucket="state", Policy=policy(demand))
    assert refused(client.put_object, **PLACE, Body=b"x") == (403, "AccessDenied")
    client.put_object(**PLACE, Body=b"x", IfNoneMatch="*")
