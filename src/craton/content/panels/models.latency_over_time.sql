--- title: Time of an answer, p95 by day
--- page: models
--- order: 30
--- chart: line
--- x: day
--- y: p95_ms
--- series: model
--- unit: ms
--- width: 6
--- reads: [latency_daily]
--- explains: >
---   95 of 100 calls of the day were faster, for the five models that are called most. Read from a histogram, at most
---   9.1 % off.
WITH ranged AS (
  SELECT day, coalesce(model_base, 'unknown model') AS model, ms, sum(calls) AS calls
  FROM latency_daily
  WHERE measure = 'latency'
  GROUP BY day, model_base, ms
),
counted AS (
  SELECT
    day,
    model,
    ms,
    sum(calls) OVER (PARTITION BY day, model ORDER BY ms) AS calls_so_far,
    sum(calls) OVER (PARTITION BY day, model) AS calls_of_day,
    sum(calls) OVER (PARTITION BY model) AS calls_of_model
  FROM ranged
),
ranked AS (
  SELECT day, model, ms, calls_so_far, calls_of_day, dense_rank() OVER (ORDER BY calls_of_model DESC, model) AS place
  FROM counted
)
SELECT day, model, min(ms) AS p95_ms
FROM ranked
WHERE calls_so_far >= 0.95 * calls_of_day AND place <= 5
GROUP BY day, model
ORDER BY day, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each day has its own p95, and days run forward
--?   ordered: true
--?   given:
--?     latency_daily:
--?       - {set: {day: 2026-10-02, model_base: a, measure: latency, ms: 100, calls: 94}}
--?       - {set: {day: 2026-10-02, model_base: a, measure: latency, ms: 900, calls: 6}}
--?       - {set: {day: 2026-10-02, model_base: null, measure: latency, ms: 7, calls: 3}}
--?       - {set: {model_base: a, measure: latency, ms: 100, calls: 90}}
--?       - {set: {model_base: a, measure: latency, ms: 100, calls: 5, account_id: other}}
--?       - {set: {model_base: a, measure: latency, ms: 900, calls: 5}}
--?       - {set: {model_base: null, measure: latency, ms: 7, calls: 1}}
--?       - {set: {model_base: a, measure: time_to_first_token, ms: 1, calls: 9000}}
--?   expect:
--?     - {day: 2026-10-01, model: a, p95_ms: 100}
--?     - {day: 2026-10-01, model: unknown model, p95_ms: 7}
--?     - {day: 2026-10-02, model: a, p95_ms: 900}
--?     - {day: 2026-10-02, model: unknown model, p95_ms: 7}
--? - name: the five models that are called most are drawn
--?   given:
--?     latency_daily:
--?       - {repeat: 5, set: {model_base: "m{n}", measure: latency, ms: 5, calls: 3}}
--?       - {set: {model_base: m6, measure: latency, ms: 5, calls: 2}}
--?       - {set: {day: 2026-10-02, model_base: m6, measure: latency, ms: 5, calls: 2}}
--?   expect:
--?     - {model: m6, day: 2026-10-01}
--?     - {model: m6, day: 2026-10-02}
--?     - {model: m1}
--?     - {model: m2}
--?     - {model: m3}
--?     - {model: m4}
