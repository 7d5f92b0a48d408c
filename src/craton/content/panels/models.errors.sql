--- title: Failed calls by error
--- page: models
--- order: 80
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: error_code
--- unit: calls
--- width: 6
--- reads: [outcome_daily]
--- explains: >
---   Calls in the invocation logs that ended in an error. A call that never reached a model may be in no log.
WITH daily AS (
  SELECT day, error_code, sum(calls) AS calls
  FROM outcome_daily
  WHERE error_code IS NOT NULL
  GROUP BY day, error_code
),
added AS (
  SELECT day, error_code, calls, sum(calls) OVER (PARTITION BY error_code) AS total
  FROM daily
),
ranked AS (
  SELECT day, error_code, calls, dense_rank() OVER (ORDER BY total DESC, error_code) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN error_code ELSE 'other' END AS error_code, calls
  FROM ranked
)
SELECT day, error_code, sum(calls) AS calls
FROM shown
GROUP BY day, error_code
ORDER BY day, error_code
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     outcome_daily:
--?       - {repeat: 8, set: {error_code: "t{n}", calls: "{n}0"}}
--?       - {set: {error_code: first, calls: 900}}
--?       - {set: {error_code: t8, calls: 1}}
--?       - {set: {day: 2026-10-02, error_code: t1, calls: 25}}
--?   expect:
--?     - {day: 2026-10-01, error_code: first, calls: 900}
--?     - {day: 2026-10-01, error_code: t8, calls: 81}
--?     - {day: 2026-10-01, error_code: t7, calls: 70}
--?     - {day: 2026-10-01, error_code: t6, calls: 60}
--?     - {day: 2026-10-01, error_code: t5, calls: 50}
--?     - {day: 2026-10-01, error_code: t4, calls: 40}
--?     - {day: 2026-10-01, error_code: t1, calls: 10}
--?     - {day: 2026-10-01, error_code: other, calls: 50}
--?     - {day: 2026-10-02, error_code: t1, calls: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     outcome_daily:
--?       - {set: {day: 2026-10-02, error_code: t1, calls: 5}}
--?       - {repeat: 9, set: {error_code: "t{n}", calls: 5}}
--?   expect:
--?     - {day: 2026-10-01, error_code: other, calls: 10}
--?     - {day: 2026-10-01, error_code: t1}
--?     - {day: 2026-10-01, error_code: t2}
--?     - {day: 2026-10-01, error_code: t3}
--?     - {day: 2026-10-01, error_code: t4}
--?     - {day: 2026-10-01, error_code: t5}
--?     - {day: 2026-10-01, error_code: t6}
--?     - {day: 2026-10-01, error_code: t7}
--?     - {day: 2026-10-02, error_code: t1}
--? - name: calls that succeeded are no errors
--?   given: {outcome_daily: [{set: {error_code: null}}]}
--?   expect: []
