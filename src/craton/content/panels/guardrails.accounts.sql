--- title: Accounts with interventions
--- page: guardrails
--- order: 40
--- chart: stat
--- y: accounts
--- unit: accounts
--- width: 3
--- compare: true
--- reads: [usage_daily]
--- explains: >
---   Accounts in which a guardrail intervened.
SELECT count(DISTINCT account_id) AS accounts
FROM usage_daily
WHERE intervened_calls > 0
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     usage_daily:
--?       - {set: {account_id: a, intervened_calls: 1}}
--?       - {set: {account_id: b, intervened_calls: 2}}
--?       - {set: {account_id: b, intervened_calls: 1}}
--?       - {set: {account_id: c, intervened_calls: 0}}
--?   expect: [{accounts: 2}]
--? - name: one row is enough
--?   given: {usage_daily: [{set: {intervened_calls: 1}}]}
--?   expect: [{}]
