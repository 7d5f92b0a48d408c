--- title: Cost by environment
--- page: overview
--- order: 90
--- chart: stacked_bar
--- x: day
--- y: estimated_cost
--- series: environment
--- unit: USD
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Tokens times the price in force at the time of each call, over the calls that have a price. What has none is
---   counted on the page of data health, never as 0 USD.
WITH daily AS (
  SELECT day, coalesce(environment, 'no environment') AS environment, sum(estimated_cost) AS estimated_cost
  FROM usage_daily
  WHERE estimated_cost IS NOT NULL
  GROUP BY day, environment
),
added AS (
  SELECT day, environment, estimated_cost, sum(estimated_cost) OVER (PARTITION BY environment) AS total
  FROM daily
),
ranked AS (
  SELECT day, environment, estimated_cost, dense_rank() OVER (ORDER BY total DESC, environment) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN environment ELSE 'other' END AS environment, estimated_cost
  FROM ranked
)
SELECT day, environment, sum(estimated_cost) AS estimated_cost
FROM shown
GROUP BY day, environment
ORDER BY day, environment
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     usage_daily:
--?       - {repeat: 8, set: {environment: "t{n}", estimated_cost: "{n}0"}}
--?       - {set: {environment: null, estimated_cost: 900}}
--?       - {set: {environment: t8, estimated_cost: 1}}
--?       - {set: {day: 2026-10-02, environment: t1, estimated_cost: 25}}
--?       - {set: {day: 2026-10-03, environment: t8, estimated_cost: null}}
--?   expect:
--?     - {day: 2026-10-01, environment: no environment, estimated_cost: 900}
--?     - {day: 2026-10-01, environment: t8, estimated_cost: 81}
--?     - {day: 2026-10-01, environment: t7, estimated_cost: 70}
--?     - {day: 2026-10-01, environment: t6, estimated_cost: 60}
--?     - {day: 2026-10-01, environment: t5, estimated_cost: 50}
--?     - {day: 2026-10-01, environment: t4, estimated_cost: 40}
--?     - {day: 2026-10-01, environment: t1, estimated_cost: 10}
--?     - {day: 2026-10-01, environment: other, estimated_cost: 50}
--?     - {day: 2026-10-02, environment: t1, estimated_cost: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, environment: t1, estimated_cost: 5}}
--?       - {repeat: 9, set: {environment: "t{n}", estimated_cost: 5}}
--?   expect:
--?     - {day: 2026-10-01, environment: other, estimated_cost: 10}
--?     - {day: 2026-10-01, environment: t1}
--?     - {day: 2026-10-01, environment: t2}
--?     - {day: 2026-10-01, environment: t3}
--?     - {day: 2026-10-01, environment: t4}
--?     - {day: 2026-10-01, environment: t5}
--?     - {day: 2026-10-01, environment: t6}
--?     - {day: 2026-10-01, environment: t7}
--?     - {day: 2026-10-02, environment: t1}
