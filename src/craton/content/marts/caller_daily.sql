--- title: Callers of a day
--- grain: a day, an account and a kind of caller
--- key: [day, account_id, kind, environment, organizational_unit]
--- reads: [principal_daily]
--- explains: >
---   How many people and workloads called, and how much. People are callers whose ARN names a person: IAM users,
---   sessions of IAM Identity Center, sessions named by a mail address; other sessions of roles are workloads. Users
---   that the console makes for a long-term Bedrock API key (`BedrockAPIKey-…`) are keys, for nobody can tell who holds
---   one. A principal that calls in two accounts is counted in both; one that calls for two teams is counted once,
---   which is why no row is of a team.
--- columns:
---   kind: "`people`, `workloads`, `API keys`, `AWS services`, `root users` or `others`"
---   principals: how many different principals called
SELECT
  day,
  account_id,
  caller_kind AS kind,
  environment,
  organizational_unit,
  count(DISTINCT principal) AS principals,
  CAST(sum(calls) AS BIGINT) AS calls,
  sum(estimated_cost) AS estimated_cost
FROM principal_daily
GROUP BY day, account_id, caller_kind, environment, organizational_unit
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: principals are counted, and their calls added up
--?   given:
--?     principal_daily:
--?       - {set: {calls: 2, estimated_cost: 1}}
--?       - {set: {calls: 3, estimated_cost: 2, role: other}}
--?       - {set: {calls: 3, estimated_cost: 4, principal: second}}
--?   expect: [{day: 2026-10-01, kind: workloads, principals: 2, calls: 8, estimated_cost: 7}]
--? - name: who works for two teams is one caller
--?   given:
--?     principal_daily:
--?       - {set: {team: alpha}}
--?       - {set: {team: beta}}
--?       - {set: {team: beta, business_unit: Bank}}
--?   expect: [{principals: 1, calls: 3}]
--? - name: every part of the grain keeps rows apart
--?   given:
--?     principal_daily:
--?       - {set: {}}
--?       - {set: {day: 2026-10-02}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {caller_kind: people}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {kind: people, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
