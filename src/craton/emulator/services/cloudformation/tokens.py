"""Tokens by which a call that changes a stack is made once, however often it is sent.

AWS does not say whether a call that comes again is answered again; here it is refused with the error that
each of these operations has for a token that is known. A stack takes its tokens along when it is gone.
Source: "CreateStack", "UpdateStack", "DeleteStack" and "ExecuteChangeSet", docs.aws.amazon.com/
AWSCloudFormation/latest/APIReference/, on ClientRequestToken, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.emulator.errors import ServiceError
from craton.emulator.services.cloudformation.parameters import here
from craton.emulator.services.cloudformation.service import SERVICE

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.wire import Answer

_CALLS: Final = ("CreateStack", "UpdateStack", "DeleteStack", "ExecuteChangeSet")


@SERVICE.before(*_CALLS)
def check_token(call: Call) -> None:
    """Raises: ServiceError where a call with the token has succeeded for the stack."""
    token = call.parameters.get("ClientRequestToken")
    if token and token in _known(call):
        raise ServiceError("TokenAlreadyExistsException", f"A client request token already exists: {token}")


@SERVICE.after(*_CALLS)
def keep_token(call: Call, answer: Answer) -> None:  # noqa: ARG001 - the signature of all such
    """The token of a call that succeeded is known from now on."""
    token = call.parameters.get("ClientRequestToken")
    if token:
        _known(call)[str(token)] = call.operation.name


def _known(call: Call) -> dict[str, str]:
    """The tokens of the stack that the call names; none to be kept where it names none that is there."""
    name = call.parameters.get("StackName")
    stack = here(call).find(str(name)) if name else None
    if stack is None:
        return {}
    tokens: dict[str, str] = call.world.shelf(call.account, call.region, f"tokens of {stack.stack_id}")
    return tokens
