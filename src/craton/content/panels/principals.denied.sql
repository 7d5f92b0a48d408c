--- title: Who was refused
--- page: principals
--- order: 70
--- chart: table
--- units: {refused_calls: calls, operations: operations, regions: Regions}
--- width: 6
--- empty: nobody was refused
--- reads: [denied_daily]
--- explains: >
---   Bedrock API calls that IAM, an SCP or another policy refused, from CloudTrail. Many operations or Regions tried
---   by one principal look like somebody feeling their way.
SELECT
  principal,
  account_id,
  sum(events) AS refused_calls,
  count(DISTINCT event_name) AS operations,
  count(DISTINCT region) AS regions,
  max(last_event_time) AS last_refused
FROM denied_daily
GROUP BY account_id, principal
ORDER BY refused_calls DESC, account_id, principal
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: refused calls add up by principal, the most first
--?   ordered: true
--?   given:
--?     denied_daily:
--?       - {set: {principal: few, events: 1}}
--?       - {set: {events: 2, last_event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {events: 3, event_name: ListFoundationModels, region: us-west-2, last_event_time: 2026-10-01T11:00:00Z}}
--?       - {set: {events: 4, event_name: ListFoundationModels, region: us-west-2, last_event_time: 2026-10-01T09:00:00Z}}
--?   expect:
--?     - {account_id: "111111111111", principal: search-app, refused_calls: 9, operations: 2, regions: 2, last_refused: 2026-10-01T11:00:00Z}
--?     - {principal: few, refused_calls: 1}
--? - name: accounts and principals stand apart
--?   given: {denied_daily: [{set: {}}, {set: {account_id: "222222222222"}}, {set: {principal: other}}]}
--?   expect: [{}, {account_id: "222222222222"}, {principal: other}]
--? - name: of many, fifty
--?   given: {denied_daily: [{repeat: 51, set: {principal: "p{n}"}}]}
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
