--- title: Guardrail interventions
--- page: overview
--- order: 70
--- chart: stat
--- y: intervened_calls
--- unit: calls
--- width: 3
--- compare: true
--- reads: [usage_daily]
--- explains: >
---   Calls in which a guardrail blocked or masked something.
SELECT sum(intervened_calls) AS intervened_calls
FROM usage_daily
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     usage_daily:
--?       - {set: {intervened_calls: 2}}
--?       - {set: {intervened_calls: 3}}
--?   expect: [{intervened_calls: 5}]
--? - name: one row is enough
--?   given: {usage_daily: [{set: {}}]}
--?   expect: [{}]
