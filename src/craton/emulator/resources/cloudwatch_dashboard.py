"""AWS::CloudWatch::Dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.resources.kind import Made

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class Dashboard:
    """A dashboard; Ref is its name."""

    type = "AWS::CloudWatch::Dashboard"

    def create(self, site: Site, properties: Properties) -> Made:
        """Puts the dashboard."""
        name = str(properties.get("DashboardName") or site.name(255))
        body = str(properties["DashboardBody"])
        site.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)
        return Made(name)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Puts it anew."""
        return self.create(site, {**properties, "DashboardName": made.physical_id})

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the dashboard."""
        cloudwatch = site.client("cloudwatch")
        try:
            cloudwatch.delete_dashboards(DashboardNames=[made.physical_id])
        except cloudwatch.exceptions.ResourceNotFound:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """Its body."""
        cloudwatch = site.client("cloudwatch")
        try:
            told = cloudwatch.get_dashboard(DashboardName=made.physical_id)
        except cloudwatch.exceptions.ResourceNotFound:
            return None
        return {"DashboardName": made.physical_id, "DashboardBody": told["DashboardBody"]}


KIND = Dashboard()
