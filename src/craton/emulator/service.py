"""What the emulator has of one AWS service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from craton.emulator.wire import Answer

if TYPE_CHECKING:
    from craton.emulator.call import Call

Result = Mapping[str, Any] | Answer | None
Handler = Callable[["Call"], Result]
Check = Callable[["Call"], None]
Effect = Callable[["Call", Answer], None]
Frame = Callable[["Call"], AbstractContextManager[None]]
PolicyOf = Callable[["Call", str], str | None]
Keys = Callable[["Call"], Mapping[str, tuple[str, ...]]]
OwnerOf = Callable[["Call", str], str | None]
TagsOf = Callable[["Call", str], Mapping[str, str]]
Permissions = Callable[["Call"], Iterable[tuple[str, str]] | None]
AccountOf = Callable[["Call"], str]


class Service:
    """The operations of one service: those that moto answers well, and our own.

    `name` is botocore's; `signing` the name in the scope of signatures, where it is another. `moto` names the
    operations that moto answers as AWS does as far as the product and its tests can tell; every other
    operation of the service's model is refused.
    """

    def __init__(self, name: str, *, moto: Iterable[str] = (), signing: str | None = None) -> None:
        self.name = name
        self.signing = signing or name
        self.moto = frozenset(moto)
        self.handlers: dict[str, Handler] = {}
        self.checks: dict[str, list[Check]] = {}
        self.effects: dict[str, list[Effect]] = {}
        self.frames: dict[str, list[Frame]] = {}
        self.policies: dict[str, PolicyOf] = {}
        self.keys: Keys | None = None
        self.owners: dict[str, OwnerOf] = {}
        self.tags: dict[str, TagsOf] = {}
        self.wanted: Permissions | None = None
        self.worked_in: AccountOf | None = None

    def operation(self, *names: str) -> Callable[[Handler], Handler]:
        """Answers these operations by the decorated function, which raises ServiceError to refuse."""

        def register(handler: Handler) -> Handler:
            for name in names:
                if name in self.moto or name in self.handlers:
                    raise ValueError(f"{self.name}:{name} is answered twice")
                self.handlers[name] = handler
            return handler

        return register

    def before(self, *names: str) -> Callable[[Check], Check]:
        """Has the decorated function look at these calls first; it raises ServiceError to refuse."""

        def register(check: Check) -> Check:
            for name in names:
                self.checks.setdefault(name, []).append(check)
            return check

        return register

    def after(self, *names: str) -> Callable[[Effect], Effect]:
        """Has the decorated function act after successful calls of these operations."""

        def register(effect: Effect) -> Effect:
            for name in names:
                self.effects.setdefault(name, []).append(effect)
            return effect

        return register

    def around(self, *names: str) -> Callable[[Frame], Frame]:
        """Has these calls answered inside what the decorated function makes, once they have been looked at.

        It raises ServiceError to refuse.
        """

        def register(frame: Frame) -> Frame:
            for name in names:
                self.frames.setdefault(name, []).append(frame)
            return frame

        return register

    def policy_of(self, arn_service: str) -> Callable[[PolicyOf], PolicyOf]:
        """Finds the policies of resources by the decorated function, from a call and the resource's ARN.

        `arn_service` is the third part of the ARNs. None is a resource without a policy of its own.
        """

        def register(find: PolicyOf) -> PolicyOf:
            self.policies[arn_service] = find
            return find

        return register

    def condition_keys(self, keys: Keys) -> Keys:
        """Has calls carry the condition keys that the decorated function finds."""
        self.keys = keys
        return keys

    def owner_of(self, arn_service: str) -> Callable[[OwnerOf], OwnerOf]:
        """Finds the accounts of resources whose ARNs name none by the decorated function."""

        def register(find: OwnerOf) -> OwnerOf:
            self.owners[arn_service] = find
            return find

        return register

    def tags_of(self, arn_service: str) -> Callable[[TagsOf], TagsOf]:
        """Finds the tags of resources by the decorated function, for aws:ResourceTag."""

        def register(find: TagsOf) -> TagsOf:
            self.tags[arn_service] = find
            return find

        return register

    def permissions(self, find: Permissions) -> Permissions:
        """Has the decorated function tell the actions and resources that a call is authorised as.

        It tells all of them, the first one first, or None where the call is authorised as its name says.
        """
        self.wanted = find
        return find

    def works_in(self, find: AccountOf) -> AccountOf:
        """Has moto answer calls in the account that the decorated function finds, not in the caller's."""
        self.worked_in = find
        return find

    @property
    def operations(self) -> frozenset[str]:
        """Every operation that is answered."""
        return self.moto | self.handlers.keys()
