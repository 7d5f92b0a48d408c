--- title: Cost so far
--- page: cost
--- order: 90
--- chart: area
--- x: day
--- y: cost_so_far
--- unit: USD
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Estimated cost since the first day shown.
WITH daily AS (
  SELECT day, sum(estimated_cost) AS estimated_cost
  FROM usage_daily
  WHERE estimated_cost IS NOT NULL
  GROUP BY day
)
SELECT day, sum(estimated_cost) OVER (ORDER BY day) AS cost_so_far
FROM daily
ORDER BY day
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each day adds to those before it
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-03, estimated_cost: 4}}
--?       - {set: {day: 2026-10-02, estimated_cost: 2}}
--?       - {set: {day: 2026-10-02, estimated_cost: null}}
--?       - {repeat: 2, set: {estimated_cost: 0.5}}
--?       - {set: {day: 2026-10-04, estimated_cost: null}}
--?   expect:
--?     - {day: 2026-10-01, cost_so_far: 1}
--?     - {day: 2026-10-02, cost_so_far: 3}
--?     - {day: 2026-10-03, cost_so_far: 7}
