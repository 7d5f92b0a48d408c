--- title: Kinds of callers on a day
--- grain: a day, an account, a kind of caller and a team
--- key: [day, account_id, kind, environment, organizational_unit, business_unit, team]
--- reads: [principal_daily]
--- explains: >
---   How many people and workloads called, and how much. People are callers whose ARN names a person: IAM users,
---   sessions of IAM Identity Center, sessions named by a mail address; other sessions of roles are workloads. Users
---   that the console makes for a long-term Bedrock API key (`BedrockAPIKey-…`) are keys, for nobody can tell who holds
---   one. A principal that calls in two accounts, or for two teams, is counted in both.
--- columns:
---   kind: "`people`, `workloads`, `API keys`, `AWS services`, `root users` or `others`"
---   principals: how many different principals called
WITH caller AS (
  SELECT
    day,
    account_id,
    CASE
      WHEN principal_kind = 'iam_user' AND person LIKE 'BedrockAPIKey-%' THEN 'API keys'
      WHEN person IS NOT NULL THEN 'people'
      WHEN principal_kind = 'assumed_role' THEN 'workloads'
      WHEN principal_kind = 'service' THEN 'AWS services'
      WHEN principal_kind = 'root' THEN 'root users'
      ELSE 'others'
    END AS kind,
    environment,
    organizational_unit,
    business_unit,
    team,
    principal,
    calls,
    estimated_cost
  FROM principal_daily
)
SELECT
  day,
  account_id,
  kind,
  environment,
  organizational_unit,
  business_unit,
  team,
  count(DISTINCT principal) AS principals,
  CAST(sum(calls) AS BIGINT) AS calls,
  sum(estimated_cost) AS estimated_cost
FROM caller
GROUP BY day, account_id, kind, environment, organizational_unit, business_unit, team
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: kinds of callers are told by what is known of them
--?   given:
--?     principal_daily:
--?       - {set: {calls: 2, estimated_cost: 1}}
--?       - {set: {calls: 3, estimated_cost: 2, role: other}}
--?       - {set: {calls: 3, principal: second}}
--?       - {set: {calls: 4, principal: alice, person: alice}}
--?       - {set: {calls: 5, principal: bob, person: bob, principal_kind: iam_user}}
--?       - {set: {calls: 6, principal: BedrockAPIKey-1a2b, person: BedrockAPIKey-1a2b, principal_kind: iam_user}}
--?       - {set: {calls: 2, principal: BedrockAPIKey-session, person: BedrockAPIKey-session}}
--?       - {set: {calls: 7, principal: s, role: null, principal_kind: service}}
--?       - {set: {calls: 8, principal: r, role: null, principal_kind: root}}
--?       - {set: {calls: 9, principal: u, role: null, principal_kind: unknown}}
--?   expect:
--?     - {day: 2026-10-01, kind: workloads, principals: 2, calls: 8, estimated_cost: 3.0081}
--?     - {kind: people, principals: 3, calls: 11}
--?     - {kind: API keys, principals: 1, calls: 6}
--?     - {kind: AWS services, principals: 1, calls: 7}
--?     - {kind: root users, principals: 1, calls: 8}
--?     - {kind: others, principals: 1, calls: 9}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     principal_daily:
--?       - {set: {}}
--?       - {set: {day: 2026-10-02}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {person: alice}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?       - {set: {business_unit: Bank}}
--?       - {set: {team: fraud}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {kind: people, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {business_unit: Bank, calls: 1}
--?     - {team: fraud, calls: 1}
