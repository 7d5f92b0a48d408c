--- title: Callers a day
--- page: overview
--- order: 80
--- chart: stat
--- y: callers_a_day
--- unit: principals
--- width: 3
--- compare: true
--- reads: [caller_daily]
--- explains: >
---   People and workloads that called a model on a day, on average. Who calls in two accounts counts in both.
SELECT 1.0 * sum(principals) / count(DISTINCT day) AS callers_a_day
FROM caller_daily
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     caller_daily:
--?       - {set: {principals: 4}}
--?       - {set: {principals: 6, account_id: other}}
--?       - {set: {day: 2026-10-02, principals: 2}}
--?   expect: [{callers_a_day: 6.0}]
--? - name: one row is enough
--?   given: {caller_daily: [{set: {}}]}
--?   expect: [{}]
