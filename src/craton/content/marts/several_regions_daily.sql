--- title: Principals in several Regions on a day
--- grain: a day, an account and a principal that called models in more than one Region
--- key: [day, account_id, principal, environment, organizational_unit]
--- reads: [invocation]
--- explains: >
---   Who reached several Regions within a day, over all that it called: whatever its team, role or session. No row is of
---   a team, for the Regions of two teams cannot be added up. A principal that kept to one Region has no row.
--- columns:
---   principal: the person where one is known, else the role, else the ARN
---   regions: how many Regions the principal called
---   calls: logged calls, failed ones included
---   last_event_time: the latest call
--- example: {invocation: [{}, {set: {region: us-west-2}}]}
WITH call AS (
  SELECT
    day,
    event_time,
    account_id,
    region,
    coalesce(person, role, principal_arn) AS principal,
    environment,
    organizational_unit
  FROM invocation
)
SELECT
  day,
  account_id,
  principal,
  environment,
  organizational_unit,
  count(DISTINCT region) AS regions,
  count(*) AS calls,
  max(event_time) AS last_event_time
FROM call
GROUP BY day, account_id, principal, environment, organizational_unit
HAVING count(DISTINCT region) > 1
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: who keeps to one Region has no row, and a Region that is not told is none
--?   given: {invocation: [{repeat: 2, set: {}}, {set: {region: null}}]}
--?   expect: []
--? - name: all teams, roles and sessions of a principal count together
--?   given:
--?     invocation:
--?       - {set: {team: alpha, region: us-east-1, event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {team: beta, region: us-west-2, event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {team: beta, region: us-west-2, event_time: 2026-10-01T08:00:00Z}}
--?       - {set: {role: reader, person: alice, region: us-east-1}}
--?       - {set: {role: writer, person: alice, region: us-west-2}}
--?       - {set: {role: writer, person: alice, region: eu-west-1}}
--?   expect:
--?     - {day: 2026-10-01, account_id: "111111111111", principal: search-app, environment: prod, organizational_unit: workloads/prod, regions: 2, calls: 3, last_event_time: 2026-10-01T10:00:00Z}
--?     - {principal: alice, regions: 3, calls: 3}
--? - name: a caller without role or person is known by its ARN
--?   given:
--?     invocation:
--?       - {set: {role: null, principal_arn: one}}
--?       - {set: {role: null, principal_arn: two, region: us-west-2}}
--?       - {set: {role: null, principal_arn: two}}
--?   expect: [{principal: two, calls: 2}]
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {region: a}}
--?       - {set: {region: b}}
--?       - {set: {region: c, event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {region: d, account_id: "222222222222"}}
--?       - {set: {region: e, role: other}}
--?       - {set: {region: f, environment: dev}}
--?       - {set: {region: g, organizational_unit: workloads/dev}}
--?   expect: [{regions: 2, calls: 2}]
