--- title: Calls by operation
--- page: usage
--- order: 50
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: operation
--- unit: calls
--- width: 6
--- reads: [operation_daily]
--- explains: >
---   The API operations that were called: Converse and InvokeModel, streamed or not.
WITH daily AS (
  SELECT day, coalesce(operation, 'unknown operation') AS operation, sum(calls) AS calls
  FROM operation_daily
  GROUP BY day, operation
),
added AS (
  SELECT day, operation, calls, sum(calls) OVER (PARTITION BY operation) AS total
  FROM daily
),
ranked AS (
  SELECT day, operation, calls, dense_rank() OVER (ORDER BY total DESC, operation) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN operation ELSE 'other' END AS operation, calls
  FROM ranked
)
SELECT day, operation, sum(calls) AS calls
FROM shown
GROUP BY day, operation
ORDER BY day, operation
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     operation_daily:
--?       - {repeat: 8, set: {operation: "t{n}", calls: "{n}0"}}
--?       - {set: {operation: null, calls: 900}}
--?       - {set: {operation: t8, calls: 1}}
--?       - {set: {day: 2026-10-02, operation: t1, calls: 25}}
--?   expect:
--?     - {day: 2026-10-01, operation: unknown operation, calls: 900}
--?     - {day: 2026-10-01, operation: t8, calls: 81}
--?     - {day: 2026-10-01, operation: t7, calls: 70}
--?     - {day: 2026-10-01, operation: t6, calls: 60}
--?     - {day: 2026-10-01, operation: t5, calls: 50}
--?     - {day: 2026-10-01, operation: t4, calls: 40}
--?     - {day: 2026-10-01, operation: t1, calls: 10}
--?     - {day: 2026-10-01, operation: other, calls: 50}
--?     - {day: 2026-10-02, operation: t1, calls: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     operation_daily:
--?       - {set: {day: 2026-10-02, operation: t1, calls: 5}}
--?       - {repeat: 9, set: {operation: "t{n}", calls: 5}}
--?   expect:
--?     - {day: 2026-10-01, operation: other, calls: 10}
--?     - {day: 2026-10-01, operation: t1}
--?     - {day: 2026-10-01, operation: t2}
--?     - {day: 2026-10-01, operation: t3}
--?     - {day: 2026-10-01, operation: t4}
--?     - {day: 2026-10-01, operation: t5}
--?     - {day: 2026-10-01, operation: t6}
--?     - {day: 2026-10-01, operation: t7}
--?     - {day: 2026-10-02, operation: t1}
