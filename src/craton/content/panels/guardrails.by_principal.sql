--- title: Who meets guardrails most
--- page: guardrails
--- order: 110
--- chart: table
--- units: {interventions: calls, days: days}
--- width: 6
--- empty: no guardrail intervened
--- reads: [principal_daily]
--- explains: >
---   Principals by the calls in which a guardrail intervened. Many by one person in a short time may be probing; many
---   by one workload, a rule that is too strict.
SELECT
  principal,
  account_id,
  sum(intervened_calls) AS interventions,
  count(DISTINCT day) AS days,
  max(day) AS last_day
FROM principal_daily
WHERE intervened_calls > 0
GROUP BY account_id, principal
ORDER BY interventions DESC, account_id, principal
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: principals by interventions, the most first
--?   ordered: true
--?   given:
--?     principal_daily:
--?       - {set: {principal: few, calls: 2, intervened_calls: 1}}
--?       - {set: {calls: 10, intervened_calls: 3, day: 2026-10-02}}
--?       - {set: {calls: 10, intervened_calls: 2}}
--?       - {set: {calls: 10, intervened_calls: 4, team: other}}
--?       - {set: {calls: 5, intervened_calls: 0}}
--?       - {set: {principal: none, calls: 10, intervened_calls: 0}}
--?   expect:
--?     - {account_id: "111111111111", principal: search-app, interventions: 9, days: 2, last_day: 2026-10-02}
--?     - {principal: few, interventions: 1, days: 1}
--? - name: accounts and principals stand apart
--?   given:
--?     principal_daily:
--?       - {set: {intervened_calls: 1}}
--?       - {set: {intervened_calls: 1, account_id: "222222222222"}}
--?       - {set: {intervened_calls: 1, principal: other}}
--?   expect: [{}, {account_id: "222222222222"}, {principal: other}]
--? - name: of many, fifty
--?   given: {principal_daily: [{repeat: 51, set: {intervened_calls: 1, principal: "p{n}"}}]}
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
