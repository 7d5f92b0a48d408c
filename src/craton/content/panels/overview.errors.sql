--- title: Failed calls
--- page: overview
--- order: 60
--- chart: stat
--- y: error_percent
--- unit: percent
--- width: 3
--- compare: true
--- reads: [usage_daily]
--- explains: >
---   Failed calls in percent of logged calls, throttled ones included.
SELECT 100.0 * sum(errors) / sum(calls) AS error_percent
FROM usage_daily
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     usage_daily:
--?       - {set: {calls: 10, errors: 1}}
--?       - {set: {calls: 30, errors: 4}}
--?   expect: [{error_percent: 12.5}]
--? - name: one row is enough
--?   given: {usage_daily: [{set: {}}]}
--?   expect: [{}]
