--- title: Calls
--- page: account
--- order: 20
--- chart: stat
--- y: calls
--- unit: calls
--- width: 3
--- compare: true
--- reads: [usage_daily]
--- explains: >
---   Calls in the invocation logs, failed ones included.
SELECT sum(calls) AS calls
FROM usage_daily
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     usage_daily:
--?       - {set: {calls: 5}}
--?       - {set: {calls: 7}}
--?   expect: [{calls: 12}]
--? - name: one row is enough
--?   given: {usage_daily: [{set: {}}]}
--?   expect: [{}]
