--- title: Calls by environment
--- page: usage
--- order: 40
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: environment
--- unit: calls
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Calls in the invocation logs, failed ones included.
WITH daily AS (
  SELECT day, coalesce(environment, 'no environment') AS environment, sum(calls) AS calls
  FROM usage_daily
  GROUP BY day, environment
),
added AS (
  SELECT day, environment, calls, sum(calls) OVER (PARTITION BY environment) AS total
  FROM daily
),
ranked AS (
  SELECT day, environment, calls, dense_rank() OVER (ORDER BY total DESC, environment) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN environment ELSE 'other' END AS environment, calls
  FROM ranked
)
SELECT day, environment, sum(calls) AS calls
FROM shown
GROUP BY day, environment
ORDER BY day, environment
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     usage_daily:
--?       - {repeat: 8, set: {environment: "t{n}", calls: "{n}0"}}
--?       - {set: {environment: null, calls: 900}}
--?       - {set: {environment: t8, calls: 1}}
--?       - {set: {day: 2026-10-02, environment: t1, calls: 25}}
--?   expect:
--?     - {day: 2026-10-01, environment: no environment, calls: 900}
--?     - {day: 2026-10-01, environment: t8, calls: 81}
--?     - {day: 2026-10-01, environment: t7, calls: 70}
--?     - {day: 2026-10-01, environment: t6, calls: 60}
--?     - {day: 2026-10-01, environment: t5, calls: 50}
--?     - {day: 2026-10-01, environment: t4, calls: 40}
--?     - {day: 2026-10-01, environment: t1, calls: 10}
--?     - {day: 2026-10-01, environment: other, calls: 50}
--?     - {day: 2026-10-02, environment: t1, calls: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, environment: t1, calls: 5}}
--?       - {repeat: 9, set: {environment: "t{n}", calls: 5}}
--?   expect:
--?     - {day: 2026-10-01, environment: other, calls: 10}
--?     - {day: 2026-10-01, environment: t1}
--?     - {day: 2026-10-01, environment: t2}
--?     - {day: 2026-10-01, environment: t3}
--?     - {day: 2026-10-01, environment: t4}
--?     - {day: 2026-10-01, environment: t5}
--?     - {day: 2026-10-01, environment: t6}
--?     - {day: 2026-10-01, environment: t7}
--?     - {day: 2026-10-02, environment: t1}
