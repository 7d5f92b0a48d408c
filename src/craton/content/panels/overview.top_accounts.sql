--- title: Accounts that cost most
--- page: overview
--- order: 130
--- chart: bar
--- x: account_id
--- y: estimated_cost
--- unit: USD
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Tokens times the price in force at the time of each call, over the calls that have a price. What has none is
---   counted on the page of data health, never as 0 USD.
SELECT account_id, sum(estimated_cost) AS estimated_cost
FROM usage_daily
WHERE estimated_cost IS NOT NULL
GROUP BY account_id
ORDER BY estimated_cost DESC, account_id
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the ten largest, the largest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {repeat: 10, set: {account_id: "t{n}", estimated_cost: "{n}"}}
--?       - {set: {account_id: first, estimated_cost: 900}}
--?       - {set: {account_id: t2, estimated_cost: 20}}
--?       - {set: {account_id: unknown, estimated_cost: null}}
--?   expect:
--?     - {account_id: first, estimated_cost: 900}
--?     - {account_id: t2, estimated_cost: 22}
--?     - {account_id: t10, estimated_cost: 10}
--?     - {account_id: t9, estimated_cost: 9}
--?     - {account_id: t8, estimated_cost: 8}
--?     - {account_id: t7, estimated_cost: 7}
--?     - {account_id: t6, estimated_cost: 6}
--?     - {account_id: t5, estimated_cost: 5}
--?     - {account_id: t4, estimated_cost: 4}
--?     - {account_id: t3, estimated_cost: 3}
--? - name: what is unknown is not shown as nothing
--?   given:
--?     usage_daily:
--?       - {set: {account_id: unknown, estimated_cost: null}}
--?   expect: []
