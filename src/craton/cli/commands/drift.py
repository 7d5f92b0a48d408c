"""What in AWS is no longer what Craton last brought there, who changed it, and when.

CloudFormation looks at the resources of every stack, and the trail tells who it was. Accounts in no
environment are named too, and with `--lake` Regions that are used and not governed. `-o FILE` saves the plan
that mends what drifted, for `craton apply`. The exit code is 2 where something is not as it should be.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.cli.records import records_in
from craton.cli.watching import looks
from craton.core.errors import UserError
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
    if alerted and lake is not None:
        keep = records_in(lake).keep
        watch.alerts = DriftAlerts(DeploymentLog(lake), access.cloud, desired, keep)
        watch.tell(report)
    if watched:
        _go_on(watch, report, minutes * 60)
    return DONE if report.is_clean else FOUND


def _go_on(watch: _Watch, report: DriftReport, seconds: float) -> None:
    """Prints what each later look finds that the one before did not."""
    known = _known(report)
    for later in looks(watch.look_and_tell, seconds):
        for one, told in zip(later.found.drifts, later.record.drifts, strict=True):
            if (one.change.address, one.change.found) not in known:
                for line in one_drift_lines(one, told.opens):
                    click.echo(line)
        known = _known(later)


def _known(report: DriftReport) -> set[tuple[str, str]]:
    return {(one.change.address, one.change.found) for one in report.found.drifts}


class _Watch:
    """Looks for drift, and leaves what it finds in the lake; `alerts` tell the hub's topic."""

    def __init__(
        self, access: OrganizationAccess, kept: DeploymentState, manifest: Path, lake: Path | None
    ) -> None:
        self._access = access
        self._kept = kept
        self._manifest = manifest
        self._lake = lake
        self.alerts: DriftAlerts | None = None

    def look_and_tell(self) -> DriftReport:
        """What is otherwise now, of which the topic was told. Raises: CratonError."""
        report = self.look(quiet=True)
        self.tell(report)
        return report

    def tell(self, report: DriftReport) -> None:
        """Afterwards the topic was told what is new. Raises: CloudError."""
        for one in self.alerts.tell(report, at=options.now()) if self.alerts else ():
            click.echo(f"told the alert topic: {one.kind} {one.address}", err=True)

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
        records, plan = records_in(self._lake), report.found.plan
        records.keep(lambda log: log.learn(self._kept))
        records.keep(lambda log: log.drift(report.record))
        if plan.open_changes:
            records.keep(lambda log: log.plan(plan, by=by, purpose="mend"))
        return report
