"""The tree of errors that stop a command.

CratonError
├── UserError      what was asked for cannot be done as asked (exit code 1)
├── CloudError     AWS, or an object store, refused or failed
└── DataError      bytes at rest are not what they should be

Expected problems of an input are no errors but diagnostics (`craton.core.diagnostic`), collected and shown
together.
"""

from __future__ import annotations


class CratonError(Exception):
    """Stops a command; its text is written for the person who typed it.

    `hint` says what to do next, when there is something.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UserError(CratonError):
    """What was asked for cannot be done as asked."""


class CloudError(CratonError):
    """AWS, or an object store, refused or failed.

    `code` is AWS's own code of the error, where it told one.
    """

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class DataError(CratonError):
    """Bytes at rest are not what they should be."""
