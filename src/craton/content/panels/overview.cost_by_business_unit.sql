--- title: Cost by business unit
--- page: overview
--- order: 110
--- chart: stacked_bar
--- x: day
--- y: estimated_cost
--- series: business_unit
--- unit: USD
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Tokens times the price in force at the time of each call, over the calls that have a price. What has none is
---   counted on the page of data health, never as 0 USD.
WITH daily AS (
  SELECT day, coalesce(business_unit, 'no business unit') AS business_unit, sum(estimated_cost) AS estimated_cost
  FROM usage_daily
  WHERE estimated_cost IS NOT NULL
  GROUP BY day, business_unit
),
added AS (
  SELECT day, business_unit, estimated_cost, sum(estimated_cost) OVER (PARTITION BY business_unit) AS total
  FROM daily
),
ranked AS (
  SELECT day, business_unit, estimated_cost, dense_rank() OVER (ORDER BY total DESC, business_unit) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN business_unit ELSE 'other' END AS business_unit, estimated_cost
  FROM ranked
)
SELECT day, business_unit, sum(estimated_cost) AS estimated_cost
FROM shown
GROUP BY day, business_unit
ORDER BY day, business_unit
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     usage_daily:
--?       - {repeat: 8, set: {business_unit: "t{n}", estimated_cost: "{n}0"}}
--?       - {set: {business_unit: null, estimated_cost: 900}}
--?       - {set: {business_unit: t8, estimated_cost: 1}}
--?       - {set: {day: 2026-10-02, business_unit: t1, estimated_cost: 25}}
--?       - {set: {day: 2026-10-03, business_unit: t8, estimated_cost: null}}
--?   expect:
--?     - {day: 2026-10-01, business_unit: no business unit, estimated_cost: 900}
--?     - {day: 2026-10-01, business_unit: t8, estimated_cost: 81}
--?     - {day: 2026-10-01, business_unit: t7, estimated_cost: 70}
--?     - {day: 2026-10-01, business_unit: t6, estimated_cost: 60}
--?     - {day: 2026-10-01, business_unit: t5, estimated_cost: 50}
--?     - {day: 2026-10-01, business_unit: t4, estimated_cost: 40}
--?     - {day: 2026-10-01, business_unit: t1, estimated_cost: 10}
--?     - {day: 2026-10-01, business_unit: other, estimated_cost: 50}
--?     - {day: 2026-10-02, business_unit: t1, estimated_cost: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, business_unit: t1, estimated_cost: 5}}
--?       - {repeat: 9, set: {business_unit: "t{n}", estimated_cost: 5}}
--?   expect:
--?     - {day: 2026-10-01, business_unit: other, estimated_cost: 10}
--?     - {day: 2026-10-01, business_unit: t1}
--?     - {day: 2026-10-01, business_unit: t2}
--?     - {day: 2026-10-01, business_unit: t3}
--?     - {day: 2026-10-01, business_unit: t4}
--?     - {day: 2026-10-01, business_unit: t5}
--?     - {day: 2026-10-01, business_unit: t6}
--?     - {day: 2026-10-01, business_unit: t7}
--?     - {day: 2026-10-02, business_unit: t1}
