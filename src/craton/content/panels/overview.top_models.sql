--- title: Models that cost most
--- page: overview
--- order: 140
--- chart: bar
--- x: model
--- y: estimated_cost
--- unit: USD
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Tokens times the price in force at the time of each call, over the calls that have a price. What has none is
---   counted on the page of data health, never as 0 USD.
SELECT coalesce(model_base, 'unknown model') AS model, sum(estimated_cost) AS estimated_cost
FROM usage_daily
WHERE estimated_cost IS NOT NULL
GROUP BY model_base
ORDER BY estimated_cost DESC, model
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the ten largest, the largest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {repeat: 10, set: {model_base: "t{n}", estimated_cost: "{n}"}}
--?       - {set: {model_base: null, estimated_cost: 900}}
--?       - {set: {model_base: t2, estimated_cost: 20}}
--?       - {set: {model_base: unknown, estimated_cost: null}}
--?   expect:
--?     - {model: unknown model, estimated_cost: 900}
--?     - {model: t2, estimated_cost: 22}
--?     - {model: t10, estimated_cost: 10}
--?     - {model: t9, estimated_cost: 9}
--?     - {model: t8, estimated_cost: 8}
--?     - {model: t7, estimated_cost: 7}
--?     - {model: t6, estimated_cost: 6}
--?     - {model: t5, estimated_cost: 5}
--?     - {model: t4, estimated_cost: 4}
--?     - {model: t3, estimated_cost: 3}
--? - name: what is unknown is not shown as nothing
--?   given:
--?     usage_daily:
--?       - {set: {model_base: unknown, estimated_cost: null}}
--?   expect: []
