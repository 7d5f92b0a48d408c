--- title: Whose cost changed most
--- page: cost
--- order: 120
--- chart: table
--- units: {last_7_days: USD, seven_days_before: USD, more: USD, times: times}
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Teams by how much more, or less, they cost in the last seven days shown than in the seven days before. `times`
---   is how many times as much.
WITH latest AS (
  SELECT max(day) AS day
  FROM usage_daily
),
spent AS (
  SELECT
    coalesce(u.team, 'no team') AS team,
    sum(CASE WHEN u.day > l.day - INTERVAL 7 DAY THEN u.estimated_cost ELSE 0 END) AS last_7_days,
    sum(CASE WHEN u.day <= l.day - INTERVAL 7 DAY THEN u.estimated_cost ELSE 0 END) AS seven_days_before
  FROM usage_daily AS u
  INNER JOIN latest AS l ON u.day > l.day - INTERVAL 14 DAY
  WHERE u.estimated_cost IS NOT NULL
  GROUP BY u.team
)
SELECT
  team,
  last_7_days,
  seven_days_before,
  last_7_days - seven_days_before AS more,
  last_7_days / nullif(seven_days_before, 0) AS times
FROM spent
ORDER BY abs(last_7_days - seven_days_before) DESC, team
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the last seven days against the seven before, the largest change first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-14, team: grows, estimated_cost: 20}}
--?       - {set: {day: 2026-10-08, team: grows, estimated_cost: 10}}
--?       - {set: {day: 2026-10-07, team: grows, estimated_cost: 4}}
--?       - {set: {day: 2026-10-01, team: grows, estimated_cost: 6}}
--?       - {set: {day: 2026-09-30, team: grows, estimated_cost: 500}}
--?       - {set: {day: 2026-10-14, team: null, estimated_cost: 1}}
--?       - {set: {day: 2026-10-14, team: steady, estimated_cost: 50}}
--?       - {set: {day: 2026-10-01, team: steady, estimated_cost: 50}}
--?       - {set: {day: 2026-09-30, team: gone, estimated_cost: 500}}
--?       - {set: {day: 2026-10-14, team: stops, estimated_cost: null}}
--?       - {set: {day: 2026-10-03, team: stops, estimated_cost: 2}}
--?       - {set: {day: 2026-10-04, team: stops, estimated_cost: 3}}
--?   expect:
--?     - {team: grows, last_7_days: 30, seven_days_before: 10, more: 20, times: 3}
--?     - {team: stops, last_7_days: 0, seven_days_before: 5, more: -5, times: 0}
--?     - {team: no team, last_7_days: 1, seven_days_before: 0, more: 1, times: null}
--?     - {team: steady, last_7_days: 50, seven_days_before: 50, more: 0, times: 1}
--? - name: a team that tells no price is not shown as free
--?   given: {usage_daily: [{set: {estimated_cost: null}}]}
--?   expect: []
--? - name: no more than ten are listed
--?   given: {usage_daily: [{repeat: 11, set: {team: "t{n}"}}]}
--?   expect:
--?     - {seven_days_before: 0}
--?     - {seven_days_before: 0}
--?     - {seven_days_before: 0}
--?     - {seven_days_before: 0}
--?     - {seven_days_before: 0}
--?     - {seven_days_before: 0}
--?     - {seven_days_before: 0}
--?     - {seven_days_before: 0}
--?     - {seven_days_before: 0}
--?     - {seven_days_before: 0}
--? - name: a dollar before is no gap
--?   given: {usage_daily: [{set: {day: 2026-10-14, estimated_cost: 5}}, {set: {day: 2026-10-04, estimated_cost: 1}}]}
--?   expect: [{times: 5}]
