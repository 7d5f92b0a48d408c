--- title: Accounts with calls without a guardrail
--- page: guardrails
--- order: 130
--- chart: table
--- units: {calls_without_guardrail: calls, without_percent: percent}
--- width: 12
--- empty: every call had a guardrail
--- reads: [usage_daily]
--- explains: >
---   Successful calls whose record tells of no guardrail and names none, by account. A record without a body or trace
---   cannot tell of one.
SELECT
  account_id,
  environment,
  sum(unassessed_calls) AS calls_without_guardrail,
  100.0 * sum(unassessed_calls) / sum(calls - errors) AS without_percent
FROM usage_daily
GROUP BY account_id, environment
HAVING max(unassessed_calls) > 0
ORDER BY calls_without_guardrail DESC, account_id, environment
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: accounts by unguarded calls, the most first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {account_id: few, calls: 3, errors: 1, assessed_calls: 2, unassessed_calls: 1}}
--?       - {set: {account_id: many, calls: 10, errors: 2, unassessed_calls: 5}}
--?       - {set: {account_id: many, calls: 10, errors: 0, unassessed_calls: 9}}
--?       - {set: {account_id: many, calls: 10, errors: 0, unassessed_calls: 0}}
--?       - {set: {account_id: many, calls: 2, errors: 2, unassessed_calls: 0}}
--?       - {set: {account_id: guarded, calls: 5, errors: 0, unassessed_calls: 0}}
--?       - {set: {account_id: guarded, calls: 5, errors: 1, unassessed_calls: 0}}
--?       - {set: {account_id: failed, calls: 5, errors: 5, unassessed_calls: 0}}
--?   expect:
--?     - {account_id: many, environment: prod, calls_without_guardrail: 14, without_percent: 50.0}
--?     - {account_id: few, calls_without_guardrail: 1, without_percent: 50.0}
--? - name: accounts and environments stand apart
--?   given:
--?     usage_daily:
--?       - {set: {}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {environment: null}}
--?   expect: [{}, {account_id: "222222222222"}, {environment: null}]
--? - name: of many, fifty
--?   given: {usage_daily: [{repeat: 51, set: {account_id: "a{n}"}}]}
--?   expect:
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
