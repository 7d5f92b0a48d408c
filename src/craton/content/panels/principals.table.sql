--- title: Principals
--- page: principals
--- order: 10
--- chart: table
--- units: {calls: calls, error_percent: percent, input_tokens: tokens, cache_read_input_tokens: tokens, output_tokens: tokens, estimated_cost: USD, interventions: calls, regions_in_a_day: Regions}
--- width: 12
--- reads: [principal_daily]
--- survivors:
---   - mutant: "join: INNER JOIN dearest -> LEFT JOIN"
---     reason: the rows are ranked again after the join, so that none but the dearest are left
---   - mutant: "constant: LIMIT 100 -> LIMIT 101"
---     reason: the other limit holds
---   - mutant: "constant: LIMIT 100 -> LIMIT 101 #2"
---     reason: the other limit holds
---   - mutant: "distinct: SELECT DISTINCT -> SELECT"
---     reason: it saves work; Regions are counted once either way
---   - mutant: "aggregate: MAX(estimated_cost) -> MIN(estimated_cost)"
---     reason: all rows of a principal carry its sum
--- explains: >
---   Who called models, by cost. Sessions of one role are one principal; a person is named where the ARN tells one.
---   Regions are those that it called on one day, at the most: where only some teams are chosen, for these.
WITH dearest AS (
  SELECT account_id, principal, sum(estimated_cost) AS estimated_cost
  FROM principal_daily
  GROUP BY account_id, principal
  ORDER BY estimated_cost DESC NULLS LAST, account_id, principal
  LIMIT 100
),
daily AS (
  SELECT
    d.day,
    d.account_id,
    d.principal,
    d.principal_kind,
    d.calls,
    d.errors,
    d.intervened_calls,
    d.regions,
    d.input_tokens,
    d.cache_read_input_tokens,
    d.output_tokens,
    dearest.estimated_cost,
    d.last_event_time
  FROM principal_daily AS d
  INNER JOIN dearest ON dearest.account_id = d.account_id AND dearest.principal IS NOT DISTINCT FROM d.principal
),
told AS (
  SELECT DISTINCT day, account_id, principal, regions
  FROM daily
),
reached AS (
  SELECT t.day, t.account_id, t.principal, count(DISTINCT r.region) AS regions
  FROM told AS t
  CROSS JOIN UNNEST(string_split(t.regions, '+')) AS r(region)
  GROUP BY t.day, t.account_id, t.principal
),
widest AS (
  SELECT account_id, principal, max(regions) AS regions_in_a_day
  FROM reached
  GROUP BY account_id, principal
),
added AS (
  SELECT
    account_id,
    principal,
    max(estimated_cost) AS estimated_cost,
    sum(calls) AS calls,
    100.0 * sum(errors) / sum(calls) AS error_percent,
    sum(intervened_calls) AS interventions,
    sum(input_tokens) AS input_tokens,
    sum(cache_read_input_tokens) AS cache_read_input_tokens,
    sum(output_tokens) AS output_tokens,
    min(principal_kind) AS principal_kind,
    max(last_event_time) AS last_call
  FROM daily
  GROUP BY account_id, principal
)
SELECT
  a.principal,
  a.account_id,
  a.estimated_cost,
  a.calls,
  a.error_percent,
  a.interventions,
  w.regions_in_a_day,
  a.input_tokens,
  a.cache_read_input_tokens,
  a.output_tokens,
  a.principal_kind,
  a.last_call
FROM added AS a
LEFT JOIN widest AS w ON a.account_id = w.account_id AND a.principal IS NOT DISTINCT FROM w.principal
ORDER BY a.estimated_cost DESC NULLS LAST, a.account_id, a.principal
LIMIT 100
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: a principal adds up over days, Regions and models, the dearest first
--?   ordered: true
--?   given:
--?     principal_daily:
--?       - {set: {principal: unpriced, estimated_cost: null}}
--?       - {set: {principal: cheap, estimated_cost: 1, input_tokens: null}}
--?       - {set: {calls: 4, errors: 1, input_tokens: 1, cache_read_input_tokens: 10, output_tokens: 7, estimated_cost: 1, intervened_calls: 1, regions: a+b, last_event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {calls: 6, errors: 1, input_tokens: 2, cache_read_input_tokens: 20, output_tokens: 8, estimated_cost: 2, intervened_calls: 2, regions: b+c, principal_kind: iam_user, last_event_time: 2026-10-01T11:00:00Z}}
--?       - {set: {calls: 10, errors: 3, input_tokens: 1, cache_read_input_tokens: null, output_tokens: 1, estimated_cost: null, regions: c, last_event_time: 2026-10-01T10:00:00Z}}
--?   expect:
--?     - {account_id: "111111111111", principal: search-app, principal_kind: assumed_role, calls: 20, error_percent: 25.0, input_tokens: 4, cache_read_input_tokens: 30, output_tokens: 16, estimated_cost: 3, interventions: 3, regions_in_a_day: 3, last_call: 2026-10-01T11:00:00Z}
--?     - {principal: cheap, input_tokens: null}
--?     - {principal: unpriced, estimated_cost: null}
--? - name: Regions of a principal are counted by day, over its teams
--?   given:
--?     principal_daily:
--?       - {set: {team: alpha, regions: us-east-1}}
--?       - {set: {team: beta, regions: us-west-2}}
--?       - {set: {day: 2026-10-02, regions: eu-west-1}}
--?       - {set: {account_id: "222222222222", regions: a+b+c}}
--?       - {set: {principal: untold, regions: null}}
--?   expect:
--?     - {account_id: "111111111111", principal: search-app, calls: 3, regions_in_a_day: 2}
--?     - {account_id: "222222222222", regions_in_a_day: 3}
--?     - {principal: untold, calls: 1, regions_in_a_day: null}
--? - name: every part of a principal keeps rows apart
--?   given:
--?     principal_daily:
--?       - {set: {calls: 1}}
--?       - {set: {account_id: "222222222222", calls: 2}}
--?       - {set: {principal: other, calls: 3}}
--?       - {set: {principal: null, calls: 4}}
--?   expect: [{calls: 1}, {calls: 2}, {calls: 3}, {calls: 4, regions_in_a_day: 1}]
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
