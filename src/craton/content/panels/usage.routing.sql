--- title: Where calls run
--- page: usage
--- order: 120
--- chart: heatmap
--- x: ran_in
--- y: calls
--- series: region
--- unit: calls
--- width: 12
--- reads: [routing_daily]
--- explains: >
---   Region called against the Region where the model ran. Cross-Region inference sends calls elsewhere; `not told`
---   are records that do not say where.
SELECT region, coalesce(inference_region, 'not told') AS ran_in, sum(calls) AS calls
FROM routing_daily
GROUP BY region, inference_region
ORDER BY region, ran_in
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each pair of Regions adds up
--?   ordered: true
--?   given:
--?     routing_daily:
--?       - {set: {region: us-west-2, inference_region: us-west-2, calls: 1}}
--?       - {repeat: 2, set: {region: us-east-1, inference_region: us-west-2, calls: 2}}
--?       - {set: {region: us-east-1, inference_region: null, calls: 3}}
--?   expect:
--?     - {region: us-east-1, ran_in: not told, calls: 3}
--?     - {region: us-east-1, ran_in: us-west-2, calls: 4}
--?     - {region: us-west-2, ran_in: us-west-2, calls: 1}
