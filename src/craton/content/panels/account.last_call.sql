--- title: Last logged call
--- page: account
--- order: 40
--- chart: stat
--- y: last_call
--- width: 3
--- reads: [usage_daily]
--- explains: >
---   When a call was logged last, in UTC.
SELECT max(last_event_time) AS last_call
FROM usage_daily
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     usage_daily:
--?       - {set: {last_event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {last_event_time: 2026-10-01T09:00:00Z}}
--?   expect: [{last_call: 2026-10-01T10:00:00Z}]
--? - name: one row is enough
--?   given: {usage_daily: [{set: {}}]}
--?   expect: [{}]
