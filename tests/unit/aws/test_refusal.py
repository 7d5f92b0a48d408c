from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError, ReadTimeoutError

from craton.aws.refusal import is_throttling, passes, status_of


def error(code: str, message: str = "", status: int = 400) -> ClientError:
    told = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(told, "Operation")


@pytest.mark.parametrize(
    ("code", "message", "status"),
    [
        ("AccessDeniedException", "User: x is not authorized with an explicit deny", "denied"),
        ("AccessDenied", "", "denied"),
        ("UnauthorizedOperation", "You are not authorized to perform this operation.", "denied"),
        ("AuthorizationError", "", "denied"),
        ("NoSuchBucket", "", "absent"),
        ("NoSuchEntity", "", "absent"),
        ("ResourceNotFoundException", "", "absent"),
        ("ServerSideEncryptionConfigurationNotFoundError", "", "absent"),
        ("AWS.SimpleQueueService.NonExistentQueue", "", "absent"),
        ("InvalidVpcEndpointId.NotFound", "", "absent"),
        ("StackSetNotFoundException", "", "absent"),
        ("ValidationError", "Stack with id x does not exist", "absent"),
        ("ValidationError", "Template format error", "failed"),
        ("InvalidRequestException", "WorkGroup x is not found.", "absent"),
        ("InvalidRequestException", "the query is too long", "failed"),
        ("AWSOrganizationsNotInUseException", "", "absent"),
        ("PolicyTypeNotEnabledException", "", "absent"),
        ("UnknownOperationException", "", "unsupported"),
        ("InvalidAction", "", "unsupported"),
        ("OptInRequired", "You are not subscribed to this service.", "unsupported"),
        (
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            "unsupported",
        ),
        ("ValidationException", "The feature is not supported in this AWS Region.", "unsupported"),
        ("ValidationException", "1 validation error detected", "failed"),
        ("ExpiredTokenException", "", "failed"),
        ("LimitExceededException", "", "failed"),
    ],
)
def test_what_a_code_means(code: str, message: str, status: str) -> None:
    assert status_of(error(code, message)) == status


def test_what_is_not_implemented_is_unsupported_whatever_its_code() -> None:
    assert status_of(error("Anything", status=501)) == "unsupported"


def test_no_connection_is_unsupported_only_where_no_endpoint_is_known() -> None:
    refused = EndpointConnectionError(endpoint_url="https://bedrock.xx-west-1.amazonaws.com")
    assert status_of(refused, region_is_known=False) == "unsupported"
    assert status_of(refused, region_is_known=True) == "failed"


def test_what_passes_and_what_does_not() -> None:
    assert is_throttling(error("ThrottlingException"))
    assert is_throttling(error("Unheard", status=429))
    assert not is_throttling(error("LimitExceededException"))
    assert passes(error("InternalError", status=500))
    assert passes(ReadTimeoutError(endpoint_url="https://x"))
    assert not passes(error("ValidationException"))
    assert not passes(ParamValidationError(report="x"))
