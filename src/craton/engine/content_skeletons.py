"""First files of content, which pass their own tests and are there to be changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from craton.codec.content_file import PAGES
from craton.core.errors import UserError
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean
from craton.registry.content import Content
from craton.registry.policies import FOLDER as POLICIES
from craton.registry.policies import Policies
from craton.registry.reserved_words import reserved
from craton.registry.tables import tables

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["mart", "panel", "policy"]

_MART: Final = """\
--- title: {title}
--- grain: a day and an account
--- key: [day, account_id]
--- reads: [invocation]
--- explains: Say here what the rows mean, and what they do not.
--- columns:
---   calls: successful logged calls
---   estimated_cost: their cost, as far as they have a price
--- units: {{estimated_cost: USD}}
SELECT day, account_id, count(*) AS calls, sum(estimated_cost) AS estimated_cost
FROM invocation
WHERE error_code IS NULL
GROUP BY day, account_id
--? - name: no calls give no rows
--?   given: {{}}
--?   expect: []
--? - name: each account and day has its own count, and failed calls are none
--?   given:
--?     invocation:
--?       - {{repeat: 2, set: {{}}}}
--?       - {{set: {{event_time: 2026-10-02T12:00:00Z}}}}
--?       - {{set: {{account_id: "222222222222"}}}}
--?       - {{set: {{error_code: ThrottlingException}}}}
--?   expect:
--?     - {{day: 2026-10-01, account_id: "111111111111", calls: 2, estimated_cost: 0.0162}}
--?     - {{day: 2026-10-02, account_id: "111111111111", calls: 1}}
--?     - {{day: 2026-10-01, account_id: "222222222222", calls: 1}}
"""

_PANEL: Final = """\
--- title: {title}
--- page: {page}
--- order: 900
--- chart: bar
--- x: account_id
--- y: calls
--- unit: calls
--- width: 6
--- reads: [usage_daily]
--- explains: Say here what a reader sees, and what it does not show.
SELECT account_id, sum(calls) AS calls
FROM usage_daily
WHERE environment = 'prod'
GROUP BY account_id
ORDER BY calls DESC, account_id
--? - name: no data gives no rows
--?   given: {{}}
--?   expect: []
--? - name: accounts add up, the busiest first, and other environments are left out
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {{set: {{account_id: "222222222222", calls: 1}}}}
--?       - {{repeat: 2, set: {{calls: 3}}}}
--?       - {{set: {{environment: dev, calls: 100}}}}
--?   expect:
--?     - {{account_id: "111111111111", calls: 6}}
--?     - {{account_id: "222222222222", calls: 1}}
"""

_POLICY: Final = """\
title: {title}
explains: >-
  Say here what the policy denies, to whom, and what it cannot reach.
kind: scp
sources:
  - page: docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
    says: what the policy relies on
    retrieved: 2026-11-26
parameters:
  deployers:
    type: arn
    means: roles that may do it all the same
    example: ["arn:aws:iam::*:role/craton-deployer"]
statements:
  - Sid: DenyDeletingKnowledgeBases
    Effect: Deny
    Action: [bedrock:DeleteKnowledgeBase, bedrock:DeleteDataSource]
    Resource: "*"
    Condition:
      ArnNotLike:
        aws:PrincipalArn: {{parameter: deployers}}
proofs:
  - name: nobody deletes a knowledge base or its source
    request:
      action: [bedrock:DeleteKnowledgeBase, bedrock:DeleteDataSource]
      resource: arn:aws:bedrock:us-east-1:333333333333:knowledge-base/A1B2C3D4E5
    expect: explicit_deny
    by: DenyDeletingKnowledgeBases
  - name: deployers do
    request:
      principal: arn:aws:iam::333333333333:role/craton-deployer
      action: [bedrock:DeleteKnowledgeBase, bedrock:DeleteDataSource]
      resource: arn:aws:bedrock:us-east-1:333333333333:knowledge-base/A1B2C3D4E5
    expect: allowed
  - name: models are called as before
    call: {{api: [Converse, ConverseStream], model: us.anthropic.claude-sonnet-4-6}}
    expect: allowed
"""

_TEXTS: Final[dict[Kind, str]] = {"mart": _MART, "panel": _PANEL, "policy": _POLICY}
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def write_skeleton(kind: Kind, name: str, folder: Path) -> Path:
    """The path of a new file in a content folder, made if it is not there.

    A mart is named as a table, a panel `page.name`, a policy by what it says in words joined by `_`.
    Raises: UserError where the name cannot be used or is taken, or where the file cannot be written.
    """
    page, _, rest = name.rpartition(".") if kind == "panel" else ("", "", name)
    if not _NAME.fullmatch(rest) or (page and not _NAME.fullmatch(page)):
        form = "letters, digits and underscores, in lower case, a letter first"
        raise UserError(f"{ticked(name)} is no name for a {kind}", hint=f"a name is {form}")
    is_reserved = reserved(name) if kind == "mart" else None
    if is_reserved is not None:
        raise UserError(is_reserved[0], hint=is_reserved[1])
    if kind == "panel" and page not in PAGES:
        known = did_you_mean(page, PAGES) or f"there are the pages {listed(PAGES)}"
        example = f"usage.{rest}"
        if not page:
            raise UserError(f"{ticked(name)} names no page", hint=f"write {ticked(example)}, or another page")
        raise UserError(f"there is no page {ticked(page)}", hint=known)
    if name in _taken(kind):
        raise UserError(f"{ticked(name)} is one of Craton's own", hint="content extends what is there")
    path = folder / POLICIES / f"{name}.yaml" if kind == "policy" else folder / f"{kind}s" / f"{name}.sql"
    text = _TEXTS[kind].format(title=rest.replace("_", " ").capitalize(), page=page)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UserError(f"{ticked(str(path))} is there already") from error
    except OSError as error:
        raise UserError(f"{ticked(str(path))} cannot be written: {error.strerror}") from error
    return path


def _taken(kind: Kind) -> set[str]:
    match kind:
        case "mart":
            return {*Content.load().marts, *tables()}
        case "panel":
            return set(Content.load().panels)
        case "policy":
            return set(Policies.load().templates)
