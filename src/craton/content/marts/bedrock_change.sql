--- title: Changes to Bedrock
--- grain: one event that changes Bedrock, or tried to
--- key: [event_id]
--- reads: [api_event]
--- explains: >
---   Who changed guardrails, logging, models, profiles, agents and the like, from CloudTrail's management events; calls of
---   models are none. A change that failed was tried.
--- columns:
---   principal: the person where one is known, else the role, else the ARN
--- example: {api_event: [{set: {event_name: DeleteGuardrail, read_only: false}}]}
SELECT
  day,
  event_time,
  event_id,
  account_id,
  region,
  environment,
  organizational_unit,
  business_unit,
  team,
  event_source,
  event_name,
  coalesce(person, role, principal_arn) AS principal,
  source_ip,
  error_code,
  request_parameters
FROM api_event
WHERE
  event_source LIKE 'bedrock%'
  AND NOT coalesce(read_only, FALSE)
  AND coalesce(management_event, TRUE)
  AND event_name NOT IN ('Converse', 'ConverseStream', 'InvokeModel', 'InvokeModelWithResponseStream')
--? - name: no events give no rows
--?   given: {}
--?   expect: []
--? - name: a change is shown whether the event says that it is one or does not say
--?   given:
--?     api_event:
--?       - {set: {event_id: told, event_name: DeleteGuardrail, read_only: false, management_event: true}}
--?       - {set: {event_id: untold, event_name: DeleteGuardrail, read_only: null, management_event: null}}
--?       - {set: {event_id: mantle, event_source: bedrock-mantle.amazonaws.com, event_name: CreateProject, read_only: false}}
--?   expect: [{event_id: told}, {event_id: untold}, {event_id: mantle}]
--? - name: reading, calling a model, data events and other services are no changes
--?   given:
--?     api_event:
--?       - {set: {event_name: ListGuardrails, read_only: true}}
--?       - {set: {event_name: ApplyGuardrail, read_only: false, management_event: false}}
--?       - {set: {event_name: Converse, read_only: false}}
--?       - {set: {event_name: ConverseStream, read_only: false}}
--?       - {set: {event_name: InvokeModel, read_only: false}}
--?       - {set: {event_name: InvokeModelWithResponseStream, read_only: false}}
--?       - {set: {event_source: iam.amazonaws.com, event_name: CreateRole, read_only: false}}
--?   expect: []
--? - name: the principal is the person, else the role, else the ARN
--?   given:
--?     api_event:
--?       - {set: {event_id: a, event_name: DeleteGuardrail, read_only: false, person: alice}}
--?       - {set: {event_id: b, event_name: DeleteGuardrail, read_only: false}}
--?       - {set: {event_id: c, event_name: DeleteGuardrail, read_only: false, role: null}}
--?   expect:
--?     - {event_id: a, principal: alice}
--?     - {event_id: b, principal: search-app}
--?     - {event_id: c, principal: "arn:aws:sts::111111111111:assumed-role/search-app/i-0abc"}
