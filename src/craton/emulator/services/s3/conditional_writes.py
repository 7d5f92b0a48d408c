"""Writes and deletions that go on only while an object is as the caller thinks.

The first write to finish succeeds, and those after it fail; one that a deletion came before is in conflict.
Source: "How to prevent object overwrites with conditional writes", docs.aws.amazon.com/AmazonS3/latest/
userguide/conditional-writes.html, and "PutObject", docs.aws.amazon.com/AmazonS3/latest/API/
API_PutObject.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Final

from craton.emulator.delivery.buckets import bucket_of, version_of
from craton.emulator.errors import ServiceError
from craton.emulator.services.s3.service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.s3.models import FakeKey

    from craton.emulator.call import Call

_DELETION: Final = "DeleteObject"
_ANY: Final = "*"


class Writers:
    """Who writes or deletes an object at this moment: one at a time, as if S3 did it in no time."""

    def __init__(self) -> None:
        self._busy: dict[tuple[str, str], str] = {}
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def alone(self, place: tuple[str, str], operation: str) -> Iterator[bool]:
        """Waits for those before; tells whether one of them was a deletion."""
        with self._changed:
            behind_deletion = False
            while place in self._busy:
                behind_deletion |= self._busy[place] == _DELETION
                self._changed.wait()
            self._busy[place] = operation
        try:
            yield behind_deletion
        finally:
            with self._changed:
                del self._busy[place]
                self._changed.notify_all()


@SERVICE.around("PutObject", "CopyObject", "CompleteMultipartUpload", _DELETION)
@contextlib.contextmanager
def one_after_the_other(call: Call) -> Iterator[None]:
    """The write is made if its condition holds, and nobody writes the object meanwhile.

    Raises: ServiceError where the condition does not hold.
    """
    given = call.parameters
    writers = call.world.held("", "", "writers of objects", Writers)
    with writers.alone((str(given["Bucket"]), str(given["Key"])), call.operation.name) as behind_deletion:
        if given.get("IfMatch") or given.get("IfNoneMatch"):
            if behind_deletion and call.operation.name != _DELETION:
                raise ServiceError(
                    "ConditionalRequestConflict",
                    "The conditional request cannot succeed due to a conflicting operation against this "
                    "resource.",
                    409,
                )
            _check(call)
        yield


def _check(call: Call) -> None:
    """Raises: ServiceError where the object is not as the call demands; a delete marker is no object."""
    given = call.parameters
    bucket = bucket_of(str(given["Bucket"]))
    if bucket is None:
        return
    held = version_of(bucket, str(given["Key"]))
    if _is_done_already(call, held):
        return
    unwanted, wanted = given.get("IfNoneMatch"), given.get("IfMatch")
    if unwanted is not None and str(unwanted) != _ANY:
        raise ServiceError(
            "NotImplemented", "A header you provided implies functionality that is not implemented.", 501
        )
    if wanted and held is None:
        raise ServiceError("NoSuchKey", "The specified key does not exist.")
    is_other = wanted and wanted != _ANY and held is not None and _bare(str(wanted)) != _bare(held.etag)
    if is_other or (unwanted and held is not None):
        raise ServiceError(
            "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412
        )


def _is_done_already(call: Call, held: FakeKey | None) -> bool:
    """Whether the object is what the same upload made when it was completed before."""
    upload = getattr(held, "multipart", None)
    return upload is not None and upload.id == call.parameters.get("UploadId")


def _bare(etag: str) -> str:
    return etag.strip('"')
