--- title: Calls of an owner on a day
--- grain: a day, an account, an owner down to the project, and the rule that named it
--- key: [day, account_id, environment, organizational_unit, business_unit, cost_center, team, project, attributed_by]
--- reads: [invocation]
--- explains: >
---   The base of chargeback: every logged call under exactly one owner, or under none. Cost adds up the calls that have a
---   price.
--- columns:
---   calls: logged calls, failed ones included
---   estimated_cost: tokens times the price in force at the time of each call, over the calls that have a price
---   unpriced_calls: successful calls without a price
--- units: {estimated_cost: USD}
SELECT
  day,
  account_id,
  environment,
  organizational_unit,
  business_unit,
  cost_center,
  team,
  project,
  attributed_by,
  count(*) AS calls,
  CAST(sum(input_tokens) AS BIGINT) AS input_tokens,
  CAST(sum(output_tokens) AS BIGINT) AS output_tokens,
  CAST(sum(cache_read_input_tokens) AS BIGINT) AS cache_read_input_tokens,
  CAST(sum(cache_creation_input_tokens) AS BIGINT) AS cache_creation_input_tokens,
  sum(estimated_cost) AS estimated_cost,
  count(*) FILTER (WHERE error_code IS NULL AND estimated_cost IS NULL) AS unpriced_calls
FROM invocation
GROUP BY
  day, account_id, environment, organizational_unit, business_unit, cost_center, team, project, attributed_by
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: calls of an owner are added up
--?   given:
--?     invocation:
--?       - {set: {cache_read_input_tokens: 1, cache_creation_input_tokens: 2}}
--?       - {set: {cache_read_input_tokens: 3, cache_creation_input_tokens: 4, estimated_cost: null}}
--?       - {repeat: 2, set: {estimated_cost: null, input_tokens: null, output_tokens: null}}
--?       - {repeat: 2, set: {error_code: ValidationException, input_tokens: null, output_tokens: null, estimated_cost: null}}
--?       - {set: {error_code: ValidationException}}
--?   expect:
--?     - day: 2026-10-01
--?       calls: 7
--?       input_tokens: 3600
--?       output_tokens: 900
--?       cache_read_input_tokens: 4
--?       cache_creation_input_tokens: 6
--?       estimated_cost: 0.0162
--?       unpriced_calls: 3
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?       - {set: {business_unit: Bank}}
--?       - {set: {cost_center: CC-2}}
--?       - {set: {team: fraud}}
--?       - {set: {project: scoring}}
--?       - {set: {attributed_by: principal}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {business_unit: Bank, calls: 1}
--?     - {cost_center: CC-2, calls: 1}
--?     - {team: fraud, calls: 1}
--?     - {project: scoring, calls: 1}
--?     - {attributed_by: principal, calls: 1}
