--- title: Accounts with the most interventions
--- page: guardrails
--- order: 90
--- chart: bar
--- x: account_id
--- y: intervened_calls
--- unit: calls
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Calls in which a guardrail blocked or masked something.
SELECT account_id, sum(intervened_calls) AS intervened_calls
FROM usage_daily
WHERE intervened_calls > 0
GROUP BY account_id
ORDER BY intervened_calls DESC, account_id
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the ten largest, the largest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {repeat: 10, set: {account_id: "t{n}", intervened_calls: "{n}"}}
--?       - {set: {account_id: first, intervened_calls: 900}}
--?       - {set: {account_id: t2, intervened_calls: 20}}
--?   expect:
--?     - {account_id: first, intervened_calls: 900}
--?     - {account_id: t2, intervened_calls: 22}
--?     - {account_id: t10, intervened_calls: 10}
--?     - {account_id: t9, intervened_calls: 9}
--?     - {account_id: t8, intervened_calls: 8}
--?     - {account_id: t7, intervened_calls: 7}
--?     - {account_id: t6, intervened_calls: 6}
--?     - {account_id: t5, intervened_calls: 5}
--?     - {account_id: t4, intervened_calls: 4}
--?     - {account_id: t3, intervened_calls: 3}
--? - name: an account without interventions is not shown
--?   given: {usage_daily: [{set: {intervened_calls: 0}}, {set: {account_id: one, intervened_calls: 1}}]}
--?   expect: [{account_id: one, intervened_calls: 1}]
