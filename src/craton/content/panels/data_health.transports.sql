--- title: How records came
--- page: data_health
--- order: 110
--- chart: stacked_bar
--- x: day
--- y: calls
--- series: transports
--- unit: calls
--- width: 6
--- few_mutants: it only adds up and sorts
--- reads: [data_quality_daily]
--- explains: >
---   Calls by the ways their record came. A call that came in two ways is one row that knows both.
SELECT day, transports, sum(calls) AS calls
FROM data_quality_daily
GROUP BY day, transports
ORDER BY day, transports
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each day adds up, and days run forward
--?   ordered: true
--?   given:
--?     data_quality_daily:
--?       - {set: {day: 2026-10-02, transports: cloudwatch_logs+s3, calls: 1}}
--?       - {set: {transports: cloudwatch_logs+s3, calls: 2}}
--?       - {set: {transports: cloudwatch_logs+s3, calls: 3}}
--?       - {set: {transports: s3, calls: 4}}
--?       - {set: {day: 2026-10-02, transports: s3, calls: 9}}
--?   expect:
--?     - {day: 2026-10-01, transports: cloudwatch_logs+s3, calls: 5}
--?     - {day: 2026-10-01, transports: s3, calls: 4}
--?     - {day: 2026-10-02, transports: cloudwatch_logs+s3, calls: 1}
--?     - {day: 2026-10-02, transports: s3, calls: 9}
