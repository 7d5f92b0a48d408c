--- title: Cost by account
--- page: cost
--- order: 65
--- chart: stacked_bar
--- x: day
--- y: estimated_cost
--- series: account_id
--- unit: USD
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Tokens times the price in force at the time of each call, over the calls that have a price. What has none is
---   counted on the page of data health, never as 0 USD.
WITH daily AS (
  SELECT day, account_id, sum(estimated_cost) AS estimated_cost
  FROM usage_daily
  WHERE estimated_cost IS NOT NULL
  GROUP BY day, account_id
),
added AS (
  SELECT day, account_id, estimated_cost, sum(estimated_cost) OVER (PARTITION BY account_id) AS total
  FROM daily
),
ranked AS (
  SELECT day, account_id, estimated_cost, dense_rank() OVER (ORDER BY total DESC, account_id) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN account_id ELSE 'other' END AS account_id, estimated_cost
  FROM ranked
)
SELECT day, account_id, sum(estimated_cost) AS estimated_cost
FROM shown
GROUP BY day, account_id
ORDER BY day, account_id
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     usage_daily:
--?       - {repeat: 8, set: {account_id: "t{n}", estimated_cost: "{n}0"}}
--?       - {set: {account_id: first, estimated_cost: 900}}
--?       - {set: {account_id: t8, estimated_cost: 1}}
--?       - {set: {day: 2026-10-02, account_id: t1, estimated_cost: 25}}
--?       - {set: {day: 2026-10-03, account_id: t8, estimated_cost: null}}
--?   expect:
--?     - {day: 2026-10-01, account_id: first, estimated_cost: 900}
--?     - {day: 2026-10-01, account_id: t8, estimated_cost: 81}
--?     - {day: 2026-10-01, account_id: t7, estimated_cost: 70}
--?     - {day: 2026-10-01, account_id: t6, estimated_cost: 60}
--?     - {day: 2026-10-01, account_id: t5, estimated_cost: 50}
--?     - {day: 2026-10-01, account_id: t4, estimated_cost: 40}
--?     - {day: 2026-10-01, account_id: t1, estimated_cost: 10}
--?     - {day: 2026-10-01, account_id: other, estimated_cost: 50}
--?     - {day: 2026-10-02, account_id: t1, estimated_cost: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, account_id: t1, estimated_cost: 5}}
--?       - {repeat: 9, set: {account_id: "t{n}", estimated_cost: 5}}
--?   expect:
--?     - {day: 2026-10-01, account_id: other, estimated_cost: 10}
--?     - {day: 2026-10-01, account_id: t1}
--?     - {day: 2026-10-01, account_id: t2}
--?     - {day: 2026-10-01, account_id: t3}
--?     - {day: 2026-10-01, account_id: t4}
--?     - {day: 2026-10-01, account_id: t5}
--?     - {day: 2026-10-01, account_id: t6}
--?     - {day: 2026-10-01, account_id: t7}
--?     - {day: 2026-10-02, account_id: t1}
