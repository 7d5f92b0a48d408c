--- title: Principals in several Regions
--- page: principals
--- order: 30
--- chart: table
--- units: {regions_in_a_day: Regions, days: days, calls: calls}
--- width: 6
--- empty: every principal keeps to one Region a day
--- reads: [several_regions_daily]
--- explains: >
---   Principals that called models in more than one Region on one day, by the day on which they reached most: over all
---   that they called on that day, for whichever team.
SELECT
  principal,
  account_id,
  max(regions) AS regions_in_a_day,
  count(DISTINCT day) AS days,
  sum(calls) AS calls,
  max(last_event_time) AS last_call
FROM several_regions_daily
GROUP BY account_id, principal
ORDER BY regions_in_a_day DESC, calls DESC, account_id, principal
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the widest spread first
--?   ordered: true
--?   given:
--?     several_regions_daily:
--?       - {set: {principal: two, regions: 2, calls: 90}}
--?       - {set: {principal: wide, regions: 2, calls: 3, day: 2026-10-02, last_event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {principal: wide, regions: 5, calls: 4}}
--?       - {set: {principal: wide, regions: 4, calls: 5, environment: dev}}
--?   expect:
--?     - {account_id: "111111111111", principal: wide, regions_in_a_day: 5, days: 2, calls: 12, last_call: 2026-10-02T12:00:00Z}
--?     - {principal: two, regions_in_a_day: 2, days: 1, calls: 90}
--? - name: who works for two teams, each in a Region of its own, is shown
--?   given:
--?     invocation:
--?       - {set: {role: shared, team: alpha, region: us-east-1}}
--?       - {set: {role: shared, team: beta, region: us-west-2}}
--?       - {set: {role: local, team: alpha, region: us-east-1}}
--?       - {set: {role: local, team: beta, region: us-east-1}}
--?       - {set: {role: later, region: us-east-1}}
--?       - {set: {role: later, region: us-west-2, event_time: 2026-10-02T12:00:00Z}}
--?   expect: [{principal: shared, regions_in_a_day: 2, days: 1, calls: 2}]
--? - name: accounts and principals stand apart
--?   given:
--?     several_regions_daily:
--?       - {set: {}}
--?       - {set: {account_id: "222222222222"}}
--?       - {set: {principal: other}}
--?   expect: [{}, {account_id: "222222222222"}, {principal: other}]
--? - name: of many, fifty
--?   given: {several_regions_daily: [{repeat: 51, set: {principal: "p{n}"}}]}
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
