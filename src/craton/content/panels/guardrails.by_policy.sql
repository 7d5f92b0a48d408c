--- title: Findings by policy
--- page: guardrails
--- order: 60
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: policy
--- unit: calls
--- width: 6
--- reads: [guardrail_daily]
--- explains: >
---   Findings in the traces of calls, by kind of guardrail policy. A call with two findings counts twice.
WITH daily AS (
  SELECT day, policy, sum(calls) AS calls
  FROM guardrail_daily
  GROUP BY day, policy
),
added AS (
  SELECT day, policy, calls, sum(calls) OVER (PARTITION BY policy) AS total
  FROM daily
),
ranked AS (
  SELECT day, policy, calls, dense_rank() OVER (ORDER BY total DESC, policy) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN policy ELSE 'other' END AS policy, calls
  FROM ranked
)
SELECT day, policy, sum(calls) AS calls
FROM shown
GROUP BY day, policy
ORDER BY day, policy
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     guardrail_daily:
--?       - {repeat: 8, set: {policy: "t{n}", calls: "{n}0"}}
--?       - {set: {policy: first, calls: 900}}
--?       - {set: {policy: t8, calls: 1}}
--?       - {set: {day: 2026-10-02, policy: t1, calls: 25}}
--?   expect:
--?     - {day: 2026-10-01, policy: first, calls: 900}
--?     - {day: 2026-10-01, policy: t8, calls: 81}
--?     - {day: 2026-10-01, policy: t7, calls: 70}
--?     - {day: 2026-10-01, policy: t6, calls: 60}
--?     - {day: 2026-10-01, policy: t5, calls: 50}
--?     - {day: 2026-10-01, policy: t4, calls: 40}
--?     - {day: 2026-10-01, policy: t1, calls: 10}
--?     - {day: 2026-10-01, policy: other, calls: 50}
--?     - {day: 2026-10-02, policy: t1, calls: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     guardrail_daily:
--?       - {set: {day: 2026-10-02, policy: t1, calls: 5}}
--?       - {repeat: 9, set: {policy: "t{n}", calls: 5}}
--?   expect:
--?     - {day: 2026-10-01, policy: other, calls: 10}
--?     - {day: 2026-10-01, policy: t1}
--?     - {day: 2026-10-01, policy: t2}
--?     - {day: 2026-10-01, policy: t3}
--?     - {day: 2026-10-01, policy: t4}
--?     - {day: 2026-10-01, policy: t5}
--?     - {day: 2026-10-01, policy: t6}
--?     - {day: 2026-10-01, policy: t7}
--?     - {day: 2026-10-02, policy: t1}
