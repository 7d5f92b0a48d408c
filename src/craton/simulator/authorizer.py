"""Decides requests as AWS does: denials first, then every kind of policy that must allow.

Source: "How AWS enforcement code logic evaluates requests to allow or deny access" and "Cross-account
policy evaluation logic",
docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow .html and
reference_policies_evaluation-logic-cross-account.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, get_args

from craton.core.arn import Arn
from craton.core.policy import PolicyKind
from craton.registry.iam import iam_reference
from craton.simulator.caller import ACCOUNT, CallerKind
from craton.simulator.decision import Deciding, Decision
from craton.simulator.masks import Matching, Remembered, StatementMasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from craton.simulator.policy_set import PolicySet
    from craton.simulator.request import Request

_KINDS: Final[tuple[PolicyKind, ...]] = get_args(PolicyKind)
_OUTSIDE: Final[tuple[PolicyKind, ...]] = ("rcp", "endpoint", "resource")
"""What is asked about a caller that is no principal of an account."""

_ROLES: Final = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")
_KEYS: Final = "kms:"
"""Actions on resources whose own policy must allow, even within their account: roles and keys.

Source: "Key policies in AWS KMS", docs.aws.amazon.com/kms/latest/developerguide/key-policies.html, and "IAM
roles", docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html, on trust policies, retrieved 2026-11-26.
"""


_FREE: Final = ("sts:getcalleridentity", "sts:getsessiontoken")
"""What everybody may ask, even where a policy denies it.

Source: "GetCallerIdentity", docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: "No
permissions are required to perform this operation"; "Permissions for GetSessionToken",
docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html: "You cannot
use policies to control authentication operations"; both retrieved 2026-11-26.
"""


class Level(NamedTuple):
    """A kind of policy that must allow; of SCPs and RCPs, each level of its own, counted from 1, the root."""

    kind: PolicyKind
    number: int | None = None


class Way(NamedTuple):
    """What counts for a request beside the statements that speak of it; many requests go the same way.

    `in_force` are the kinds of policies that meet the caller, and `applies` their statements. Those of
    `direct` and `role` are of the resource's policy, and name the caller itself or its role.
    `within_account` where the caller and the resource are of one account.
    """

    in_force: tuple[PolicyKind, ...]
    applies: int
    direct: int
    role: int
    is_identity: bool
    is_root: bool
    must_have_session_policy: bool
    within_account: bool
    resource_must_allow: bool


_Sort: TypeAlias = tuple[CallerKind, bool, bool, int, int]
"""What of a caller counts for its way: many callers are of one sort."""

_OPEN_WAY: Final = Way(
    in_force=(),
    applies=0,
    direct=0,
    role=0,
    is_identity=True,
    is_root=False,
    must_have_session_policy=False,
    within_account=True,
    resource_must_allow=False,
)
"""The way of a request that nobody need allow."""


class Authorizer:
    """Decides requests by one policy set; made once, asked often.

    Raises: UserError, where a condition has an operator that does not exist.
    """

    def __init__(self, policies: PolicySet) -> None:
        self.policies = policies
        self.masks = StatementMasks(policies)
        self.statements = tuple(
            Deciding(one.kind, one.level, one.policy.name, one.statement) for one in self.masks.statements
        )
        self._allows = self._bits(lambda one: one.effect == "Allow")
        self._of_kind = {kind: self._bits(_is_of(kind)) for kind in _KINDS}
        self._levels = tuple(self._must_allow())
        self._within: dict[str, bool] = Remembered(self._is_within)
        self._reached: dict[str, bool] = Remembered(self._is_reached_by_rcps)
        self._ways: dict[tuple[_Sort, bool, bool, bool], Way] = Remembered(self._found_way)
        self._settled: dict[tuple[int, Way], Decision] = Remembered(self._settle)

    def decide(self, request: Request) -> Decision:
        """What becomes of a request."""
        matching = self.masks.matching(request)
        return self.decided(
            matching, self.way(request), lambda bits: self.masks.undecided_keys(request, bits)
        )

    def decided(self, matching: Matching, way: Way, undecided: Callable[[int], tuple[str, ...]]) -> Decision:
        """What becomes of requests of which those statements speak.

        `undecided` names the unknown keys that leave open whether the statements of some bits speak of one.
        """
        certain, possible = matching.certain & way.applies, matching.possible & way.applies
        if certain == possible:
            return self._settled[certain, way]
        return self._unsettled(Matching(certain, possible), way, undecided)

    def way(self, request: Request) -> Way:
        """What counts for a request beside the statements that speak of it."""
        if request.action.lower() in _FREE:
            return _OPEN_WAY
        within = self._within[request.resource]
        must = self._resource_must_allow(request)
        reach = self.masks.principals[request.principal]
        caller = reach.caller
        sort = (caller.kind, caller.account is not None, caller.service_linked, reach.direct, reach.role)
        return self._ways[sort, within, must, self._reached[request.action]]

    def settled(self, speaking: int, way: Way) -> Decision:
        """The decision where exactly the statements of the bits `speaking` speak of the request."""
        return self._settled[speaking & way.applies, way]

    def _resource_must_allow(self, request: Request) -> bool:
        if self.policies.resource is None:
            return False
        action = request.action.lower()
        return action.startswith(_ROLES) or (action.startswith(_KEYS) and ":key/" in request.resource)

    def _is_within(self, resource: str) -> bool:
        owner = self.policies.resource_account
        if owner is None:
            arn = Arn.parse(resource)
            owner = arn.account if arn and ACCOUNT.fullmatch(arn.account) else self.policies.account
        return owner == self.policies.account

    def _is_reached_by_rcps(self, action: str) -> bool:
        """Whether RCPs meet requests of the action's service; of a service that nobody knows, they do.

        Source: "List of AWS services that support RCPs", docs.aws.amazon.com/organizations/latest/userguide/
        orgs_manage_policies_rcps.html#rcp-supported-services, retrieved 2026-11-26.
        """
        service = iam_reference().service(action.partition(":")[0]) if self.policies.rcps else None
        return service is None or service.reached_by_rcps

    def _found_way(self, asked: tuple[_Sort, bool, bool, bool]) -> Way:
        """The way of a caller, by whether the resource is of its account, and whether its policy must allow.

        Source: "Service control policies (SCPs)" and "Resource control policies (RCPs)",
        docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html and …_rcps.html:
        neither meets service-linked roles; SCPs do not meet the management account, RCPs not its resources.
        """
        (kind, is_identity, linked, direct, role), within, must, reached = asked
        in_force = set(_KINDS if is_identity else _OUTSIDE)
        linked = linked or self.policies.service_linked_role
        if linked or self.policies.management_account:
            in_force.discard("scp")
        if linked or not reached or (self.policies.management_account and within):
            in_force.discard("rcp")
        return Way(
            in_force=_in_order(in_force),
            applies=sum(self._of_kind[kind] for kind in in_force),
            direct=direct,
            role=role,
            is_identity=is_identity,
            is_root=kind == "root",
            must_have_session_policy=bool(self.policies.sessions) or kind == "federated_user",
            within_account=within,
            resource_must_allow=must,
        )

    def _settle(self, asked: tuple[int, Way]) -> Decision:
        speaking, way = asked
        denying = speaking & ~self._allows
        if denying:
            return Decision(
                outcome="explicit_deny", blocked_by=self._kinds(denying), statements=self._named(denying)
            )
        missing = self.missing(speaking, way)
        if missing:
            return Decision(outcome="implicit_deny", blocked_by=_in_order({one.kind for one in missing}))
        return Decision(outcome="allowed", statements=self._named(speaking))

    def _unsettled(
        self, matching: Matching, way: Way, undecided: Callable[[int], tuple[str, ...]]
    ) -> Decision:
        """The decision that is the same whichever of the undecided statements speak of it, or unknown.

        Denials only add up, and so do allows: the two ends, where none of the undecided speaks and where
        all do, bound everything between.
        """
        certain, possible = matching
        if certain & ~self._allows:
            return self._settled[certain, way]
        open_denials = possible & ~certain & ~self._allows
        worst, best = self.missing(certain & self._allows, way), self.missing(possible & self._allows, way)
        if not open_denials and bool(worst) == bool(best):
            return self._settled[(possible if best else certain), way]
        deciding = open_denials
        if worst and not best:
            deciding |= possible & ~certain & self._allows
        return Decision(
            outcome="unknown",
            blocked_by=_in_order({*self._kinds(open_denials), *(one.kind for one in worst)}),
            statements=self._named(deciding),
            unknown_keys=undecided(deciding),
        )

    def missing(self, allowing: int, way: Way) -> tuple[Level, ...]:
        """What must allow a request, and does not where only the statements `allowing` speak of it."""
        if way is _OPEN_WAY:
            return ()
        missing: list[Level] = [
            level for level, bits in self._levels if level.kind in way.in_force and not allowing & bits
        ]
        granting = allowing & self._of_kind["resource"]
        if not way.is_identity:
            return (*missing, *(() if granting else (Level("resource"),)))
        if not granting and (way.resource_must_allow or not way.within_account):
            missing.append(Level("resource"))
        if way.within_account and granting & way.direct:
            return tuple(missing)
        by_role = way.within_account and granting & way.role
        if not by_role and not way.is_root and not allowing & self._of_kind["identity"]:
            missing.append(Level("identity"))
        if self.policies.boundaries and not allowing & self._of_kind["boundary"]:
            missing.append(Level("boundary"))
        if way.must_have_session_policy and not allowing & self._of_kind["session"]:
            missing.append(Level("session"))
        return tuple(missing)

    def _must_allow(self) -> Iterator[tuple[Level, int]]:
        """What must allow whatever else does: each level of SCPs and of RCPs, and the endpoint.

        A level of RCPs that allows nothing counts as one with RCPFullAWSAccess, which AWS attaches to every
        root, OU and account, and lets nobody detach.
        """
        for number in range(1, len(self.policies.scps) + 1):
            yield Level("scp", number), self._allows & self._bits(_is_of("scp", number))
        for number in range(1, len(self.policies.rcps) + 1):
            allowing = self._allows & self._bits(_is_of("rcp", number))
            if allowing:
                yield Level("rcp", number), allowing
        if self.policies.endpoints:
            yield Level("endpoint"), self._allows & self._of_kind["endpoint"]

    def _bits(self, holds: Callable[[Deciding], bool]) -> int:
        return sum(1 << number for number, one in enumerate(self.statements) if holds(one))

    def _named(self, bits: int) -> tuple[Deciding, ...]:
        return tuple(one for number, one in enumerate(self.statements) if bits >> number & 1)

    def _kinds(self, bits: int) -> tuple[PolicyKind, ...]:
        return _in_order({one.kind for one in self._named(bits)})


def _is_of(kind: PolicyKind, level: int | None = None) -> Callable[[Deciding], bool]:
    return lambda one: one.kind == kind and level in (None, one.level)


def _in_order(kinds: set[PolicyKind]) -> tuple[PolicyKind, ...]:
    return tuple(kind for kind in _KINDS if kind in kinds)
