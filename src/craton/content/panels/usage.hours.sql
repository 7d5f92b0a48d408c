--- title: Calls by weekday and hour
--- page: usage
--- order: 60
--- chart: heatmap
--- x: hour_of_day
--- y: calls
--- series: weekday
--- unit: calls
--- width: 8
--- reads: [usage_hourly]
--- explains: >
---   When models are called, in UTC: nights and weekends are where batch work could go.
WITH hourly AS (
  SELECT
    hour(hour) AS hour_of_day,
    CASE isodow(day)
      WHEN 1 THEN '1 Mon'
      WHEN 2 THEN '2 Tue'
      WHEN 3 THEN '3 Wed'
      WHEN 4 THEN '4 Thu'
      WHEN 5 THEN '5 Fri'
      WHEN 6 THEN '6 Sat'
      ELSE '7 Sun'
    END AS weekday,
    calls
  FROM usage_hourly
)
SELECT hour_of_day, weekday, sum(calls) AS calls
FROM hourly
GROUP BY hour_of_day, weekday
ORDER BY weekday, hour_of_day
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each weekday has its row, Monday first
--?   ordered: true
--?   given:
--?     usage_hourly:
--?       - {repeat: 2, set: {day: 2026-10-04, hour: 2026-10-04T23:00:00Z, calls: 3}}
--?       - {set: {day: 2026-10-03, hour: 2026-10-03T01:00:00Z, calls: 4}}
--?       - {set: {day: 2026-10-02, hour: 2026-10-02T01:00:00Z, calls: 5}}
--?       - {set: {day: 2026-10-01, hour: 2026-10-01T02:00:00Z, calls: 6}}
--?       - {set: {day: 2026-10-01, hour: 2026-10-01T01:00:00Z, calls: 7}}
--?       - {set: {day: 2026-09-30, hour: 2026-09-30T01:00:00Z, calls: 8}}
--?       - {set: {day: 2026-09-29, hour: 2026-09-29T01:00:00Z, calls: 9}}
--?       - {set: {day: 2026-09-28, hour: 2026-09-28T00:00:00Z, calls: 10}}
--?   expect:
--?     - {weekday: 1 Mon, hour_of_day: 0, calls: 10}
--?     - {weekday: 2 Tue, hour_of_day: 1, calls: 9}
--?     - {weekday: 3 Wed, hour_of_day: 1, calls: 8}
--?     - {weekday: 4 Thu, hour_of_day: 1, calls: 7}
--?     - {weekday: 4 Thu, hour_of_day: 2, calls: 6}
--?     - {weekday: 5 Fri, hour_of_day: 1, calls: 5}
--?     - {weekday: 6 Sat, hour_of_day: 1, calls: 4}
--?     - {weekday: 7 Sun, hour_of_day: 23, calls: 6}
