--- title: Calls by model
--- page: usage
--- order: 10
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: model
--- unit: calls
--- width: 12
--- reads: [usage_daily]
--- explains: >
---   Calls in the invocation logs, failed ones included.
WITH daily AS (
  SELECT day, coalesce(model_base, 'unknown model') AS model, sum(calls) AS calls
  FROM usage_daily
  GROUP BY day, model_base
),
added AS (
  SELECT day, model, calls, sum(calls) OVER (PARTITION BY model) AS total
  FROM daily
),
ranked AS (
  SELECT day, model, calls, dense_rank() OVER (ORDER BY total DESC, model) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN model ELSE 'other' END AS model, calls
  FROM ranked
)
SELECT day, model, sum(calls) AS calls
FROM shown
GROUP BY day, model
ORDER BY day, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     usage_daily:
--?       - {repeat: 8, set: {model_base: "t{n}", calls: "{n}0"}}
--?       - {set: {model_base: null, calls: 900}}
--?       - {set: {model_base: t8, calls: 1}}
--?       - {set: {day: 2026-10-02, model_base: t1, calls: 25}}
--?   expect:
--?     - {day: 2026-10-01, model: unknown model, calls: 900}
--?     - {day: 2026-10-01, model: t8, calls: 81}
--?     - {day: 2026-10-01, model: t7, calls: 70}
--?     - {day: 2026-10-01, model: t6, calls: 60}
--?     - {day: 2026-10-01, model: t5, calls: 50}
--?     - {day: 2026-10-01, model: t4, calls: 40}
--?     - {day: 2026-10-01, model: t1, calls: 10}
--?     - {day: 2026-10-01, model: other, calls: 50}
--?     - {day: 2026-10-02, model: t1, calls: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, model_base: t1, calls: 5}}
--?       - {repeat: 9, set: {model_base: "t{n}", calls: 5}}
--?   expect:
--?     - {day: 2026-10-01, model: other, calls: 10}
--?     - {day: 2026-10-01, model: t1}
--?     - {day: 2026-10-01, model: t2}
--?     - {day: 2026-10-01, model: t3}
--?     - {day: 2026-10-01, model: t4}
--?     - {day: 2026-10-01, model: t5}
--?     - {day: 2026-10-01, model: t6}
--?     - {day: 2026-10-01, model: t7}
--?     - {day: 2026-10-02, model: t1}
