--- title: Active accounts
--- page: overview
--- order: 50
--- chart: stat
--- y: accounts
--- unit: accounts
--- width: 3
--- compare: true
--- reads: [usage_daily]
--- explains: >
---   Accounts with at least one logged call.
SELECT count(DISTINCT account_id) AS accounts
FROM usage_daily
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     usage_daily:
--?       - {set: {account_id: a}}
--?       - {set: {account_id: b}}
--?       - {set: {account_id: b}}
--?   expect: [{accounts: 2}]
--? - name: one row is enough
--?   given: {usage_daily: [{set: {}}]}
--?   expect: [{}]
