--- title: Interventions by account
--- page: guardrails
--- order: 50
--- chart: stacked_bar
--- x: day
--- y: intervened_calls
--- series: account_id
--- unit: calls
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Calls in which a guardrail blocked or masked something.
WITH daily AS (
  SELECT day, account_id, sum(intervened_calls) AS intervened_calls
  FROM usage_daily
  WHERE intervened_calls > 0
  GROUP BY day, account_id
),
added AS (
  SELECT day, account_id, intervened_calls, sum(intervened_calls) OVER (PARTITION BY account_id) AS total
  FROM daily
),
ranked AS (
  SELECT day, account_id, intervened_calls, dense_rank() OVER (ORDER BY total DESC, account_id) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN account_id ELSE 'other' END AS account_id, intervened_calls
  FROM ranked
)
SELECT day, account_id, sum(intervened_calls) AS intervened_calls
FROM shown
GROUP BY day, account_id
ORDER BY day, account_id
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     usage_daily:
--?       - {repeat: 8, set: {account_id: "t{n}", intervened_calls: "{n}0"}}
--?       - {set: {account_id: first, intervened_calls: 900}}
--?       - {set: {account_id: t8, intervened_calls: 1}}
--?       - {set: {day: 2026-10-02, account_id: t1, intervened_calls: 25}}
--?   expect:
--?     - {day: 2026-10-01, account_id: first, intervened_calls: 900}
--?     - {day: 2026-10-01, account_id: t8, intervened_calls: 81}
--?     - {day: 2026-10-01, account_id: t7, intervened_calls: 70}
--?     - {day: 2026-10-01, account_id: t6, intervened_calls: 60}
--?     - {day: 2026-10-01, account_id: t5, intervened_calls: 50}
--?     - {day: 2026-10-01, account_id: t4, intervened_calls: 40}
--?     - {day: 2026-10-01, account_id: t1, intervened_calls: 10}
--?     - {day: 2026-10-01, account_id: other, intervened_calls: 50}
--?     - {day: 2026-10-02, account_id: t1, intervened_calls: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, account_id: t1, intervened_calls: 5}}
--?       - {repeat: 9, set: {account_id: "t{n}", intervened_calls: 5}}
--?   expect:
--?     - {day: 2026-10-01, account_id: other, intervened_calls: 10}
--?     - {day: 2026-10-01, account_id: t1}
--?     - {day: 2026-10-01, account_id: t2}
--?     - {day: 2026-10-01, account_id: t3}
--?     - {day: 2026-10-01, account_id: t4}
--?     - {day: 2026-10-01, account_id: t5}
--?     - {day: 2026-10-01, account_id: t6}
--?     - {day: 2026-10-01, account_id: t7}
--?     - {day: 2026-10-02, account_id: t1}
--? - name: an account without interventions is not drawn
--?   given: {usage_daily: [{set: {intervened_calls: 0}}]}
--?   expect: []
--? - name: one intervention is drawn
--?   given: {usage_daily: [{set: {intervened_calls: 1}}]}
--?   expect: [{intervened_calls: 1}]
