"""What goes wrong is told in the shape of each protocol, so that botocore reads it as it reads AWS."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

    from craton.emulator.call import Call

CALLS = {
    "query": ("iam", "list_users", "ListUsers"),
    "rest-xml": ("s3", "list_buckets", "ListBuckets"),
    "json": ("organizations", "describe_organization", "DescribeOrganization"),
    "rest-json": ("lambda", "list_functions", "ListFunctions"),
    "ec2": ("ec2", "describe_vpcs", "DescribeVpcs"),
}


def broken(rehearsal: Rehearsal, protocol: str, error: Exception) -> dict[str, Any]:
    """What botocore reads where a check of the operation raises that error."""
    service, method, operation = CALLS[protocol]
    assert Session().get_service_model(service).protocol == protocol
    checks = rehearsal.application.services[service].checks
    earlier = list(checks.get(operation, ()))

    def check(_: Call) -> None:
        raise error

    checks[operation] = [check]
    try:
        with pytest.raises(ClientError) as caught:
            getattr(rehearsal.client(service), method)()
    finally:
        checks[operation] = earlier
    response: dict[str, Any] = caught.value.response
    return response


@pytest.mark.slow
@pytest.mark.parametrize("protocol", CALLS)
def test_a_bug_is_answered_with_500_and_kept(rehearsal: Rehearsal, protocol: str) -> None:
    response = broken(rehearsal, protocol, KeyError("oops"))
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert response["Error"]["Code"] == "InternalFailure"
    assert response["Error"]["Message"].startswith("the emulator failed at ")
    (failure,) = rehearsal.world.work.failures
    assert "KeyError: 'oops'" in failure
    rehearsal.world.work.failures.clear()


@pytest.mark.parametrize("protocol", CALLS)
def test_what_lacks_is_answered_with_501_and_its_name(rehearsal: Rehearsal, protocol: str) -> None:
    response = broken(rehearsal, protocol, NotEmulatedError("the parameter Colour"))
    service, _, operation = CALLS[protocol]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert response["Error"]["Code"] == "NotEmulated"
    assert response["Error"]["Message"] == f"{service}:{operation}: the parameter Colour"


@pytest.mark.slow
@pytest.mark.parametrize("protocol", CALLS)
@pytest.mark.parametrize(
    ("code", "status"), [("SomethingElse", 400), ("AccessDenied", 403), ("SlowDown", 503)]
)
def test_an_error_that_no_model_knows_is_told_without_a_warning(
    rehearsal: Rehearsal, protocol: str, code: str, status: int
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        response = broken(rehearsal, protocol, ServiceError(code, 'a <b> & "c"'))
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert response["Error"]["Code"] == code
    assert response["Error"]["Message"] == 'a <b> & "c"'


def test_an_error_has_the_status_of_its_model(rehearsal: Rehearsal) -> None:
    response = broken(rehearsal, "rest-json", ServiceError("ResourceNotFoundException", "none"))
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404
    client = rehearsal.client("lambda")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="none")


def test_every_answer_tells_its_request(rehearsal: Rehearsal) -> None:
    told = rehearsal.client("organizations").create_organization(FeatureSet="ALL")["ResponseMetadata"]
    assert told["RequestId"] == rehearsal.world.records[-1].request_id


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b"\xff\xfe"])
def test_a_request_that_cannot_be_read_is_refused(rehearsal: Rehearsal, body: bytes) -> None:
    key = rehearsal.client("iam").create_access_key(UserName="administrator")["AccessKey"]["AccessKeyId"]
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "application/x-amz-json-1.1",
        "HTTP_X_AMZ_TARGET": "AWSOrganizationsV20161128.ListRoots",
        "HTTP_AUTHORIZATION": (
            f"AWS4-HMAC-SHA256 Credential={key}/20261126/us-east-1/organizations/aws4_request, "
            "SignedHeaders=host, Signature=0"
        ),
    }
    answer = rehearsal.application.answer(environ, body)
    assert answer.status == 400
    assert b"SerializationException" in answer.body


def test_no_operation_is_answered_twice() -> None:
    service = Service("sts", moto=("GetCallerIdentity",))
    with pytest.raises(ValueError, match="answered twice"):
        service.operation("GetCallerIdentity")(lambda _: None)
