"""Who stands behind an access key. Signatures themselves are not checked: the key id and its token are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import iam_backends

from craton.emulator.credentials import Caller
from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.identification import Identified
    from craton.emulator.world import World

INSIDE: Final = "craton.caller"
"""Under this name a part of the emulator puts the caller on whose behalf it calls; HTTP cannot set it."""


def authenticated(world: World, found: Identified, environ: Mapping[str, Any]) -> Caller:
    """The caller of a request.

    Raises: ServiceError for a key that does not exist, is inactive, has expired or lacks its token.
    """
    inside = environ.get(INSIDE)
    if isinstance(inside, Caller):
        return inside
    if not found.access_key_id:
        raise ServiceError("AccessDenied", "Access Denied: a request without a signature")
    held = world.keyring.find(found.access_key_id)
    if held is None:
        user = user_of(found.access_key_id)
        if user is None:
            raise ServiceError(
                "InvalidClientTokenId", "The security token included in the request is invalid."
            )
        return user
    if held.session_token is not None and held.session_token != found.session_token:
        raise ServiceError("InvalidClientTokenId", "The security token included in the request is invalid.")
    if held.expires is not None and held.expires <= world.now():
        raise ServiceError("ExpiredToken", "The security token included in the request is expired")
    return held.caller


def user_of(access_key_id: str) -> Caller | None:
    """The IAM user that an active access key belongs to."""
    for account in list(iam_backends):
        for backend in iam_backends[account].values():
            key = backend.access_keys.get(access_key_id)
            if key is None:
                continue
            if key.status != "Active":
                return None
            user = backend.get_user(str(key.user_name))
            return Caller(
                account=account, arn=user.arn, principal_arn=user.arn, user_id=user.id, type="User", mfa=None
            )
    return None
