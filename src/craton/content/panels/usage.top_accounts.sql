--- title: Accounts that call most
--- page: usage
--- order: 80
--- chart: bar
--- x: account_id
--- y: calls
--- unit: calls
--- width: 6
--- few_mutants: it only adds up, sorts and cuts off
--- reads: [usage_daily]
--- explains: >
---   Calls in the invocation logs, failed ones included.
SELECT account_id, sum(calls) AS calls
FROM usage_daily
GROUP BY account_id
ORDER BY calls DESC, account_id
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the ten largest, the largest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {repeat: 10, set: {account_id: "t{n}", calls: "{n}"}}
--?       - {set: {account_id: first, calls: 900}}
--?       - {set: {account_id: t2, calls: 20}}
--?   expect:
--?     - {account_id: first, calls: 900}
--?     - {account_id: t2, calls: 22}
--?     - {account_id: t10, calls: 10}
--?     - {account_id: t9, calls: 9}
--?     - {account_id: t8, calls: 8}
--?     - {account_id: t7, calls: 7}
--?     - {account_id: t6, calls: 6}
--?     - {account_id: t5, calls: 5}
--?     - {account_id: t4, calls: 4}
--?     - {account_id: t3, calls: 3}
