--- title: Time of an answer by model
--- page: models
--- order: 20
--- chart: bar
--- x: model
--- y: took_ms
--- series: quantile
--- unit: ms
--- width: 6
--- reads: [latency_daily]
--- explains: >
---   From request to the end of the answer: half of the calls were faster than p50, 95 of 100 faster than p95. Read
---   from a histogram, so each is at most 9.1 % off.
--- survivors:
---   - mutant: "distinct: UNION ALL -> UNION"
---     reason: "no two rows are alike: each carries its quantile and its model"
WITH ranged AS (
  SELECT coalesce(model_base, 'unknown model') AS model, ms, sum(calls) AS calls
  FROM latency_daily
  WHERE measure = 'latency'
  GROUP BY model_base, ms
),
counted AS (
  SELECT
    model,
    ms,
    sum(calls) OVER (PARTITION BY model ORDER BY ms) AS calls_so_far,
    sum(calls) OVER (PARTITION BY model) AS all_calls
  FROM ranged
),
told AS (
  SELECT model, 'p50' AS quantile, min(ms) AS took_ms
  FROM counted
  WHERE calls_so_far >= 0.5 * all_calls
  GROUP BY model
  UNION ALL
  SELECT model, 'p95' AS quantile, min(ms) AS took_ms
  FROM counted
  WHERE calls_so_far >= 0.95 * all_calls
  GROUP BY model
)
SELECT model, quantile, took_ms
FROM told
ORDER BY max(took_ms) OVER (PARTITION BY model) DESC, model, quantile
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: half of the calls took no longer than p50, and 95 of 100 no longer than p95
--?   ordered: true
--?   given:
--?     latency_daily:
--?       - {set: {model_base: b, measure: latency, ms: 100, calls: 1}}
--?       - {set: {model_base: a, measure: latency, ms: 100, calls: 30}}
--?       - {set: {model_base: a, measure: latency, ms: 100, calls: 20, account_id: other}}
--?       - {set: {model_base: a, measure: latency, ms: 200, calls: 45}}
--?       - {set: {model_base: a, measure: latency, ms: 900, calls: 5}}
--?       - {set: {model_base: a, measure: time_to_first_token, ms: 1, calls: 900}}
--?   expect:
--?     - {model: a, quantile: p50, took_ms: 100}
--?     - {model: a, quantile: p95, took_ms: 200}
--?     - {model: b, quantile: p50, took_ms: 100}
--?     - {model: b, quantile: p95, took_ms: 100}
--? - name: the slowest model comes first, by its slow answers
--?   ordered: true
--?   given:
--?     latency_daily:
--?       - {set: {model_base: a, measure: latency, ms: 50, calls: 99}}
--?       - {set: {model_base: b, measure: latency, ms: 40, calls: 90}}
--?       - {set: {model_base: b, measure: latency, ms: 400, calls: 10}}
--?       - {set: {model_base: c, measure: latency, ms: 50, calls: 99}}
--?   expect: [{model: b, took_ms: 40}, {model: b, took_ms: 400}, {model: a}, {model: a}, {model: c}, {model: c}]
--? - name: one call more, and the quantiles move up
--?   given:
--?     latency_daily:
--?       - {set: {model_base: null, measure: latency, ms: 100, calls: 49}}
--?       - {set: {model_base: c, measure: latency, ms: 7, calls: 3}}
--?       - {set: {model_base: null, measure: latency, ms: 200, calls: 45}}
--?       - {set: {model_base: null, measure: latency, ms: 900, calls: 6}}
--?   expect:
--?     - {model: c, quantile: p50, took_ms: 7}
--?     - {model: c, quantile: p95, took_ms: 7}
--?     - {model: unknown model, quantile: p50, took_ms: 200}
--?     - {model: unknown model, quantile: p95, took_ms: 900}
