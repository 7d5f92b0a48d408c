--- title: Principals
--- page: principals
--- order: 10
--- chart: table
--- units: {calls: calls, error_percent: percent, input_tokens: tokens, cache_read_input_tokens: tokens, output_tokens: tokens, estimated_cost: USD, interventions: calls}
--- width: 12
--- reads: [principal_daily]
--- survivors:
---   - mutant: "aggregate: MAX(dearest.estimated_cost) -> MIN(dearest.estimated_cost)"
---     reason: all rows of a principal carry its sum
--- explains: >
---   Who called models, by cost. Sessions of one role are one principal; a person is named where the ARN tells one.
WITH dearest AS (
  SELECT account_id, principal, sum(estimated_cost) AS estimated_cost
  FROM principal_daily
  GROUP BY account_id, principal
  ORDER BY estimated_cost DESC NULLS LAST, account_id, principal
  LIMIT 100
)
SELECT
  d.principal,
  d.account_id,
  max(dearest.estimated_cost) AS estimated_cost,
  sum(d.calls) AS calls,
  100.0 * sum(d.errors) / sum(d.calls) AS error_percent,
  sum(d.intervened_calls) AS interventions,
  sum(d.input_tokens) AS input_tokens,
  sum(d.cache_read_input_tokens) AS cache_read_input_tokens,
  sum(d.output_tokens) AS output_tokens,
  min(d.principal_kind) AS principal_kind,
  max(d.last_event_time) AS last_call
FROM principal_daily AS d
INNER JOIN dearest ON dearest.account_id = d.account_id AND dearest.principal IS NOT DISTINCT FROM d.principal
GROUP BY d.account_id, d.principal
ORDER BY estimated_cost DESC NULLS LAST, d.account_id, d.principal
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: a principal adds up over days, Regions and models, the dearest first
--?   ordered: true
--?   given:
--?     principal_daily:
--?       - {set: {principal: unpriced, estimated_cost: null}}
--?       - {set: {principal: cheap, estimated_cost: 1, input_tokens: null}}
--?       - {set: {calls: 4, errors: 1, input_tokens: 1, cache_read_input_tokens: 10, output_tokens: 7, estimated_cost: 1, intervened_calls: 1, last_event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {calls: 6, errors: 1, input_tokens: 2, cache_read_input_tokens: 20, output_tokens: 8, estimated_cost: 2, intervened_calls: 2, principal_kind: iam_user, last_event_time: 2026-10-01T11:00:00Z}}
--?       - {set: {calls: 10, errors: 3, input_tokens: 1, cache_read_input_tokens: null, output_tokens: 1, estimated_cost: null, last_event_time: 2026-10-01T10:00:00Z}}
--?   expect:
--?     - {account_id: "111111111111", principal: search-app, principal_kind: assumed_role, calls: 20, error_percent: 25.0, input_tokens: 4, cache_read_input_tokens: 30, output_tokens: 16, estimated_cost: 3, interventions: 3, last_call: 2026-10-01T11:00:00Z}
--?     - {principal: cheap, input_tokens: null}
--?     - {principal: unpriced, estimated_cost: null}
--? - name: every part of a principal keeps rows apart
--?   given:
--?     principal_daily:
--?       - {set: {calls: 1}}
--?       - {set: {account_id: "222222222222", calls: 2}}
--?       - {set: {principal: other, calls: 3}}
--?       - {set: {principal: null, calls: 4}}
--?   expect: [{calls: 1}, {calls: 2}, {calls: 3}, {calls: 4}]
--? - name: of many, a hundred
--?   given: {principal_daily: [{repeat: 100, set: {principal: "p{n}", estimated_cost: 9}}, {repeat: 2, set: {estimated_cost: 5}}]}
--?   expect:
--?     - {estimated_cost: 10}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
--?     - {estimated_cost: 9}
