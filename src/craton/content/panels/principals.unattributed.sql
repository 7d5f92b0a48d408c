--- title: Callers without an owner
--- page: principals
--- order: 80
--- chart: table
--- units: {unattributed_calls: calls, estimated_cost: USD}
--- width: 12
--- empty: every call has an owner
--- reads: [principal_daily]
--- explains: >
---   Calls that no rule of the manifest gives to a team. Name these roles under the owners, tag their profiles, or
---   have them send request metadata. Calls of the same callers that have an owner are left out.
SELECT
  principal,
  account_id,
  sum(calls) AS unattributed_calls,
  sum(estimated_cost) AS estimated_cost,
  max(last_event_time) AS last_call
FROM principal_daily
WHERE unattributed
GROUP BY account_id, principal
ORDER BY unattributed_calls DESC, account_id, principal
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: callers by unattributed calls, the most first
--?   ordered: true
--?   given:
--?     principal_daily:
--?       - {set: {principal: few, unattributed: true, calls: 1}}
--?       - {set: {principal: many, unattributed: true, calls: 3, estimated_cost: 1, last_event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {principal: many, unattributed: true, calls: 2, estimated_cost: 2, last_event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {principal: many, unattributed: false, calls: 50, estimated_cost: 4, last_event_time: 2026-10-01T11:00:00Z}}
--?       - {set: {principal: owned, unattributed: false}}
--?   expect:
--?     - {account_id: "111111111111", principal: many, unattributed_calls: 5, estimated_cost: 3, last_call: 2026-10-01T10:00:00Z}
--?     - {principal: few, unattributed_calls: 1}
--? - name: of a caller with and without an owner, what has none is shown
--?   given:
--?     invocation:
--?       - {set: {estimated_cost: 1, attributed_by: unattributed, event_time: 2026-10-01T08:00:00Z}}
--?       - {repeat: 5, set: {estimated_cost: 2, attributed_by: account_owner}}
--?   expect: [{unattributed_calls: 1, estimated_cost: 1, last_call: 2026-10-01T08:00:00Z}]
--? - name: accounts and principals stand apart
--?   given:
--?     principal_daily:
--?       - {set: {unattributed: true}}
--?       - {set: {unattributed: true, account_id: "222222222222"}}
--?       - {set: {unattributed: true, principal: other}}
--?   expect: [{}, {account_id: "222222222222"}, {principal: other}]
--? - name: of many, fifty
--?   given: {principal_daily: [{repeat: 51, set: {unattributed: true, principal: "p{n}"}}]}
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
