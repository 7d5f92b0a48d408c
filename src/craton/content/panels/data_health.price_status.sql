--- title: How sure prices are
--- page: data_health
--- order: 80
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: price_status
--- unit: calls
--- width: 6
--- reads: [data_quality_daily]
--- explains: >
---   Successful calls by the state of their price. Assumed prices rest on an unknown date, tier or time to live of
---   the cache; unpriced calls have no cost at all, which is not 0 USD.
SELECT day, price_status, sum(calls) AS calls
FROM data_quality_daily
WHERE NOT failed
GROUP BY day, price_status
ORDER BY day, price_status
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each day adds up, and days run forward
--?   ordered: true
--?   given:
--?     data_quality_daily:
--?       - {set: {day: 2026-10-02, price_status: assumed_date, calls: 1}}
--?       - {set: {price_status: assumed_date, calls: 2}}
--?       - {set: {price_status: assumed_date, calls: 3}}
--?       - {set: {price_status: priced, calls: 4}}
--?       - {set: {day: 2026-10-02, price_status: priced, calls: 9}}
--?   expect:
--?     - {day: 2026-10-01, price_status: assumed_date, calls: 5}
--?     - {day: 2026-10-01, price_status: priced, calls: 4}
--?     - {day: 2026-10-02, price_status: assumed_date, calls: 1}
--?     - {day: 2026-10-02, price_status: priced, calls: 9}
--? - name: failed calls need no price
--?   given: {data_quality_daily: [{set: {failed: true}}]}
--?   expect: []
