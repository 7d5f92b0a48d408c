--- title: Refused Bedrock API calls of a day
--- grain: a day, an account, a Region, an operation and a principal
--- key: [day, account_id, region, event_source, event_name, principal, environment, organizational_unit, business_unit, team]
--- reads: [api_event]
--- explains: >
---   CloudTrail events of the Bedrock services that IAM, an SCP or another policy refused. Refusals of data events are
---   there only where the trail records data events.
--- columns:
---   principal: the person where one is known, else the role, else the ARN
---   events: refused calls
---   last_event_time: the latest of them
--- example: {api_event: [{set: {error_code: AccessDenied}}]}
WITH event AS (
  SELECT
    day, event_time, account_id, region, event_source, event_name, coalesce(person, role, principal_arn) AS principal,
    environment, organizational_unit, business_unit, team
  FROM api_event
  WHERE event_source LIKE 'bedrock%' AND error_code IN ('AccessDenied', 'AccessDeniedException')
)
SELECT
  day,
  account_id,
  region,
  event_source,
  event_name,
  principal,
  environment,
  organizational_unit,
  business_unit,
  team,
  count(*) AS events,
  max(event_time) AS last_event_time
FROM event
GROUP BY
  day, account_id, region, event_source, event_name, principal, environment, organizational_unit, business_unit, team
--? - name: no events give no rows
--?   given: {}
--?   expect: []
--? - name: refused calls of the Bedrock services are counted, others are not
--?   given:
--?     api_event:
--?       - {set: {error_code: AccessDenied, event_time: 2026-10-01T08:00:00Z}}
--?       - {set: {error_code: AccessDeniedException, event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {error_code: AccessDenied, event_source: iam.amazonaws.com, event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {error_code: ValidationException, event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {error_code: null, event_time: 2026-10-01T10:00:00Z}}
--?   expect: [{day: 2026-10-01, principal: search-app, events: 2, last_event_time: 2026-10-01T09:00:00Z}]
--? - name: a person is shown before the role, and the ARN where neither is known
--?   given:
--?     api_event:
--?       - {set: {error_code: AccessDenied, person: alice}}
--?       - {set: {error_code: AccessDenied, role: null, principal_arn: root}}
--?   expect: [{principal: alice}, {principal: root}]
--? - name: every part of the grain keeps rows apart
--?   given:
--?     api_event:
--?       - {set: {error_code: AccessDenied}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z, error_code: AccessDenied}}
--?       - {set: {account_id: "222222222222", error_code: AccessDenied}}
--?       - {set: {region: us-west-2, error_code: AccessDenied}}
--?       - {set: {event_source: bedrock-mantle.amazonaws.com, error_code: AccessDenied}}
--?       - {set: {event_name: InvokeModel, error_code: AccessDenied}}
--?       - {set: {person: alice, error_code: AccessDenied}}
--?       - {set: {environment: dev, error_code: AccessDenied}}
--?       - {set: {organizational_unit: workloads/dev, error_code: AccessDenied}}
--?       - {set: {business_unit: Bank, error_code: AccessDenied}}
--?       - {set: {team: fraud, error_code: AccessDenied}}
--?   expect:
--?     - {day: 2026-10-01, events: 1}
--?     - {day: 2026-10-02, events: 1}
--?     - {account_id: "222222222222", events: 1}
--?     - {region: us-west-2, events: 1}
--?     - {event_source: bedrock-mantle.amazonaws.com, events: 1}
--?     - {event_name: InvokeModel, events: 1}
--?     - {principal: alice, events: 1}
--?     - {environment: dev, events: 1}
--?     - {organizational_unit: workloads/dev, events: 1}
--?     - {business_unit: Bank, events: 1}
--?     - {team: fraud, events: 1}
