--- title: Principals that cost most
--- page: principals
--- order: 60
--- chart: bar
--- x: principal
--- y: estimated_cost
--- unit: USD
--- width: 6
--- reads: [principal_daily]
--- explains: >
---   Estimated cost by person or role. A role of the same name in several accounts counts as one here.
SELECT principal, sum(estimated_cost) AS estimated_cost
FROM principal_daily
WHERE estimated_cost IS NOT NULL
GROUP BY principal
ORDER BY estimated_cost DESC, principal
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the ten largest, the largest first
--?   ordered: true
--?   given:
--?     principal_daily:
--?       - {repeat: 10, set: {principal: "t{n}", estimated_cost: "{n}"}}
--?       - {set: {principal: first, estimated_cost: 900}}
--?       - {set: {principal: t2, estimated_cost: 20}}
--?       - {set: {principal: unknown, estimated_cost: null}}
--?   expect:
--?     - {principal: first, estimated_cost: 900}
--?     - {principal: t2, estimated_cost: 22}
--?     - {principal: t10, estimated_cost: 10}
--?     - {principal: t9, estimated_cost: 9}
--?     - {principal: t8, estimated_cost: 8}
--?     - {principal: t7, estimated_cost: 7}
--?     - {principal: t6, estimated_cost: 6}
--?     - {principal: t5, estimated_cost: 5}
--?     - {principal: t4, estimated_cost: 4}
--?     - {principal: t3, estimated_cost: 3}
--? - name: what is unknown is not shown as nothing
--?   given:
--?     principal_daily:
--?       - {set: {principal: unknown, estimated_cost: null}}
--?   expect: []
