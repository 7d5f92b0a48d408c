--- title: API calls in the trail
--- page: account
--- order: 160
--- chart: table
--- units: {events: events, failed_events: events, through_vpc_endpoint: events}
--- width: 6
--- reads: [api_daily]
--- explains: >
---   Bedrock operations that CloudTrail saw in this account, model calls included, with those that failed. An
---   operation that nobody should use shows here even if it was refused.
SELECT
  event_source,
  event_name,
  sum(events) AS events,
  sum(CASE WHEN error_code IS NULL THEN 0 ELSE events END) AS failed_events,
  sum(CASE WHEN vpc_endpoint THEN events ELSE 0 END) AS through_vpc_endpoint,
  max(last_event_time) AS last_event
FROM api_daily
GROUP BY event_source, event_name
ORDER BY events DESC, event_source, event_name
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: operations add up, the most called first
--?   ordered: true
--?   given:
--?     api_daily:
--?       - {set: {event_name: ListFoundationModels, events: 1}}
--?       - {set: {events: 2, last_event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {events: 4, vpc_endpoint: true, last_event_time: 2026-10-01T11:00:00Z}}
--?       - {set: {events: 8, vpc_endpoint: true}}
--?       - {set: {events: 16, error_code: AccessDenied}}
--?       - {set: {events: 32, error_code: ValidationException, last_event_time: 2026-10-01T09:00:00Z}}
--?   expect:
--?     - {event_source: bedrock.amazonaws.com, event_name: Converse, events: 62, failed_events: 48, through_vpc_endpoint: 12, last_event: 2026-10-01T12:00:00Z}
--?     - {event_name: ListFoundationModels, events: 1, failed_events: 0, through_vpc_endpoint: 0}
--? - name: operations of two services stand apart
--?   given: {api_daily: [{set: {}}, {set: {event_source: bedrock-mantle.amazonaws.com}}, {set: {event_name: other}}]}
--?   expect: [{event_name: Converse}, {event_source: bedrock-mantle.amazonaws.com}, {event_name: other}]
--? - name: of many, fifty
--?   given: {api_daily: [{repeat: 51, set: {event_name: "e{n}"}}]}
--?   expect:
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
