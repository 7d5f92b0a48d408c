--- title: Use of long-term keys on a day
--- grain: a day, an account, a Region, a principal and a key
--- key: [day, account_id, region, principal, signed_with, environment, organizational_unit, business_unit, team]
--- reads: [api_event]
--- explains: >
---   CloudTrail events of the Bedrock services that were signed with what does not expire by itself: a user's own access
---   key, or a Bedrock API key. Sessions of roles are none of them.
--- columns:
---   principal: the person where one is known, else the role, else the ARN
---   signed_with: id of the user's access key, or `Bedrock API key`
---   events: events, failed ones included
---   failed_events: events that ended in an error
---   first_event_time: the earliest event
---   last_event_time: the latest event
--- example: {api_event: [{set: {access_key_id: AKIAEXAMPLE000000001}}]}
WITH event AS (
  SELECT
    day,
    event_time,
    account_id,
    region,
    coalesce(person, role, principal_arn) AS principal,
    CASE WHEN bearer_token THEN 'Bedrock API key' ELSE access_key_id END AS signed_with,
    environment,
    organizational_unit,
    business_unit,
    team,
    error_code
  FROM api_event
  WHERE event_source LIKE 'bedrock%' AND (bearer_token OR access_key_id LIKE 'AKIA%')
)
SELECT
  day,
  account_id,
  region,
  principal,
  signed_with,
  environment,
  organizational_unit,
  business_unit,
  team,
  count(*) AS events,
  count(error_code) AS failed_events,
  min(event_time) AS first_event_time,
  max(event_time) AS last_event_time
FROM event
GROUP BY day, account_id, region, principal, signed_with, environment, organizational_unit, business_unit, team
--? - name: no events give no rows
--?   given: {}
--?   expect: []
--? - name: events signed with a key that lasts are counted, others are not
--?   given:
--?     api_event:
--?       - {set: {access_key_id: AKIAEXAMPLE000000001, event_time: 2026-10-01T08:00:00Z, error_code: AccessDenied}}
--?       - {set: {access_key_id: AKIAEXAMPLE000000001, event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {access_key_id: ABSKEXAMPLE000000001, bearer_token: true}}
--?       - {set: {access_key_id: ASIAEXAMPLE000000001}}
--?       - {set: {access_key_id: null, bearer_token: null}}
--?       - {set: {access_key_id: AKIAEXAMPLE000000001, event_source: iam.amazonaws.com}}
--?   expect:
--?     - {day: 2026-10-01, principal: search-app, signed_with: AKIAEXAMPLE000000001, events: 2, failed_events: 1, first_event_time: 2026-10-01T08:00:00Z, last_event_time: 2026-10-01T09:00:00Z}
--?     - {signed_with: Bedrock API key, events: 1, failed_events: 0}
--? - name: a person is shown before the role, and the ARN where neither is known
--?   given:
--?     api_event:
--?       - {set: {bearer_token: true, person: alice}}
--?       - {set: {bearer_token: true, role: null, principal_arn: user}}
--?   expect: [{principal: alice}, {principal: user}]
--? - name: every part of the grain keeps rows apart
--?   given:
--?     api_event:
--?       - {set: {access_key_id: AKIAEXAMPLE000000001}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z, access_key_id: AKIAEXAMPLE000000001}}
--?       - {set: {account_id: "222222222222", access_key_id: AKIAEXAMPLE000000001}}
--?       - {set: {region: us-west-2, access_key_id: AKIAEXAMPLE000000001}}
--?       - {set: {person: alice, access_key_id: AKIAEXAMPLE000000001}}
--?       - {set: {access_key_id: AKIAEXAMPLE000000002}}
--?       - {set: {environment: dev, access_key_id: AKIAEXAMPLE000000001}}
--?       - {set: {organizational_unit: workloads/dev, access_key_id: AKIAEXAMPLE000000001}}
--?       - {set: {business_unit: Bank, access_key_id: AKIAEXAMPLE000000001}}
--?       - {set: {team: fraud, access_key_id: AKIAEXAMPLE000000001}}
--?   expect:
--?     - {day: 2026-10-01, events: 1}
--?     - {day: 2026-10-02, events: 1}
--?     - {account_id: "222222222222", events: 1}
--?     - {region: us-west-2, events: 1}
--?     - {principal: alice, events: 1}
--?     - {signed_with: AKIAEXAMPLE000000002, events: 1}
--?     - {environment: dev, events: 1}
--?     - {organizational_unit: workloads/dev, events: 1}
--?     - {business_unit: Bank, events: 1}
--?     - {team: fraud, events: 1}
