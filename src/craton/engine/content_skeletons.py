"""First files of content, which pass their own tests and are there to be changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from craton.codec.content_file import PAGES
from craton.core.errors import UserError
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean
from craton.registry.content import Content
from craton.registry.tables import tables

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["mart", "panel"]

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

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def write_skeleton(kind: Kind, name: str, folder: Path) -> Path:
    """The path of a new file in a content folder, made if it is not there.

    A mart is named as a table, a panel `page.name`.
    Raises: UserError where the name cannot be used or is taken, or where the file cannot be written.
    """
    page, _, rest = name.rpartition(".") if kind == "panel" else ("", "", name)
    if not _NAME.fullmatch(rest) or (page and not _NAME.fullmatch(page)):
        form = "letters, digits and underscores, in lower case, a letter first"
        raise UserError(f"{ticked(name)} is no name for a {kind}", hint=f"a name is {form}")
    if kind == "panel" and page not in PAGES:
        known = did_you_mean(page, PAGES) or f"there are the pages {listed(PAGES)}"
        example = f"usage.{rest}"
        if not page:
            raise UserError(f"{ticked(name)} names no page", hint=f"write {ticked(example)}, or another page")
        raise UserError(f"there is no page {ticked(page)}", hint=known)
    content = Content.load()
    taken = {*content.marts, *tables()} if kind == "mart" else set(content.panels)
    if name in taken:
        raise UserError(f"{ticked(name)} is one of Craton's own", hint="content extends what is there")
    path = folder / f"{kind}s" / f"{name}.sql"
    title = rest.replace("_", " ").capitalize()
    text = (_MART if kind == "mart" else _PANEL).format(title=title, page=page)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UserError(f"{ticked(str(path))} is there already") from error
    except OSError as error:
        raise UserError(f"{ticked(str(path))} cannot be written: {error.strerror}") from error
    return path
