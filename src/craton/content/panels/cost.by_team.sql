--- title: Cost by team
--- page: cost
--- order: 50
--- chart: stacked_bar
--- x: day
--- y: estimated_cost
--- series: team
--- unit: USD
--- width: 7
--- reads: [usage_daily]
--- explains: >
---   Tokens times the price in force at the time of each call, over the calls that have a price. What has none is
---   counted on the page of data health, never as 0 USD.
WITH daily AS (
  SELECT day, coalesce(team, 'no team') AS team, sum(estimated_cost) AS estimated_cost
  FROM usage_daily
  WHERE estimated_cost IS NOT NULL
  GROUP BY day, team
),
added AS (
  SELECT day, team, estimated_cost, sum(estimated_cost) OVER (PARTITION BY team) AS total
  FROM daily
),
ranked AS (
  SELECT day, team, estimated_cost, dense_rank() OVER (ORDER BY total DESC, team) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN team ELSE 'other' END AS team, estimated_cost
  FROM ranked
)
SELECT day, team, sum(estimated_cost) AS estimated_cost
FROM shown
GROUP BY day, team
ORDER BY day, team
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     usage_daily:
--?       - {repeat: 8, set: {team: "t{n}", estimated_cost: "{n}0"}}
--?       - {set: {team: null, estimated_cost: 900}}
--?       - {set: {team: t8, estimated_cost: 1}}
--?       - {set: {day: 2026-10-02, team: t1, estimated_cost: 25}}
--?       - {set: {day: 2026-10-03, team: t8, estimated_cost: null}}
--?   expect:
--?     - {day: 2026-10-01, team: no team, estimated_cost: 900}
--?     - {day: 2026-10-01, team: t8, estimated_cost: 81}
--?     - {day: 2026-10-01, team: t7, estimated_cost: 70}
--?     - {day: 2026-10-01, team: t6, estimated_cost: 60}
--?     - {day: 2026-10-01, team: t5, estimated_cost: 50}
--?     - {day: 2026-10-01, team: t4, estimated_cost: 40}
--?     - {day: 2026-10-01, team: t1, estimated_cost: 10}
--?     - {day: 2026-10-01, team: other, estimated_cost: 50}
--?     - {day: 2026-10-02, team: t1, estimated_cost: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, team: t1, estimated_cost: 5}}
--?       - {repeat: 9, set: {team: "t{n}", estimated_cost: 5}}
--?   expect:
--?     - {day: 2026-10-01, team: other, estimated_cost: 10}
--?     - {day: 2026-10-01, team: t1}
--?     - {day: 2026-10-01, team: t2}
--?     - {day: 2026-10-01, team: t3}
--?     - {day: 2026-10-01, team: t4}
--?     - {day: 2026-10-01, team: t5}
--?     - {day: 2026-10-01, team: t6}
--?     - {day: 2026-10-01, team: t7}
--?     - {day: 2026-10-02, team: t1}
