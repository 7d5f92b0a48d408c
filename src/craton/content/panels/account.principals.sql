--- title: Callers
--- page: account
--- order: 90
--- chart: table
--- units: {calls: calls, errors: calls, estimated_cost: USD, interventions: calls}
--- width: 6
--- reads: [principal_daily]
--- explains: >
---   Who called models in this account, by cost.
SELECT
  principal,
  sum(estimated_cost) AS estimated_cost,
  sum(calls) AS calls,
  sum(errors) AS errors,
  sum(intervened_calls) AS interventions,
  principal_kind,
  max(last_event_time) AS last_call
FROM principal_daily
GROUP BY principal, principal_kind
ORDER BY estimated_cost DESC NULLS LAST, principal
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: a caller adds up, the dearest first
--?   ordered: true
--?   given:
--?     principal_daily:
--?       - {set: {principal: unpriced, estimated_cost: null}}
--?       - {set: {principal: cheap, estimated_cost: 1}}
--?       - {set: {calls: 3, errors: 1, estimated_cost: 2, intervened_calls: 1, last_event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {calls: 4, errors: 2, estimated_cost: 3, intervened_calls: 2, last_event_time: 2026-10-01T09:00:00Z}}
--?   expect:
--?     - {principal: search-app, principal_kind: assumed_role, calls: 7, errors: 3, estimated_cost: 5, interventions: 3, last_call: 2026-10-01T10:00:00Z}
--?     - {principal: cheap, estimated_cost: 1}
--?     - {principal: unpriced, estimated_cost: null}
--? - name: kinds of one name stand apart
--?   given: {principal_daily: [{set: {}}, {set: {principal_kind: iam_user}}, {set: {principal: other}}]}
--?   expect: [{principal: search-app}, {principal_kind: iam_user}, {principal: other}]
--? - name: of many, fifty
--?   given: {principal_daily: [{repeat: 51, set: {principal: "p{n}"}}]}
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
