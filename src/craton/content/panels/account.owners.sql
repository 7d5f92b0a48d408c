--- title: Owners
--- page: account
--- order: 110
--- chart: table
--- units: {calls: calls, estimated_cost: USD}
--- width: 6
--- reads: [owner_daily]
--- explains: >
---   Teams and projects that the calls of this account are attributed to. A call without an owner is in the row
---   without names.
SELECT
  business_unit,
  team,
  project,
  sum(calls) AS calls,
  sum(estimated_cost) AS estimated_cost
FROM owner_daily
GROUP BY business_unit, team, project
ORDER BY estimated_cost DESC NULLS LAST, business_unit, team, project
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: owners add up, the dearest first
--?   ordered: true
--?   given:
--?     owner_daily:
--?       - {set: {business_unit: null, team: null, project: null, estimated_cost: null}}
--?       - {set: {project: other, estimated_cost: 1}}
--?       - {set: {calls: 1, estimated_cost: 2}}
--?       - {set: {calls: 2, estimated_cost: 3}}
--?       - {set: {team: other, estimated_cost: 0.5}}
--?       - {set: {business_unit: other, estimated_cost: 0.25}}
--?   expect:
--?     - {business_unit: Retail, team: search, project: ranking, calls: 3, estimated_cost: 5}
--?     - {project: other, estimated_cost: 1}
--?     - {team: other, estimated_cost: 0.5}
--?     - {business_unit: other, estimated_cost: 0.25}
--?     - {business_unit: null, team: null, project: null, estimated_cost: null}
