--- title: Calls by team
--- page: account
--- order: 60
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: team
--- unit: calls
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Calls in the invocation logs by the team they are attributed to.
WITH daily AS (
  SELECT day, coalesce(team, 'no team') AS team, sum(calls) AS calls
  FROM usage_daily
  GROUP BY day, team
),
added AS (
  SELECT day, team, calls, sum(calls) OVER (PARTITION BY team) AS total
  FROM daily
),
ranked AS (
  SELECT day, team, calls, dense_rank() OVER (ORDER BY total DESC, team) AS place
  FROM added
),
shown AS (
  SELECT day, CASE WHEN place <= 7 THEN team ELSE 'other' END AS team, calls
  FROM ranked
)
SELECT day, team, sum(calls) AS calls
FROM shown
GROUP BY day, team
ORDER BY day, team
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the seven largest stand alone, the rest together
--?   given:
--?     usage_daily:
--?       - {repeat: 8, set: {team: "t{n}", calls: "{n}0"}}
--?       - {set: {team: null, calls: 900}}
--?       - {set: {team: t8, calls: 1}}
--?       - {set: {day: 2026-10-02, team: t1, calls: 25}}
--?   expect:
--?     - {day: 2026-10-01, team: no team, calls: 900}
--?     - {day: 2026-10-01, team: t8, calls: 81}
--?     - {day: 2026-10-01, team: t7, calls: 70}
--?     - {day: 2026-10-01, team: t6, calls: 60}
--?     - {day: 2026-10-01, team: t5, calls: 50}
--?     - {day: 2026-10-01, team: t4, calls: 40}
--?     - {day: 2026-10-01, team: t1, calls: 10}
--?     - {day: 2026-10-01, team: other, calls: 50}
--?     - {day: 2026-10-02, team: t1, calls: 25}
--? - name: days run forward, and of equals the first in the alphabet stands alone
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, team: t1, calls: 5}}
--?       - {repeat: 9, set: {team: "t{n}", calls: 5}}
--?   expect:
--?     - {day: 2026-10-01, team: other, calls: 10}
--?     - {day: 2026-10-01, team: t1}
--?     - {day: 2026-10-01, team: t2}
--?     - {day: 2026-10-01, team: t3}
--?     - {day: 2026-10-01, team: t4}
--?     - {day: 2026-10-01, team: t5}
--?     - {day: 2026-10-01, team: t6}
--?     - {day: 2026-10-01, team: t7}
--?     - {day: 2026-10-02, team: t1}
