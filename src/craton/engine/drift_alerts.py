"""Telling the hub's alert topic of drift: each once when it is new, and once more when it is mended.

What was told is remembered beside the other records of the lake, so that a restart tells nothing twice. It is
remembered right after it was sent: who is killed in between tells it again, with the same id.

Source: "Publish", docs.aws.amazon.com/sns/latest/api/API_Publish.html, retrieved 2026-11-27: a subject is
ASCII, without line breaks, and has fewer than 100 characters.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec import Struct

from craton.core.cloud_call import Call, Read
from craton.core.errors import CloudError
from craton.kinds.parts.hub import ALERTS_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from craton.core.deployment import Deployment
    from craton.core.ports import Cloud
    from craton.engine.deployment_log import DeploymentLog
    from craton.engine.drift_report import DriftReport

_SUBJECT: Final = 99


class Told(Struct, frozen=True, kw_only=True):
    """Drift that was told: `found` is the digest of what it was, `at` when it was told."""

    found: str
    at: dt.datetime
    account: str
    region: str


class Memory(Struct, frozen=True):
    """What was told and is not mended, by address."""

    told: Mapping[str, Told] = {}


class Alert(Struct, frozen=True, kw_only=True):
    """One message. `id` is the same for the same news."""

    id: str
    kind: Literal["drift", "mended"]
    at: dt.datetime
    organization: str
    address: str
    account: str
    region: str
    because: str
    opens: tuple[str, ...] = ()
    doers: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """One line. Shapes: fewer than 100 ASCII characters."""
        verb = "drift" if self.kind == "drift" else "mended"
        text = f"Craton: {verb} in {self.account or 'the organization'}: {self.address}"
        return text.encode("ascii", "replace").decode()[:_SUBJECT]

    @property
    def text(self) -> str:
        """The same for people."""
        lines = [
            f"{'Changed by hand' if self.kind == 'drift' else 'As it should be again'}: {self.address}",
            f"account {self.account} {self.region}, organization {self.organization}",
            f"seen at {self.at:%Y-%m-%d %H:%M} UTC",
            self.because,
            *(f"opens: {one}" for one in self.opens),
            *(f"by: {one}" for one in self.doers),
        ]
        return "\n".join(one for one in lines if one)


class DriftAlerts:
    """Tells a topic. `keep` writes to the log, or tells why not: all is told whether remembered or not.

    Raises: CloudError where the hub has no topic, or it cannot be asked.
    """

    def __init__(
        self,
        log: DeploymentLog,
        cloud: Cloud,
        deployment: Deployment,
        keep: Callable[[Callable[[DeploymentLog], object]], None] | None = None,
    ) -> None:
        self._log = log
        self._keep = keep or (lambda write: write(log))
        self._known: dict[str, Told] | None = None
        self._cloud = cloud
        self._deployment = deployment
        self._topic = self._find_topic()

    def tell(self, report: DriftReport, *, at: dt.datetime) -> tuple[Alert, ...]:
        """What was told just now. Raises: CloudError where the topic cannot be told."""
        known = dict(self._log.told(Memory).told) if self._known is None else self._known
        self._known = known
        sent = []
        for alert, told in self._news(report, known, at):
            self._publish(alert)
            if told is None:
                del known[alert.address]
            else:
                known[alert.address] = told
            self._keep(lambda log: log.tell(Memory(known)))
            sent.append(alert)
        return tuple(sent)

    def _news(
        self, report: DriftReport, known: Mapping[str, Told], at: dt.datetime
    ) -> Iterator[tuple[Alert, Told | None]]:
        present = dict(self._present(report, at))
        for address, (alert, told) in present.items():
            if address not in known or known[address].found != told.found:
                yield alert, told
        held = {one.address for one in report.record.drifts if one.unknown is not None}
        for address, told in list(known.items()):
            if address not in present and address not in held and _was_looked_at(address, report):
                yield self._alert("mended", address, told, at, because="it is as it was applied"), None

    def _present(self, report: DriftReport, at: dt.datetime) -> Iterator[tuple[str, tuple[Alert, Told]]]:
        """Everything that is otherwise now, and known to be."""
        found = {one.change.address: one.change.found for one in report.found.drifts}
        for one in report.record.drifts:
            if one.unknown is None:
                told = Told(found=found[one.address], at=at, account=one.account, region=one.region)
                doers = tuple(f"{doer.by}, {doer.event} at {doer.at}" for doer in one.doers)
                alert = self._alert(
                    "drift", one.address, told, at, because=one.because, opens=one.opens, doers=doers
                )
                yield one.address, (alert, told)
        for each in (*report.record.accounts, *report.record.regions):
            address = f"ungoverned/{each.account}" + (f"/{each.region}" if each.region else "")
            told = Told(found=each.detail, at=at, account=each.account, region=each.region or "")
            because = each.detail if each.region else f"it is in no environment: {each.detail}"
            yield address, (self._alert("drift", address, told, at, because=because), told)

    def _alert(
        self, kind: Literal["drift", "mended"], address: str, told: Told, at: dt.datetime, **more: Any
    ) -> Alert:
        news = msgspec.json.encode([self._deployment.organization, kind, address, told.found])
        return Alert(
            id=hashlib.sha256(news).hexdigest()[:32],
            kind=kind,
            at=at,
            organization=self._deployment.organization,
            address=address,
            account=told.account,
            region=told.region,
            **more,
        )

    def _publish(self, alert: Alert) -> None:
        words = {"default": msgspec.json.encode(alert).decode(), "email": alert.text}
        self._cloud.act(
            Call(
                account=self._deployment.hub_account,
                region=self._deployment.home_region,
                service="sns",
                operation="Publish",
                parameters={
                    "TopicArn": self._topic,
                    "Subject": alert.subject,
                    "Message": msgspec.json.encode(words).decode(),
                    "MessageStructure": "json",
                },
            )
        )

    def _find_topic(self) -> str:
        read = Read(
            account=self._deployment.hub_account,
            region=self._deployment.home_region,
            service="sns",
            operation="ListTopics",
        )
        told = next(iter(self._cloud.observe([read])))
        topics = (one["TopicArn"] for one in (told.answer or {}).get("Topics", ()))
        found = next((one for one in topics if one.endswith(f":{ALERTS_NAME}")), None)
        if found is None:
            why = told.message or f"there is none named `{ALERTS_NAME}`"
            raise CloudError(f"the alert topic of the hub cannot be told: {why}")
        return str(found)


def _was_looked_at(address: str, report: DriftReport) -> bool:
    """Whether this look could have found it."""
    if address.startswith("ungoverned/"):
        is_region = address.count("/") > 1
        return report.record.regions_unknown is None if is_region else not report.record.not_looked_at
    return not (address.startswith("drift/") and report.record.not_looked_at)
