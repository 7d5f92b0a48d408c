--- title: Calls by size of the request
--- page: usage
--- order: 70
--- chart: bar
--- x: size
--- y: calls
--- unit: calls
--- width: 4
--- few_mutants: it only adds up and sorts
--- reads: [request_size_daily]
--- explains: >
---   How many tokens calls sent, cached ones included. Long requests cost more, and above 200,000 tokens some models
---   charge another rate.
SELECT size, sum(calls) AS calls
FROM request_size_daily
GROUP BY size, size_order
ORDER BY size_order
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: ranges run from small to large
--?   ordered: true
--?   given:
--?     request_size_daily:
--?       - {set: {size: large, size_order: 2, calls: 1}}
--?       - {repeat: 2, set: {size: small, size_order: 1, calls: 3}}
--?   expect:
--?     - {size: small, calls: 6}
--?     - {size: large, calls: 1}
--? - name: ranges are told apart by name and by place
--?   given:
--?     request_size_daily:
--?       - {set: {size: a, size_order: 1, calls: 1}}
--?       - {set: {size: b, size_order: 1, calls: 1}}
--?       - {set: {size: b, size_order: 2, calls: 1}}
--?   expect: [{size: a, calls: 1}, {size: b, calls: 1}, {size: b, calls: 1}]
