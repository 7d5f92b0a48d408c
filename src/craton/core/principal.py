"""Who called, as an ARN tells it: the role, and the person behind it where that can be known."""

from __future__ import annotations

import re
from typing import Final, Literal

from msgspec import Struct

PrincipalKind = Literal["assumed_role", "iam_user", "root", "federated_user", "service", "unknown"]

# The account may be masked (`XXXXXXXXXXXX`, `[REDACTED]`) or empty; nothing here depends on its form.
_ARN: Final = re.compile(r"arn:aws[a-z-]*:(?P<service>iam|sts)::[^:]*:(?P<kind>root|[a-z-]+/)(?P<names>.*)")

_SERVICE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?")

# IAM Identity Center makes one role per permission set and account, and names each session after the user.
# Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html, retrieved
# 2026-11-24, and recorded events.
_PERMISSION_SET: Final = re.compile(r"AWSReservedSSO_(?P<set>.+)_[0-9a-f]{16}")

_MAIL: Final = re.compile(r"[^@\s/]+@[^@\s/]+\.[^@\s/]+")


class Principal(Struct, frozen=True):
    """A caller.

    `role` is the name of the assumed role, `session` the name of its session, `permission_set` the permission
    set of IAM Identity Center that the role stands for, `user` the name of an IAM or federated user. `person`
    is the human behind the call where the ARN tells: an IAM user's name, the session of an Identity Center
    role, or a session name in the form of a mail address. Each is None where the ARN does not say.
    """

    kind: PrincipalKind
    role: str | None = None
    person: str | None = None
    session: str | None = None
    permission_set: str | None = None
    user: str | None = None

    @staticmethod
    def parse(arn: str | None) -> Principal:
        """The caller that `arn` names; of kind `unknown` where it names none that is known. Never raises."""
        if not arn:
            return UNKNOWN
        found = _ARN.fullmatch(arn)
        if found is not None:
            return _named(found["service"], found["kind"], found["names"].split("/"))
        return SERVICE if _SERVICE.fullmatch(arn) else UNKNOWN


UNKNOWN: Final = Principal(kind="unknown")
SERVICE: Final = Principal(kind="service")


def _named(service: str, kind: str, names: list[str]) -> Principal:
    found = UNKNOWN
    match service, kind, names:
        case "iam", "root", [""]:
            found = Principal(kind="root")
        case "iam", "user/", [*_, user] if user:
            found = Principal(kind="iam_user", person=user, user=user)
        case "iam", "role/", [*_, role] if role:
            found = _assumed_role(role, "")
        case "sts", "assumed-role/", [role, *session] if role:
            found = _assumed_role(role, "/".join(session))
        case "sts", "federated-user/", [*path] if any(path):
            name = "/".join(path)
            found = Principal(kind="federated_user", person=_mail(name), user=name)
        case _:
            pass
    return found


def _assumed_role(role: str, session: str) -> Principal:
    found = _PERMISSION_SET.fullmatch(role) if role.startswith("AWSReservedSSO_") else None
    return Principal(
        kind="assumed_role",
        role=role,
        person=(session or None) if found else _mail(session),
        session=session or None,
        permission_set=found["set"] if found else None,
    )


def _mail(name: str) -> str | None:
    return name if "@" in name and _MAIL.fullmatch(name) else None
