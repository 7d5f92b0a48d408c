--- title: Calls that ran in another Region
--- page: usage
--- order: 110
--- chart: line
--- x: day
--- y: rerouted_percent
--- unit: percent
--- width: 4
--- reads: [routing_daily]
--- explains: >
---   Of the calls that say where they ran, how many ran elsewhere than where they were made. Data leaves the Region
---   with them.
SELECT day, 100.0 * sum(CASE WHEN rerouted THEN calls ELSE 0 END) / sum(calls) AS rerouted_percent
FROM routing_daily
WHERE rerouted IS NOT NULL
GROUP BY day
ORDER BY day
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the share of each day, and days run forward
--?   ordered: true
--?   given:
--?     routing_daily:
--?       - {set: {day: 2026-10-02, rerouted: true, calls: 5}}
--?       - {set: {rerouted: true, calls: 1}}
--?       - {set: {rerouted: true, calls: 2}}
--?       - {set: {rerouted: false, calls: 4}}
--?       - {set: {rerouted: false, calls: 5}}
--?       - {set: {rerouted: null, calls: 88}}
--?   expect:
--?     - {day: 2026-10-01, rerouted_percent: 25.0}
--?     - {day: 2026-10-02, rerouted_percent: 100.0}
