--- title: Bedrock API calls of a day
--- grain: a day, an account, a Region, an operation, how it was signed and came, and an error
--- key: [day, account_id, region, event_source, event_name, bearer_token, vpc_endpoint, error_code, environment, organizational_unit]
--- reads: [api_event]
--- explains: >
---   CloudTrail events of the Bedrock services, calls of models included, whether an invocation log has them or not.
---   Management events are always there; data events only where the trail records them.
--- columns:
---   vpc_endpoint: whether the call passed an interface endpoint
---   events: events, failed ones included
---   last_event_time: the latest event
WITH event AS (
  SELECT
    day,
    event_time,
    account_id,
    region,
    event_source,
    event_name,
    bearer_token,
    vpc_endpoint_id IS NOT NULL AS vpc_endpoint,
    error_code,
    environment,
    organizational_unit
  FROM api_event
  WHERE event_source LIKE 'bedrock%'
)
SELECT
  day,
  account_id,
  region,
  event_source,
  event_name,
  bearer_token,
  vpc_endpoint,
  error_code,
  environment,
  organizational_unit,
  count(*) AS events,
  max(event_time) AS last_event_time
FROM event
GROUP BY
  day, account_id, region, event_source, event_name, bearer_token, vpc_endpoint, error_code, environment,
  organizational_unit
--? - name: no events give no rows
--?   given: {}
--?   expect: []
--? - name: events of the Bedrock services are counted, others are not
--?   given:
--?     api_event:
--?       - {set: {event_time: 2026-10-01T08:00:00Z}}
--?       - {set: {event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {event_source: iam.amazonaws.com}}
--?   expect: [{day: 2026-10-01, vpc_endpoint: false, events: 2, last_event_time: 2026-10-01T09:00:00Z}]
--? - name: every part of the grain keeps rows apart
--?   given:
--?     api_event:
--?       - {set: {}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {region: us-west-2}}
--?       - {set: {event_source: bedrock-mantle.amazonaws.com}}
--?       - {set: {event_name: InvokeModel}}
--?       - {set: {bearer_token: true}}
--?       - {set: {vpc_endpoint_id: vpce-1}}
--?       - {set: {error_code: ValidationException}}
--?       - {set: {environment: dev}}
--?       - {set: {organizational_unit: workloads/dev}}
--?   expect:
--?     - {day: 2026-10-01, events: 1}
--?     - {day: 2026-10-02, events: 1}
--?     - {account_id: "222222222222", events: 1}
--?     - {region: us-west-2, events: 1}
--?     - {event_source: bedrock-mantle.amazonaws.com, events: 1}
--?     - {event_name: InvokeModel, events: 1}
--?     - {bearer_token: true, events: 1}
--?     - {vpc_endpoint: true, events: 1}
--?     - {error_code: ValidationException, events: 1}
--?     - {environment: dev, events: 1}
--?     - {organizational_unit: workloads/dev, events: 1}
