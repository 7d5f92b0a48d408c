"""Trying a call that a form describes: what of it cannot be meant, or what becomes of the call."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct
from msgspec.structs import replace

from craton.core.arn import Arn
from craton.core.diagnostic import Diagnostic
from craton.core.errors import UserError
from craton.core.model_reference import GEOGRAPHIES, parse
from craton.core.organization import ROOT
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.engine.bedrock_calls import CallQuestion, PolicyValue, answer
from craton.engine.candidates import LONGEST, places, read_candidate
from craton.engine.policies import PoliciesInForce
from craton.engine.policy_catalog import policy_catalog
from craton.registry.inference import inference_surface, inference_surfaces
from craton.simulator.bedrock_call import CallError
from craton.simulator.call_report import CallReport
from craton.simulator.fan_out import REGION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.core.policy import Policy
    from craton.engine.board import Present
    from craton.simulator.bedrock_call import BearerToken

FIELDS: Final = (
    *(
        "account_id",
        "role",
        "principal",
        "api",
        "model_id",
        "profile",
        "region",
        "stream",
        "batch",
        "guardrail",
    ),
    *("endpoint", "bearer", "tier", "project", "at", "context", "absent", "policy", "candidate", "target"),
)
"""What a form can say, by the names of its fields, none of which is that of a filter."""

USUAL_API: Final = "Converse"
"""What is called where a form does not say it."""

ANY_ROLE: Final = "any-role"
_LONG: Final = {"candidate": LONGEST, "context": 4_000, "absent": 4_000}
_LONGEST: Final = 2_048
_ROLE: Final = re.compile(r"[\w+=,.@/-]+", re.ASCII)
_BEARERS: Final = ("SHORT_TERM", "LONG_TERM")


class Fault(Struct, frozen=True):
    """Why what a field says cannot be meant."""

    message: str
    hint: str | None = None


class TriedCall(Struct, frozen=True, kw_only=True):
    """What became of a form.

    `said` are its fields as they stand. `report` is None where nothing was asked or something is at fault.
    `without` is what becomes of the same call without the candidate, where there is one; `findings` are what
    the linter says of a pasted one.
    """

    said: Mapping[str, str]
    faults: Mapping[str, Fault]
    report: CallReport | None = None
    without: CallReport | None = None
    findings: tuple[Diagnostic, ...] = ()


def in_force(present: Present) -> PoliciesInForce | None:
    """What is in force, with files named as the manifest does; None without a manifest.

    Raises: UserError where a policy cannot be read.
    """
    return present.once(_in_force)


def tried(present: Present, said: Mapping[str, str], now: dt.datetime) -> TriedCall:
    """What becomes of the call that the fields describe. `now` is naive UTC."""
    return _Trying(present, said, now).result()


class _Trying:
    """Reads one form, and gathers what is at fault in it."""

    def __init__(self, present: Present, said: Mapping[str, str], now: dt.datetime) -> None:
        self._present = present
        self._said = {name: said.get(name, "").strip() for name in FIELDS}
        self._said["api"] = self._said["api"] or USUAL_API
        self._now = now
        self._faults: dict[str, Fault] = {}
        self._findings: tuple[Diagnostic, ...] = ()

    def result(self) -> TriedCall:
        """What becomes of it."""
        self._too_long()
        question = self._question() if not self._faults else None
        report, without = None, None
        if question is not None and not self._faults:
            try:
                known = in_force(self._present)
                report = answer(question, known)
                if question.candidates:
                    without = answer(replace(question, candidates=()), known)
            except CallError as error:
                self._fault(self._field(error.about), error.message, error.hint)
            except UserError as error:
                self._fault("", error.message, error.hint)
        return TriedCall(
            said=self._said,
            faults=self._faults,
            report=report if not self._faults else None,
            without=without,
            findings=self._findings,
        )

    def _question(self) -> CallQuestion | None:
        said = self._said
        principal = self._principal()
        self._api()
        self._model()
        self._profile()
        if REGION.fullmatch(said["region"]) is None:
            message = f"{ticked(said['region'])} is no Region" if said["region"] else "no Region is named"
            self._fault("region", message, "write it as `us-east-1`")
        if said["bearer"] and said["bearer"] not in _BEARERS:
            self._fault(
                "bearer", f"{ticked(said['bearer'])} is no kind of API key", "SHORT_TERM or LONG_TERM"
            )
        at = self._time()
        context, absent = self._context(), frozenset(said["absent"].split())
        candidates = tuple(self._candidates(principal))
        if self._faults:
            return None
        manifest = self._present.manifest
        return CallQuestion(
            principal=principal,
            model=said["model_id"],
            region=said["region"],
            api=said["api"],
            profile=said["profile"] or None,
            stream=bool(said["stream"]),
            batch=bool(said["batch"]),
            guardrail=said["guardrail"] or None,
            endpoint=said["endpoint"] or None,
            bearer=cast("BearerToken", said["bearer"]) if said["bearer"] else None,
            tier=said["tier"] or None,
            project=said["project"] or "default",
            organization=manifest.organization.id if manifest else None,
            at=at,
            context=context,
            absent=absent,
            candidates=candidates,
        )

    def _principal(self) -> str:
        said, manifest = self._said, self._present.manifest
        known = manifest.accounts_by_id() if manifest else {}
        if said["principal"]:
            arn = Arn.parse(said["principal"])
            hint = "write it as `arn:aws:iam::111111111111:role/NAME`"
            if arn is None or not arn.account:
                self._fault("principal", f"{ticked(said['principal'])} is no ARN of an account", hint)
            elif manifest is not None and arn.account not in known:
                message = f"account {ticked(arn.account)} is not in the organization"
                self._fault("principal", message, did_you_mean(arn.account, known))
            return said["principal"]
        if not said["account_id"]:
            self._fault(
                "account", "nobody is named who calls", "choose an account, or write a principal's ARN"
            )
        elif known and said["account_id"] not in known:
            message = f"account {ticked(said['account_id'])} is not in the organization"
            self._fault("account_id", message, did_you_mean(said["account_id"], known))
        elif not re.fullmatch(r"[0-9]{12}", said["account_id"]):
            self._fault("account_id", f"{ticked(said['account_id'])} is no account id", "it has 12 digits")
        role = said["role"] or ANY_ROLE
        if _ROLE.fullmatch(role) is None:
            self._fault(
                "role", f"{ticked(role)} is no name of a role", "write its name, with its path if it has one"
            )
        return f"arn:aws:iam::{said['account_id']}:role/{role.removeprefix('/')}"

    def _api(self) -> None:
        known = [one.api for one in inference_surfaces()]
        asked = self._said["api"]
        if asked and asked.lower() not in {one.lower() for one in known}:
            message = f"there is no API {ticked(asked)} that runs models"
            self._fault("api", message, did_you_mean(asked, known))

    def _model(self) -> None:
        asked = self._said["model_id"]
        surface = inference_surface(self._said["api"])
        takes_model = surface is None or surface.target in ("model", "batch")
        if not asked or (takes_model and parse(asked).kind == "unknown"):
            message = f"{ticked(asked)} is no model, and no ARN of one" if asked else "no model is named"
            self._fault("model_id", message, "write an id such as `anthropic.claude-sonnet-4-6`")

    def _profile(self) -> None:
        asked = self._said["profile"]
        named = asked if "." in asked or asked.startswith("arn:") else f"{asked}.{self._said['model_id']}"
        if asked and "profile" not in parse(named).kind:
            hint = did_you_mean(asked, GEOGRAPHIES) or "write a geography such as `us`, an id, or an ARN"
            self._fault("profile", f"{ticked(asked)} is no inference profile", hint)

    def _time(self) -> dt.datetime:
        asked = self._said["at"]
        try:
            found = dt.datetime.fromisoformat(asked) if asked else self._now
        except ValueError:
            hint = "write it as `2026-12-31T23:59:59`, in UTC, or leave it out for now"
            self._fault("at", f"{ticked(asked)} is no time", hint)
            found = self._now
        return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)

    def _context(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for line in self._said["context"].splitlines():
            if not line.strip():
                continue
            key, equals, value = line.strip().partition("=")
            if not equals or not key.strip():
                self._fault("context", f"{ticked(line.strip())} is no `KEY=VALUE`", "one key a line")
                continue
            found[key.strip()] = (*found.get(key.strip(), ()), value.strip())
        return found

    def _candidates(self, principal: str) -> Iterable[PolicyValue]:
        """The statement of the content and the pasted one, at the place that is named."""
        named, pasted = self._said["policy"], self._said["candidate"]
        if not named and not pasted:
            return
        target = self._target(principal)
        if named:
            shipped = {one.key: one for one in policy_catalog(self._present).shipped if one.kind == "scp"}
            if named in shipped:
                yield PolicyValue(shipped[named].policy, target)
            else:
                self._fault(
                    "policy", f"there is no policy statement {ticked(named)}", did_you_mean(named, shipped)
                )
        policy = self._pasted(pasted) if pasted else None
        if policy is not None:
            yield PolicyValue(policy, target)

    def _pasted(self, text: str) -> Policy | None:
        found = read_candidate(text, today=self._present.today)
        self._findings = found.problems
        if found.policy is None:
            first = next(one for one in found.problems if one.severity == "error")
            where = f"line {first.place.line}, column {first.place.column}"
            self._fault("candidate", f"{where}: {first.message}", first.hint)
        return found.policy

    def _target(self, principal: str) -> str:
        asked, manifest = self._said["target"] or ROOT, self._present.manifest
        if manifest is not None:
            known = {place for place, _ in places(manifest)}
            if asked not in known:
                message = f"there is no {ticked(asked)} in the organization"
                self._fault("target", message, did_you_mean(asked, known))
        elif asked != ROOT and asked not in principal:
            self._fault(
                "target", f"{ticked(asked)} is not above the account", "without a manifest, say `root`"
            )
        return asked

    def _too_long(self) -> None:
        for name, text in self._said.items():
            most = _LONG.get(name, _LONGEST)
            if len(text) > most:
                self._fault(name, f"this has {len(text):,} characters, and {most:,} are read")

    def _field(self, about: str) -> str:
        """The field that says the part of a call."""
        if about == "principal":
            return "principal" if self._said["principal"] else "account_id"
        if about == "model":
            return "profile" if self._said["profile"] else "model_id"
        return about if about in FIELDS else ""

    def _fault(self, field: str, message: str, hint: str | None = None) -> None:
        self._faults.setdefault(field, Fault(message, hint))


def _in_force(present: Present) -> PoliciesInForce | None:
    if present.manifest is None or present.manifest_path is None:
        return None
    return PoliciesInForce(present.manifest, present.manifest_path, as_named=True)
