"""Refusals, as AWS would word them where AWS refuses, and in our own words where the emulator does."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class ServiceError(ServiceException):
    """An error of the service that was called: its code as in the service's model, and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


class NotEmulatedError(Exception):
    """The emulator does not have this: an operation, a resource type, a parameter. Answered with 501."""
