"""See what an organization does with Amazon Bedrock, before anything of Craton is there.

Nothing is changed and nothing is deployed. `--policy` prints what the role must be allowed to that the survey
acts as in every account. What AWS answers is kept in the lake, so that a survey that was stopped goes on
where it was. The exit code is 2 where something needs a look: calls without logs or guardrails, retired
models in use, long-term keys, faulty policies, or what could not be read.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.engine.organization_access import OrganizationAccess
from craton.engine.surveying import ROLE, bedrock_regions, manifest_beside, policy, survey, write
from craton.views.document_page import page
from craton.views.document_paper import paper
from craton.views.survey_document import survey_document
from craton.views.survey_text import survey_lines

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("survey", help=__doc__)
@options.survey_lake
@click.option("--accounts", metavar="ID,…", help="Only these accounts; by default all of the organization.")
@click.option(
    "--regions", metavar="REGION,…", help="Only these Regions; by default all that have Amazon Bedrock."
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the survey there, as HTML, PDF and JSON, and a manifest of what is there.",
)
@click.option("--html", type=_FILE, metavar="FILE", help="Write the survey as one page of HTML.")
@click.option("--pdf", type=_FILE, metavar="FILE", help="Write the survey as a PDF.")
@options.role
@click.option("--policy", "prints_policy", is_flag=True, help="Print the policy of the role, and do nothing.")
@click.option("--resume", is_flag=True, help="Go on with a survey that was stopped, however long ago.")
@options.quiet
@options.json_or_human
def command(
    *,
    lake: Path,
    accounts: str | None,
    regions: str | None,
    folder: Path | None,
    html: Path | None,
    pdf: Path | None,
    role: str | None,
    prints_policy: bool,
    resume: bool,
    quiet: bool,
    output: str,
) -> int:
    """See the module."""
    if prints_policy:
        click.echo(json.dumps(policy(role or ROLE), indent=2))
        return DONE
    cloud = OrganizationAccess(role).cloud
    with drawn(quiet=quiet) as progress:
        surveyed = survey(
            cloud,
            caller=cloud.caller.account,
            lake=lake,
            accounts=options.listed(accounts),
            regions=options.listed(regions) or bedrock_regions(cloud),
            resume=resume,
            now=options.now(),
            progress=progress,
        )
    found = surveyed.survey
    told = msgspec.json.encode(found)
    wanted = {html: page, pdf: paper}
    if folder is not None:
        wanted |= {folder / "survey.html": page, folder / "survey.pdf": paper}
        write(folder / "survey.json", told + b"\n")
        written = manifest_beside(surveyed, folder)
        if isinstance(written, str):
            click.echo(written, err=True)
        else:
            for one in written.files:
                click.echo(f"written to {one}", err=True)
    for file, drawn_as in wanted.items():
        if file is not None:
            write(file, drawn_as(survey_document(found)))
            click.echo(f"written to {file}", err=True)
    if output == "json":
        click.echo(told.decode())
    else:
        for line in survey_lines(found):
            click.echo(line)
    return FOUND if found.has_findings else DONE
