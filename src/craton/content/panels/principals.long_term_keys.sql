--- title: Long-term keys in use
--- page: principals
--- order: 20
--- chart: table
--- units: {calls: calls, failed_calls: calls, regions: Regions}
--- width: 6
--- empty: no long-term key was used
--- reads: [key_daily]
--- explains: >
---   Calls signed with a user's own access key, which does not expire, or with a Bedrock API key. One key in many
---   Regions may be a stolen one.
SELECT
  principal,
  account_id,
  count(DISTINCT region) AS regions,
  sum(events) AS calls,
  sum(failed_events) AS failed_calls,
  signed_with,
  min(first_event_time) AS first_call,
  max(last_event_time) AS last_call
FROM key_daily
GROUP BY account_id, principal, signed_with
ORDER BY regions DESC, calls DESC, account_id, principal, signed_with
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: keys by how many Regions they reach
--?   ordered: true
--?   given:
--?     key_daily:
--?       - {set: {principal: calm, signed_with: Bedrock API key, events: 90}}
--?       - {set: {principal: bob, events: 1, first_event_time: 2026-10-01T08:00:00Z, last_event_time: 2026-10-01T12:00:00Z}}
--?       - {set: {principal: bob, events: 2, region: eu-west-1, failed_events: 2, first_event_time: 2026-10-01T07:00:00Z, last_event_time: 2026-10-01T11:00:00Z}}
--?       - {set: {principal: bob, events: 4, region: eu-west-1, failed_events: 4, first_event_time: 2026-10-01T09:00:00Z, last_event_time: 2026-10-01T13:00:00Z}}
--?   expect:
--?     - {account_id: "111111111111", principal: bob, signed_with: AKIAEXAMPLE000000001, calls: 7, failed_calls: 6, regions: 2, first_call: 2026-10-01T07:00:00Z, last_call: 2026-10-01T13:00:00Z}
--?     - {principal: calm, signed_with: Bedrock API key, calls: 90, failed_calls: 0, regions: 1}
--? - name: accounts, principals and keys stand apart
--?   given: {key_daily: [{set: {}}, {set: {signed_with: other}}, {set: {account_id: "222222222222"}}, {set: {principal: other}}]}
--?   expect: [{}, {signed_with: other}, {account_id: "222222222222"}, {principal: other}]
--? - name: of many, fifty
--?   given: {key_daily: [{repeat: 51, set: {signed_with: "k{n}"}}]}
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
