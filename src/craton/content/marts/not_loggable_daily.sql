--- title: Model use that no invocation log can show
--- grain: a day, an account, a Region and a kind of call
--- key: [day, account_id, region, kind, environment, organizational_unit]
--- reads: [api_event]
--- explains: >
---   Successful CloudTrail events of inference that model invocation logging does not cover: calls through
---   `bedrock-mantle`, bidirectional streams, asynchronous calls, and batch jobs (a job is one event, whatever it
---   holds). A trail without data events shows none of the first three. No count here is a gap.
--- columns:
---   kind: "`mantle`, `bidirectional`, `async` or `batch`"
---   events: successful events of this kind
---   last_event_time: the latest of them
--- example: {api_event: [{set: {event_source: bedrock-mantle.amazonaws.com, event_name: CreateInference}}]}
WITH call AS (
  SELECT
    day,
    event_time,
    account_id,
    region,
    environment,
    organizational_unit,
    CASE
      WHEN event_source = 'bedrock-mantle.amazonaws.com' AND event_name = 'CreateInference' THEN 'mantle'
      WHEN event_source = 'bedrock.amazonaws.com' AND event_name = 'InvokeModelWithBidirectionalStream' THEN 'bidirectional'
      WHEN event_source = 'bedrock.amazonaws.com' AND event_name = 'StartAsyncInvoke' THEN 'async'
      WHEN event_source = 'bedrock.amazonaws.com' AND event_name = 'CreateModelInvocationJob' THEN 'batch'
    END AS kind
  FROM api_event
  WHERE error_code IS NULL
)
SELECT
  day,
  account_id,
  region,
  environment,
  organizational_unit,
  kind,
  count(*) AS events,
  max(event_time) AS last_event_time
FROM call
WHERE kind IS NOT NULL
GROUP BY day, account_id, region, environment, organizational_unit, kind
--? - name: no events give no rows
--?   given: {}
--?   expect: []
--? - name: each kind is told by service and operation
--?   given:
--?     api_event:
--?       - {repeat: 2, set: {event_source: bedrock-mantle.amazonaws.com, event_name: CreateInference}}
--?       - {set: {event_name: InvokeModelWithBidirectionalStream}}
--?       - {set: {event_name: StartAsyncInvoke}}
--?       - {set: {event_name: CreateModelInvocationJob}}
--?       - {set: {event_name: Converse}}
--?       - {set: {event_name: CreateInference}}
--?       - {set: {event_source: bedrock-mantle.amazonaws.com, event_name: ListModels}}
--?       - {repeat: 2, set: {event_source: other.amazonaws.com, event_name: InvokeModelWithBidirectionalStream}}
--?       - {repeat: 2, set: {event_source: other.amazonaws.com, event_name: StartAsyncInvoke}}
--?       - {repeat: 2, set: {event_source: other.amazonaws.com, event_name: CreateModelInvocationJob}}
--?   expect:
--?     - {day: 2026-10-01, kind: mantle, events: 2}
--?     - {kind: bidirectional, events: 1}
--?     - {kind: async, events: 1}
--?     - {kind: batch, events: 1}
--? - name: the latest event tells until when
--?   given:
--?     api_event:
--?       - {set: {event_name: StartAsyncInvoke, event_time: 2026-10-01T08:00:00Z}}
--?       - {set: {event_name: StartAsyncInvoke, event_time: 2026-10-01T09:00:00Z}}
--?   expect: [{events: 2, last_event_time: 2026-10-01T09:00:00Z}]
--? - name: a call that failed used no model
--?   given: {api_event: [{set: {event_name: StartAsyncInvoke, error_code: AccessDenied}}]}
--?   expect: []
--? - name: every part of the grain keeps rows apart
--?   given:
--?     api_event:
--?       - {set: {event_name: StartAsyncInvoke}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z, event_name: StartAsyncInvoke}}
--?       - {set: {account_id: "222222222222", event_name: StartAsyncInvoke}}
--?       - {set: {region: us-west-2, event_name: StartAsyncInvoke}}
--?       - {set: {environment: dev, event_name: StartAsyncInvoke}}
--?       - {set: {organizational_unit: workloads/dev, event_name: StartAsyncInvoke}}
--?       - {set: {event_name: CreateModelInvocationJob}}
--?   expect:
--?     - {day: 2026-10-01, events: 1}
--?     - {day: 2026-10-02, events: 1}
--?     - {account_id: "222222222222", events: 1}
--?     - {region: us-west-2, events: 1}
--?     - {environment: dev, events: 1}
--?     - {organizational_unit: workloads/dev, events: 1}
--?     - {kind: batch, events: 1}
