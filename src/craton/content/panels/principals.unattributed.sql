--- title: Callers without an owner
--- page: principals
--- order: 80
--- chart: table
--- units: {unattributed_calls: calls, calls: calls, estimated_cost: USD}
--- width: 12
--- empty: every call has an owner
--- reads: [principal_daily]
--- explains: >
---   Calls that no rule of the manifest gives to a team. Name these roles under the owners, tag their profiles, or
---   have them send request metadata.
SELECT
  principal,
  account_id,
  sum(unattributed_calls) AS unattributed_calls,
  sum(calls) AS calls,
  sum(estimated_cost) AS estimated_cost,
  max(last_event_time) AS last_call
FROM principal_daily
WHERE unattributed_calls > 0
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
--?       - {set: {principal: few, unattributed_calls: 1}}
--?       - {set: {principal: many, unattributed_calls: 3, calls: 4, estimated_cost: 1, last_event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {principal: many, unattributed_calls: 2, calls: 5, estimated_cost: 2, last_event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {principal: many, unattributed_calls: 0, calls: 50}}
--?       - {set: {principal: owned, unattributed_calls: 0}}
--?   expect:
--?     - {account_id: "111111111111", principal: many, unattributed_calls: 5, calls: 9, estimated_cost: 3, last_call: 2026-10-01T10:00:00Z}
--?     - {principal: few, unattributed_calls: 1}
--? - name: accounts and principals stand apart
--?   given:
--?     principal_daily:
--?       - {set: {unattributed_calls: 1}}
--?       - {set: {unattributed_calls: 1, account_id: "222222222222"}}
--?       - {set: {unattributed_calls: 1, principal: other}}
--?   expect: [{}, {account_id: "222222222222"}, {principal: other}]
--? - name: of many, fifty
--?   given: {principal_daily: [{repeat: 51, set: {unattributed_calls: 1, principal: "p{n}"}}]}
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
