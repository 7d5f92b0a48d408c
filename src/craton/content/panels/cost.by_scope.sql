--- title: Cost by routing
--- page: cost
--- order: 80
--- chart: stacked_bar
--- x: day
--- y: estimated_cost
--- series: geo_scope
--- unit: USD
--- width: 6
--- reads: [routing_daily]
--- explains: >
---   In-Region, within a geography, or global. Global routing of the same model is often cheaper, where data may
---   leave the geography.
SELECT day, coalesce(geo_scope, 'unknown') AS geo_scope, sum(estimated_cost) AS estimated_cost
FROM routing_daily
WHERE estimated_cost IS NOT NULL
GROUP BY day, geo_scope
ORDER BY day, geo_scope
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each day adds up by routing, and days run forward
--?   ordered: true
--?   given:
--?     routing_daily:
--?       - {set: {day: 2026-10-02, estimated_cost: 3}}
--?       - {repeat: 2, set: {geo_scope: global, estimated_cost: 2}}
--?       - {set: {day: 2026-10-02, geo_scope: global, estimated_cost: 5}}
--?       - {set: {geo_scope: null, estimated_cost: 1}}
--?       - {set: {geo_scope: in_region, estimated_cost: null}}
--?   expect:
--?     - {day: 2026-10-01, geo_scope: global, estimated_cost: 4}
--?     - {day: 2026-10-01, geo_scope: unknown, estimated_cost: 1}
--?     - {day: 2026-10-02, geo_scope: geo, estimated_cost: 3}
--?     - {day: 2026-10-02, geo_scope: global, estimated_cost: 5}
