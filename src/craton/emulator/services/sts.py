"""AWS STS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.service import Result, Service

if TYPE_CHECKING:
    from craton.emulator.call import Call

SERVICE = Service("sts")


@SERVICE.operation("GetCallerIdentity")
def get_caller_identity(call: Call) -> Result:
    """Tells the caller who it is."""
    return {"UserId": call.caller.user_id, "Account": call.account, "Arn": call.caller.arn}
