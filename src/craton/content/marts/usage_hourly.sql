--- title: Usage of an hour
--- grain: an hour, an account and a business unit
--- key: [hour, account_id, environment, organizational_unit, business_unit]
--- reads: [invocation]
--- explains: >
---   The same sums as `usage_daily`, by the hour in UTC and with fewer columns: what the shape of a day needs.
--- columns:
---   hour: start of the hour, in UTC
---   calls: logged calls, failed ones included
---   errors: calls that failed, throttled ones included
---   throttles: calls that AWS refused because a quota was used up
---   estimated_cost: tokens times the price in force at the time of each call, over the calls that have a price
---   unpriced_calls: successful calls without a price
--- units: {estimated_cost: USD}
--- survivors:
---   - mutant: "grouping: day -> not grouped"
---     reason: an hour lies in one day, so that the hour alone keeps days apart
SELECT
  day,
  date_trunc('hour', event_time) AS hour,
  account_id,
  environment,
  organizational_unit,
  business_unit,
  count(*) AS calls,
  count(error_code) AS errors,
  count(*) FILTER (WHERE error_code = 'ThrottlingException') AS throttles,
  CAST(sum(input_tokens) AS BIGINT) AS input_tokens,
  CAST(sum(output_tokens) AS BIGINT) AS output_tokens,
  CAST(sum(cache_read_input_tokens) AS BIGINT) AS cache_read_input_tokens,
  CAST(sum(cache_creation_input_tokens) AS BIGINT) AS cache_creation_input_tokens,
  sum(estimated_cost) AS estimated_cost,
  count(*) FILTER (WHERE error_code IS NULL AND estimated_cost IS NULL) AS unpriced_calls
FROM invocation
GROUP BY day, date_trunc('hour', event_time), account_id, environment, organizational_unit, business_unit
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: calls of an hour are added up
--?   given:
--?     invocation:
--?       - {set: {event_time: 2026-10-01T12:00:00Z, cache_read_input_tokens: 1, cache_creation_input_tokens: 2}}
--?       - {set: {event_time: 2026-10-01T12:59:59Z, cache_read_input_tokens: 3, cache_creation_input_tokens: 4}}
--?       - {repeat: 2, set: {error_code: ThrottlingException, input_tokens: null, output_tokens: null, estimated_cost: null}}
--?       - {repeat: 3, set: {error_code: ValidationException, input_tokens: null, output_tokens: null, estimated_cost: null}}
--?       - {set: {estimated_cost: null, price_status: unpriced}}
--?   expect:
--?     - day: 2026-10-01
--?       hour: 2026-10-01T12:00:00Z
--?       calls: 8
--?       errors: 5
--?       throttles: 2
--?       input_tokens: 3600
--?       output_tokens: 900
--?       cache_read_input_tokens: 4
--?       cache_creation_input_tokens: 6
--?       estimated_cost: 0.0162
--?       unpriced_calls: 1
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-01T13:00:00Z}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?       - {set: {business_unit: Bank}}
--?   expect:
--?     - {day: 2026-10-01, hour: 2026-10-01T12:00:00Z, account_id: "111111111111", environment: prod, organizational_unit: workloads/prod, business_unit: Retail, calls: 1}
--?     - {hour: 2026-10-01T13:00:00Z, calls: 1}
--?     - {hour: 2026-10-02T12:00:00Z, day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {business_unit: Bank, calls: 1}
