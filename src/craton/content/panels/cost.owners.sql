--- title: Cost by owner
--- page: cost
--- order: 130
--- chart: table
--- units: {calls: calls, input_tokens: tokens, output_tokens: tokens, estimated_cost: USD, share_percent: percent, unpriced_calls: calls}
--- width: 12
--- reads: [owner_daily]
--- explains: >
---   The chargeback view: every logged call under the owner that it is attributed to. A call without an owner is in
---   the row without names, so that the rows add up to the whole.
WITH owned AS (
  SELECT
    business_unit,
    cost_center,
    team,
    project,
    sum(calls) AS calls,
    sum(input_tokens) AS input_tokens,
    sum(output_tokens) AS output_tokens,
    sum(estimated_cost) AS estimated_cost,
    sum(unpriced_calls) AS unpriced_calls
  FROM owner_daily
  GROUP BY business_unit, cost_center, team, project
)
SELECT
  business_unit,
  cost_center,
  team,
  project,
  calls,
  input_tokens,
  output_tokens,
  estimated_cost,
  100.0 * estimated_cost / nullif(sum(estimated_cost) OVER (), 0) AS share_percent,
  unpriced_calls
FROM owned
ORDER BY estimated_cost DESC NULLS LAST, business_unit, cost_center, team, project
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: owners and what is owned by nobody add up to the whole
--?   ordered: true
--?   given:
--?     owner_daily:
--?       - {set: {calls: 1, input_tokens: 10, output_tokens: 100, estimated_cost: 1, unpriced_calls: 2}}
--?       - {set: {calls: 2, input_tokens: 20, output_tokens: 200, estimated_cost: 2, unpriced_calls: 3}}
--?       - {set: {calls: 3, estimated_cost: 1, business_unit: null, cost_center: null, team: null, project: null}}
--?   expect:
--?     - {business_unit: Retail, cost_center: CC-1001, team: search, project: ranking, calls: 3, input_tokens: 30, output_tokens: 300, estimated_cost: 3, share_percent: 75.0, unpriced_calls: 5}
--?     - {business_unit: null, cost_center: null, team: null, project: null, calls: 3, estimated_cost: 1, share_percent: 25.0, unpriced_calls: 0}
--? - name: every level of owners keeps rows apart
--?   given:
--?     owner_daily:
--?       - {set: {calls: 1}}
--?       - {set: {business_unit: Bank, calls: 2}}
--?       - {set: {cost_center: CC-2, calls: 3}}
--?       - {set: {team: fraud, calls: 4}}
--?       - {set: {project: scoring, calls: 5}}
--?   expect: [{calls: 1}, {calls: 2}, {calls: 3}, {calls: 4}, {calls: 5}]
--? - name: where nothing costs anything there are no shares
--?   given: {owner_daily: [{set: {estimated_cost: 0}}]}
--?   expect: [{estimated_cost: 0, share_percent: null}]
--? - name: a dollar is the whole
--?   given: {owner_daily: [{set: {estimated_cost: 1}}]}
--?   expect: [{share_percent: 100.0}]
