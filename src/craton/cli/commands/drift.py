"""What in AWS is no longer what Craton last brought there, who changed it, and when.

CloudFormation looks at the resources of every stack, and the trail tells who it was. Accounts in no
environment are named too, and with `--lake` Regions that are used and not governed. `-o FILE` saves the plan
that mends what drifted, for `craton apply`. The exit code is 2 where something is not as it should be.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.core.errors import CloudError, UserError
from craton.engine.deployment_log import DeploymentLog
from craton.engine.drift_alerts import DriftAlerts
from craton.engine.drift_report import drift_report
from craton.engine.manifests import load
from craton.engine.organization_access import OrganizationAccess
from craton.engine.planning import deployment, save
from craton.views.drift_text import drift_as_json, drift_lines, one_drift_lines

if TYPE_CHECKING:
    from craton.engine.deployment_state import DeploymentState
    from craton.engine.drift_report import DriftReport


@click.command("drift", help=__doc__)
@options.manifest_argument
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Save the plan that mends it.",
)
@click.option("--watch", "watched", is_flag=True, help="Look again and again, and tell what is new.")
@click.option(
    "--every",
    "minutes",
    type=click.FloatRange(min=0.01),
    default=60.0,
    show_default=True,
    metavar="MINUTES",
    help="How long to wait between two looks.",
)
@click.option(
    "--alert",
    "alerted",
    is_flag=True,
    help="Tell the hub's alert topic what is new and what is mended, each once; --lake remembers it.",
)
@options.records
@options.role
@options.state
@options.quiet
@options.json_or_human
def command(
    *,
    manifest: Path,
    file: Path | None,
    watched: bool,
    minutes: float,
    alerted: bool,
    lake: Path | None,
    role: str | None,
    state: Path,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    if alerted and lake is None:
        raise click.UsageError("--alert needs --lake, where it is remembered what was told")
    desired, _ = deployment(manifest, today=options.now().date())
    access = OrganizationAccess(role)
    kept = access.state(desired, state / desired.organization, options.now)
    watch = _Watch(access, kept, manifest, lake)
    report = watch.look(quiet=quiet)
    if file is not None:
        save(report.found.plan, file)
    if output == "json":
        click.echo(drift_as_json(report))
    else:
        for line in drift_lines(report):
            click.echo(line)
    alerts = DriftAlerts(DeploymentLog(lake), access.cloud, desired) if alerted and lake is not None else None
    _tell(alerts, report)
    known = _known(report)
    while watched:
        time.sleep(minutes * 60)
        try:
            report = watch.look(quiet=True)
            for one, told in zip(report.found.drifts, report.record.drifts, strict=True):
                if (one.change.address, one.change.found) not in known:
                    for line in one_drift_lines(one, told.opens):
                        click.echo(line)
            known = _known(report)
            _tell(alerts, report)
        except CloudError as error:
            click.echo(f"error: {error}; looking again in {minutes:g} minutes", err=True)
    return DONE if report.is_clean else FOUND


def _known(report: DriftReport) -> set[tuple[str, str]]:
    return {(one.change.address, one.change.found) for one in report.found.drifts}


def _tell(alerts: DriftAlerts | None, report: DriftReport) -> None:
    if alerts is not None:
        for one in alerts.tell(report, at=options.now()):
            click.echo(f"told the alert topic: {one.kind} {one.address}", err=True)


class _Watch:
    """Looks for drift, and leaves what it finds in the lake."""

    def __init__(
        self, access: OrganizationAccess, kept: DeploymentState, manifest: Path, lake: Path | None
    ) -> None:
        self._access = access
        self._kept = kept
        self._manifest = manifest
        self._lake = lake

    def look(self, *, quiet: bool) -> DriftReport:
        """What is otherwise now. Raises: UserError where nothing was applied."""
        snapshot = self._kept.snapshot()
        if snapshot is None:
            raise UserError(
                "Craton has applied nothing in this organization",
                hint="`craton plan` tells what would be done",
            )
        now, by = options.now(), self._access.caller
        with drawn(quiet=quiet) as progress:
            report = drift_report(
                snapshot,
                self._access.cloud,
                load(self._manifest),
                self._manifest,
                self._lake,
                at=now,
                by=by,
                progress=progress,
            )
        if self._lake is not None:
            log = DeploymentLog(self._lake)
            log.learn(self._kept)
            log.drift(report.record)
            if report.found.plan.open_changes:
                log.plan(report.found.plan, by=by, purpose="mend")
        return report
