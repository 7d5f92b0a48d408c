"""How long an account lets Bedrock and model providers keep what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.services.bedrock.service import SERVICE, checked

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


@SERVICE.operation("PutAccountDataRetention")
def put_account_data_retention(call: Call) -> Result:
    """Sets the mode of the account in the Region."""
    checked(call)
    held = call.world.shelf(call.account, call.region, "bedrock data retention")
    held[""] = {"mode": str(call.parameters["mode"]), "updatedAt": call.time}
    return dict(held[""])


@SERVICE.operation("GetAccountDataRetention")
def get_account_data_retention(call: Call) -> Result:
    """Tells the mode, `default` where none was set."""
    held = call.world.shelf(call.account, call.region, "bedrock data retention")
    return dict(held.get("") or {"mode": "default"})
