--- title: Calls by kind of caller
--- page: principals
--- order: 40
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: kind
--- unit: calls
--- width: 6
--- few_mutants: it only adds up and sorts
--- reads: [principal_daily]
--- explains: >
---   People are callers whose ARN names a person: IAM users, sessions of IAM Identity Center, sessions named by a
---   mail address. Other sessions of roles count as workloads, and users that the console makes for a long-term
---   Bedrock API key as keys: nobody can tell who holds one.
SELECT day, caller_kind AS kind, sum(calls) AS calls
FROM principal_daily
GROUP BY day, caller_kind
ORDER BY day, kind
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: kinds of callers add up by day, and days run forward
--?   ordered: true
--?   given:
--?     principal_daily:
--?       - {set: {day: 2026-10-02, calls: 1}}
--?       - {set: {calls: 2}}
--?       - {set: {calls: 3, account_id: "222222222222"}}
--?       - {set: {caller_kind: people, calls: 4}}
--?   expect:
--?     - {day: 2026-10-01, kind: people, calls: 4}
--?     - {day: 2026-10-01, kind: workloads, calls: 5}
--?     - {day: 2026-10-02, kind: workloads, calls: 1}
