--- title: Estimated cost
--- page: cost
--- order: 10
--- chart: stat
--- y: estimated_cost
--- unit: USD
--- width: 3
--- compare: true
--- reads: [usage_daily]
--- explains: >
---   Tokens times the price in force at the time of each call, over the calls that have a price. What has none is
---   counted on the page of data health, never as 0 USD.
SELECT sum(estimated_cost) AS estimated_cost
FROM usage_daily
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     usage_daily:
--?       - {set: {estimated_cost: 0.5}}
--?       - {set: {estimated_cost: 0.25}}
--?       - {set: {estimated_cost: null}}
--?   expect: [{estimated_cost: 0.75}]
--? - name: one row is enough
--?   given: {usage_daily: [{set: {}}]}
--?   expect: [{}]
