--- title: Principals in several Regions
--- page: principals
--- order: 30
--- chart: table
--- units: {regions_in_a_day: Regions, days: days, calls: calls}
--- width: 6
--- empty: every principal keeps to one Region a day
--- reads: [principal_daily]
--- explains: >
---   Principals that called models in more than one Region on one day, by the day on which they reached most.
SELECT
  principal,
  account_id,
  max(regions) AS regions_in_a_day,
  count(DISTINCT day) AS days,
  sum(calls) AS calls,
  max(last_event_time) AS last_call
FROM principal_daily
WHERE regions > 1
GROUP BY account_id, principal
ORDER BY regions_in_a_day DESC, calls DESC, account_id, principal
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the widest spread first, and one Region is no spread
--?   ordered: true
--?   given:
--?     principal_daily:
--?       - {set: {principal: two, regions: 2, calls: 90}}
--?       - {set: {principal: wide, regions: 2, calls: 3, day: 2026-10-02, last_event_time: 2026-10-02T12:00:00Z}}
--?       - {set: {principal: wide, regions: 5, calls: 4}}
--?       - {set: {principal: wide, regions: 4, calls: 5, team: other}}
--?       - {set: {principal: wide, regions: 1, calls: 5, day: 2026-10-03}}
--?   expect:
--?     - {account_id: "111111111111", principal: wide, regions_in_a_day: 5, days: 2, calls: 12, last_call: 2026-10-02T12:00:00Z}
--?     - {principal: two, regions_in_a_day: 2, days: 1, calls: 90}
--? - name: accounts and principals stand apart
--?   given: {principal_daily: [{set: {regions: 2}}, {set: {regions: 2, account_id: "222222222222"}}, {set: {regions: 2, principal: other}}]}
--?   expect: [{}, {account_id: "222222222222"}, {principal: other}]
--? - name: of many, fifty
--?   given: {principal_daily: [{repeat: 51, set: {regions: 2, principal: "p{n}"}}]}
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
