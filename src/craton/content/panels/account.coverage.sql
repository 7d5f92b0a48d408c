--- title: Coverage of the invocation log
--- page: account
--- order: 30
--- chart: stat
--- y: coverage
--- unit: percent
--- width: 3
--- compare: true
--- reads: [coverage]
--- explains: >
---   Of the calls that CloudTrail saw, how many the invocation log has. Empty where no trail tells.
SELECT 100.0 * sum(calls_seen - calls_missing) / nullif(sum(calls_seen), 0) AS coverage
FROM coverage
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     coverage:
--?       - {set: {calls_seen: 10, calls_missing: 2}}
--?       - {set: {calls_seen: 30, calls_missing: 8}}
--?       - {set: {calls_seen: null, calls_missing: null}}
--?   expect: [{coverage: 75.0}]
--? - name: one row is enough
--?   given: {coverage: [{set: {}}]}
--?   expect: [{}]
--? - name: a trail without any call says nothing
--?   given: {coverage: [{set: {calls_seen: 0, calls_missing: 0}}]}
--?   expect: [{coverage: null}]
