--- title: Cost by model
--- page: cost
--- order: 60
--- chart: stacked_bar
--- x: day
--- y: estimated_cost
--- series: model
--- unit: USD
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Tokens times the price in force at the time of each call, over the calls that have a price. What has none is
---   counted on the page of data health, never as 0 USD.
WITH daily AS (
  SELECT day, coalesce(model_base, 'unknown model') AS model, sum(estimated_cost) AS estimated_cost
  FROM usage_daily
  WHERE estimated_cost IS NOT NULL
  GROUP BY day, model_base
),
added AS (
  SELECT day, model, estimated_cost, sum(estimated_cost) OVER (PARTITION BY model) AS total
  FROM daily
),
ranked AS (
  SELECT day, model, estimated_cost, dense_rank() OVER (ORDER BY total DESC, model) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN model ELSE 'other' END AS model, estimated_cost
  FROM ranked
)
SELECT day, model, sum(estimated_cost) AS estimated_cost
FROM shown
GROUP BY day, model
ORDER BY day, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     usage_daily:
--?       - {repeat: 8, set: {model_base: "t{n}", estimated_cost: "{n}0"}}
--?       - {set: {model_base: null, estimated_cost: 900}}
--?       - {set: {model_base: t8, estimated_cost: 1}}
--?       - {set: {day: 2026-10-02, model_base: t1, estimated_cost: 25}}
--?       - {set: {day: 2026-10-03, model_base: t8, estimated_cost: null}}
--?   expect:
--?     - {day: 2026-10-01, model: unknown model, estimated_cost: 900}
--?     - {day: 2026-10-01, model: t8, estimated_cost: 81}
--?     - {day: 2026-10-01, model: t7, estimated_cost: 70}
--?     - {day: 2026-10-01, model: t6, estimated_cost: 60}
--?     - {day: 2026-10-01, model: t5, estimated_cost: 50}
--?     - {day: 2026-10-01, model: t4, estimated_cost: 40}
--?     - {day: 2026-10-01, model: t1, estimated_cost: 10}
--?     - {day: 2026-10-01, model: other, estimated_cost: 50}
--?     - {day: 2026-10-02, model: t1, estimated_cost: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, model_base: t1, estimated_cost: 5}}
--?       - {repeat: 9, set: {model_base: "t{n}", estimated_cost: 5}}
--?   expect:
--?     - {day: 2026-10-01, model: other, estimated_cost: 10}
--?     - {day: 2026-10-01, model: t1}
--?     - {day: 2026-10-01, model: t2}
--?     - {day: 2026-10-01, model: t3}
--?     - {day: 2026-10-01, model: t4}
--?     - {day: 2026-10-01, model: t5}
--?     - {day: 2026-10-01, model: t6}
--?     - {day: 2026-10-01, model: t7}
--?     - {day: 2026-10-02, model: t1}
