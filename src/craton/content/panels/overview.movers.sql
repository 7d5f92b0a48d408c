--- title: Whose cost changed most
--- page: overview
--- order: 120
--- chart: table
--- units: {first_7_days: USD, last_7_days: USD, more: USD, times: times}
--- width: 6
--- empty: it takes two weeks to tell
--- reads: [usage_daily]
--- explains: >
---   Teams by how much more, or less, they cost in the last seven of the days shown than in the first seven. Both are
---   whole weeks, so that weekends weigh alike. It takes at least fourteen days.
WITH shown AS (
  SELECT min(day) AS first_day, max(day) AS last_day
  FROM usage_daily
),
spent AS (
  SELECT
    coalesce(u.team, 'no team') AS team,
    sum(CASE WHEN u.day < s.first_day + INTERVAL 7 DAY THEN u.estimated_cost ELSE 0 END) AS first_7_days,
    sum(CASE WHEN u.day > s.last_day - INTERVAL 7 DAY THEN u.estimated_cost ELSE 0 END) AS last_7_days
  FROM usage_daily AS u
  INNER JOIN shown AS s ON s.last_day >= s.first_day + INTERVAL 13 DAY
  WHERE u.estimated_cost IS NOT NULL
  GROUP BY u.team
)
SELECT
  team,
  first_7_days,
  last_7_days,
  last_7_days - first_7_days AS more,
  last_7_days / nullif(first_7_days, 0) AS times
FROM spent
ORDER BY abs(last_7_days - first_7_days) DESC, team
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the last seven days against the first seven, the largest change first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-21, team: grows, estimated_cost: 20}}
--?       - {set: {day: 2026-10-15, team: grows, estimated_cost: 10}}
--?       - {set: {day: 2026-10-14, team: grows, estimated_cost: 400}}
--?       - {set: {day: 2026-10-08, team: grows, estimated_cost: 500}}
--?       - {set: {day: 2026-10-07, team: grows, estimated_cost: 4}}
--?       - {set: {day: 2026-10-01, team: grows, estimated_cost: 6}}
--?       - {set: {day: 2026-10-21, team: null, estimated_cost: 1}}
--?       - {set: {day: 2026-10-21, team: steady, estimated_cost: 50}}
--?       - {set: {day: 2026-10-01, team: steady, estimated_cost: 50}}
--?       - {set: {day: 2026-10-21, team: stops, estimated_cost: null}}
--?       - {set: {day: 2026-10-03, team: stops, estimated_cost: 2}}
--?       - {set: {day: 2026-10-04, team: stops, estimated_cost: 3}}
--?   expect:
--?     - {team: grows, first_7_days: 10, last_7_days: 30, more: 20, times: 3}
--?     - {team: stops, first_7_days: 5, last_7_days: 0, more: -5, times: 0}
--?     - {team: no team, first_7_days: 0, last_7_days: 1, more: 1, times: null}
--?     - {team: steady, first_7_days: 50, last_7_days: 50, more: 0, times: 1}
--? - name: fourteen days are enough
--?   given: {usage_daily: [{set: {day: 2026-10-14, estimated_cost: 5}}, {set: {day: 2026-10-01, estimated_cost: 1}}]}
--?   expect: [{first_7_days: 1, last_7_days: 5, times: 5}]
--? - name: thirteen days are not, whatever day they began
--?   given: {usage_daily: [{set: {day: 2026-10-13, estimated_cost: 5}}, {set: {day: 2026-10-01, estimated_cost: 1}}]}
--?   expect: []
--? - name: a team that tells no price is not shown as free
--?   given: {usage_daily: [{set: {day: 2026-10-14, estimated_cost: null}}, {set: {day: 2026-10-01, estimated_cost: null}}]}
--?   expect: []
--? - name: no more than ten are listed
--?   given: {usage_daily: [{repeat: 11, set: {team: "t{n}"}}, {set: {day: 2026-10-20, team: null, estimated_cost: null}}]}
--?   expect:
--?     - {last_7_days: 0}
--?     - {last_7_days: 0}
--?     - {last_7_days: 0}
--?     - {last_7_days: 0}
--?     - {last_7_days: 0}
--?     - {last_7_days: 0}
--?     - {last_7_days: 0}
--?     - {last_7_days: 0}
--?     - {last_7_days: 0}
--?     - {last_7_days: 0}
