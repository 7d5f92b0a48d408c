"""What an error of AWS means: who may not, what is not there, what does not exist in a Region, what passes.

Services have no common words for it, so that codes are told apart by their form and, where one code stands
for many things, by what the message says.

Source: the error shapes of botocore 1.44.5, and its `retries/standard.py` for what passes;
docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, and
docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's name
    EndpointConnectionError,
    HTTPClientError,
)

if TYPE_CHECKING:
    from craton.core.cloud_call import Status

_DENIED: Final = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "AccessDeniedForDependencyException"),
        *("AllAccessDisabled", "AuthorizationError", "AuthorizationErrorException", "NotAuthorized"),
        *("OrganizationAccessDeniedException", "UnauthorizedAccess", "UnauthorizedException"),
        *("UnauthorizedOperation", "InsufficientPermissionsException", "InsufficientPermissions"),
    }
)
_ABSENT: Final = frozenset(
    {
        *("404", "AWSOrganizationsNotInUseException", "OrganizationsNotInUseException"),
        *("AccountNotRegisteredException", "NoAvailableOrganizationException"),
        "InvalidDocument",  # of SSM: the document does not exist
        "PolicyTypeNotEnabledException",  # of a root: it has no policies of that type
    }
)
_ABSENT_FORM: Final = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent")

_UNSUPPORTED: Final = frozenset(
    {
        *("InvalidAction", "NotImplemented", "UnknownOperation", "UnknownOperationException"),
        *("UnsupportedOperation", "UnsupportedOperationException", "UnsupportedAPIEndpointException"),
        "PolicyTypeNotAvailableForOrganizationException",
        *("OptInRequired", "SubscriptionRequiredException", "RegionDisabledException"),
        # A Region that the account has not enabled does not know its credentials, which AWS took elsewhere.
        *("AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"),
    }
)
_SAID: Final[tuple[tuple[str, re.Pattern[str], Status], ...]] = (
    ("ValidationError", re.compile(r"does not exist", re.IGNORECASE), "absent"),
    (
        "InvalidRequestException",
        re.compile(r"is not found|does not exist|was not found", re.IGNORECASE),
        "absent",
    ),
    (
        "*",
        re.compile(
            r"\bnot (?:yet )?(?:supported|available|enabled) in (?:this|the|your)\b.{0,40}\bregion",
            re.IGNORECASE,
        ),
        "unsupported",
    ),
)
"""Codes that stand for many things: the code, or `*` for any, what its message says, and what that means."""

_THROTTLED: Final = frozenset(
    {
        *("BandwidthLimitExceeded", "EC2ThrottledException", "RequestLimitExceeded", "RequestThrottled"),
        *("RequestThrottledException", "SlowDown", "ThrottledException", "Throttling", "ThrottlingException"),
        *("TooManyRequestsException", "KMSThrottlingException", "ProvisionedThroughputExceededException"),
    }
)
_TOO_MANY_REQUESTS: Final = 429
_BROKEN: Final = frozenset({500, 502, 503, 504})
_BROKEN_CODES: Final = frozenset({"RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"})


def code_of(error: BotoCoreError | ClientError) -> str:
    """AWS's code of an error; of one that did not come from AWS, botocore's name of it."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "Unknown"))
    return type(error).__name__


def message_of(error: BotoCoreError | ClientError) -> str:
    """What an error says."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message", ""))
    return str(error)


def told(error: BotoCoreError | ClientError) -> str:
    """The code and the words of an error, as a part of a sentence."""
    return f"{code_of(error)}: {message_of(error)}".rstrip(".: ")


def status_of(error: BotoCoreError | ClientError, *, region_is_known: bool = True) -> Status:
    """What a read has come to that ended in this error.

    `region_is_known` says whether the service is known to have an endpoint in the Region that was asked.
    """
    code, message = code_of(error), message_of(error)
    for listed, words, status in _SAID:
        if listed in (code, "*") and words.search(message):
            return status
    if code in _DENIED or code.endswith("AccessDenied"):
        return "denied"
    if code in _ABSENT or _ABSENT_FORM.search(code):
        return "absent"
    if code in _UNSUPPORTED or http_status(error) == _NOT_IMPLEMENTED:
        return "unsupported"
    if isinstance(error, EndpointConnectionError) and not region_is_known:
        return "unsupported"
    return "failed"


_NOT_IMPLEMENTED: Final = 501


def is_throttling(error: BotoCoreError | ClientError) -> bool:
    """Whether AWS asks for fewer calls."""
    return code_of(error) in _THROTTLED or http_status(error) == _TOO_MANY_REQUESTS


def passes(error: BotoCoreError | ClientError) -> bool:
    """Whether the same call may succeed a moment later, for a reason that is not its own."""
    if isinstance(error, ClientError):
        return http_status(error) in _BROKEN or code_of(error) in _BROKEN_CODES
    return isinstance(error, ConnectionError | HTTPClientError)


def http_status(error: BotoCoreError | ClientError) -> int | None:
    """The status of the answer; None where there was none."""
    if not isinstance(error, ClientError):
        return None
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status if isinstance(status, int) else None
