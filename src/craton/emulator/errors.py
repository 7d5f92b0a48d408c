"""Refusals, as AWS would word them where AWS refuses, and in our own words where the emulator does."""

from __future__ import annotations

from typing import Final

from moto.core.exceptions import ServiceException

NOT_EMULATED: Final = "NotEmulated"
"""The code of refusals of the emulator's own, which no service of AWS has."""

_STATUSES: Final = {
    **dict.fromkeys(("AccessDenied", "UnauthorizedOperation", "AuthFailure", "OptInRequired"), 403),
    **dict.fromkeys(("ExpiredToken", "InvalidClientTokenId", "InvalidAccessKeyId", "AccountProblem"), 403),
    **dict.fromkeys(("NoSuchBucket", "NoSuchKey", "NoSuchVersion", "NoSuchUpload"), 404),
    **dict.fromkeys(("InternalFailure", "InternalError"), 500),
    **dict.fromkeys(("SlowDown", "ServiceUnavailable", "RequestLimitExceeded"), 503),
    NOT_EMULATED: 501,
}
"""HTTP statuses of errors that stand in no service's model.

Source: "Common Error Types", docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and "Error
responses", docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, retrieved 2026-11-26.
"""
USUAL_STATUS: Final = 400


class ServiceError(ServiceException):
    """An error of the service that was called: its code as in the service's model, and its message.

    `status` is the HTTP status where it is another than the model or the common errors say.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(code, message)
        self.status = status


class NotEmulatedError(Exception):
    """The emulator does not have this: an operation, a resource type, a parameter. Answered with 501."""


def usual_status(code: str) -> int:
    """The HTTP status of an error that its service's model does not know."""
    return _STATUSES.get(code, USUAL_STATUS)
