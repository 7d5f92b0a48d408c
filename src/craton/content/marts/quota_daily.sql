--- title: Busiest minutes of a day
--- grain: a day, an account, a Region, a model and its routing
--- key: [day, account_id, region, model_base, geo_scope, environment, organizational_unit]
--- reads: [invocation]
--- explains: >
---   What quotas are spent on: calls and tokens by the minute in which a call was made. Bedrock reserves the output
---   limit that a caller sets while the call runs, so that `peak_reserved_tokens` can meet a quota which the tokens
---   really used never reach. Tokens read from or written to the prompt cache are left out. Failed calls count as
---   calls, and have no tokens.
--- columns:
---   busy_minutes: minutes with at least one call
---   calls: logged calls, failed ones included
---   throttles: calls that AWS refused because a quota was used up
---   peak_calls: calls of the busiest minute
---   peak_tokens: input and output tokens of the minute with the most of them
---   peak_reserved_tokens: input tokens and output limits of the minute with the most of them; where a caller set no limit, its output
--- survivors:
---   - mutant: "grouping: day -> not grouped #2"
---     reason: a minute lies in one day, so that the minute alone keeps days apart
WITH minute AS (
  SELECT
    day,
    account_id,
    region,
    model_base,
    geo_scope,
    environment,
    organizational_unit,
    date_trunc('minute', event_time) AS started,
    count(*) AS calls,
    count(*) FILTER (WHERE error_code = 'ThrottlingException') AS throttles,
    sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) AS tokens,
    sum(coalesce(input_tokens, 0) + coalesce(max_tokens, output_tokens, 0)) FILTER (WHERE error_code IS NULL) AS reserved_tokens
  FROM invocation
  GROUP BY
    day, account_id, region, model_base, geo_scope, environment, organizational_unit,
    date_trunc('minute', event_time)
)
SELECT
  day,
  account_id,
  region,
  model_base,
  geo_scope,
  environment,
  organizational_unit,
  count(*) AS busy_minutes,
  CAST(sum(calls) AS BIGINT) AS calls,
  CAST(sum(throttles) AS BIGINT) AS throttles,
  max(calls) AS peak_calls,
  CAST(max(tokens) AS BIGINT) AS peak_tokens,
  CAST(max(reserved_tokens) AS BIGINT) AS peak_reserved_tokens
FROM minute
GROUP BY day, account_id, region, model_base, geo_scope, environment, organizational_unit
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: the busiest minute counts, for each measure its own
--?   given:
--?     invocation:
--?       - {repeat: 2, set: {event_time: 2026-10-01T12:00:00Z, input_tokens: 100, output_tokens: 10, max_tokens: 1000}}
--?       - {set: {event_time: 2026-10-01T12:00:59Z, input_tokens: 1, output_tokens: 5, max_tokens: null}}
--?       - {set: {event_time: 2026-10-01T12:01:00Z, input_tokens: 500, output_tokens: 10, max_tokens: 20}}
--?   expect:
--?     - {day: 2026-10-01, busy_minutes: 2, calls: 4, throttles: 0, peak_calls: 3, peak_tokens: 510, peak_reserved_tokens: 2206}
--? - name: what is not known adds nothing, and a failed call reserves nothing
--?   given:
--?     invocation:
--?       - {set: {input_tokens: null, output_tokens: 7, max_tokens: null}}
--?       - {set: {input_tokens: 5, output_tokens: null, max_tokens: null}}
--?       - {repeat: 3, set: {input_tokens: null, output_tokens: null, max_tokens: 1000, error_code: ThrottlingException}}
--?       - {set: {input_tokens: null, output_tokens: null, max_tokens: 500, error_code: ValidationException}}
--?   expect: [{calls: 6, throttles: 3, peak_calls: 6, peak_tokens: 12, peak_reserved_tokens: 12}]
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {region: us-west-2}}
--?       - {set: {model_base: amazon.nova-lite-v1:0}}
--?       - {set: {geo_scope: global}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {region: us-west-2, calls: 1}
--?     - {model_base: amazon.nova-lite-v1:0, calls: 1}
--?     - {geo_scope: global, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--? - name: throttles of all minutes are added up
--?   given: {invocation: [{repeat: 2, set: {error_code: ThrottlingException}}, {set: {error_code: ThrottlingException, event_time: 2026-10-01T12:01:00Z}}]}
--?   expect: [{throttles: 3, busy_minutes: 2, peak_calls: 2}]
