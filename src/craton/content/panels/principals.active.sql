--- title: Active callers by day
--- page: principals
--- order: 50
--- chart: line
--- x: day
--- y: principals
--- series: kind
--- unit: principals
--- width: 6
--- few_mutants: it only adds up and sorts
--- reads: [caller_daily]
--- explains: >
---   How many people and workloads called a model on a day. Who calls in two accounts counts in both, and who works for
---   two teams of one account once.
SELECT day, kind, sum(principals) AS principals
FROM caller_daily
GROUP BY day, kind
ORDER BY day, kind
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: callers add up by day and kind, and days run forward
--?   ordered: true
--?   given:
--?     caller_daily:
--?       - {set: {day: 2026-10-02, calls: 1, principals: 1}}
--?       - {set: {calls: 2, principals: 10}}
--?       - {set: {calls: 3, principals: 20, account_id: "222222222222"}}
--?       - {set: {kind: people, calls: 4, principals: 5}}
--?   expect:
--?     - {day: 2026-10-01, kind: people, principals: 5}
--?     - {day: 2026-10-01, kind: workloads, principals: 30}
--?     - {day: 2026-10-02, kind: workloads, principals: 1}
--? - name: who works for two teams of an account is one caller, and who calls in two accounts is two
--?   given:
--?     invocation:
--?       - {set: {team: alpha}}
--?       - {set: {team: beta, business_unit: Bank}}
--?       - {set: {account_id: "222222222222"}}
--?   expect: [{kind: workloads, principals: 2}]
