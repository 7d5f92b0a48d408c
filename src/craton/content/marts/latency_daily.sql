--- title: Histogram of response times of a day
--- grain: a day, an account, a model, a measure and a range of times
--- key: [day, account_id, model_base, environment, organizational_unit, measure, bucket]
--- reads: [invocation]
--- explains: >
---   How many calls took how long, in ranges that each end 20 % above the last, so that quantiles over any days,
---   accounts and models can be had from sums. `ms` lies at most 9.1 % away from each time in its range, which is
---   the error of a quantile read from here.
--- columns:
---   measure: "`latency`, from request to the end of the answer, or `time_to_first_token`"
---   bucket: number of the range; it ends at 1.2 to the power of this many milliseconds
---   ms: the time that stands for the range
---   calls: calls whose time lies in the range
--- survivors:
---   - mutant: "boundary: took_ms > 1 -> took_ms >= 1"
---     reason: one millisecond lies in range 0 either way
WITH timed AS (
  SELECT
    day, account_id, model_base, environment, organizational_unit,
    'latency' AS measure, latency_ms AS took_ms
  FROM invocation
  UNION ALL
  SELECT
    day, account_id, model_base, environment, organizational_unit,
    'time_to_first_token' AS measure, time_to_first_token_ms AS took_ms
  FROM invocation
),
ranged AS (
  SELECT
    day, account_id, model_base, environment, organizational_unit, measure,
    CASE WHEN took_ms > 1 THEN CAST(ceil(ln(took_ms) / ln(1.2)) AS INTEGER) ELSE 0 END AS bucket
  FROM timed
  WHERE took_ms IS NOT NULL
)
SELECT
  day,
  account_id,
  model_base,
  environment,
  organizational_unit,
  measure,
  bucket,
  round(2 * power(1.2, bucket) / 2.2, 3) AS ms,
  count(*) AS calls
FROM ranged
GROUP BY day, account_id, model_base, environment, organizational_unit, measure, bucket
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: calls that take about as long share a range, and none is off by more than 9.1 %
--?   given:
--?     invocation:
--?       - {repeat: 2, set: {latency_ms: 1000}}
--?       - {set: {latency_ms: 900}}
--?       - {set: {latency_ms: 800}}
--?       - {set: {latency_ms: 2}}
--?   expect:
--?     - {day: 2026-10-01, measure: latency, bucket: 38, ms: 927.886, calls: 3}
--?     - {measure: latency, bucket: 37, ms: 773.238, calls: 1}
--?     - {measure: latency, bucket: 4, ms: 1.885, calls: 1}
--? - name: the two measures are never mixed
--?   given: {invocation: [{set: {latency_ms: 50, time_to_first_token_ms: 50}}]}
--?   expect: [{measure: latency, bucket: 22, calls: 1}, {measure: time_to_first_token, bucket: 22, calls: 1}]
--? - name: what took no measurable time lies in the first range, and an unknown time in none
--?   given:
--?     invocation:
--?       - {set: {latency_ms: 0}}
--?       - {set: {latency_ms: 1}}
--?       - {set: {latency_ms: null, time_to_first_token_ms: 50}}
--?   expect:
--?     - {measure: latency, bucket: 0, calls: 2}
--?     - {measure: time_to_first_token, bucket: 22, calls: 1}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {model_base: amazon.nova-lite-v1:0}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?       - {set: {latency_ms: 10}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {model_base: amazon.nova-lite-v1:0, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {bucket: 13, calls: 1}
