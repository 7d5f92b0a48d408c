--- title: Coverage by Region
--- page: account
--- order: 70
--- chart: heatmap
--- x: day
--- y: coverage
--- series: region
--- unit: percent
--- width: 12
--- empty: "no call in the trail: coverage is unknown"
--- few_mutants: it only picks and sorts
--- reads: [coverage]
--- explains: >
---   Of the calls that CloudTrail saw, how many the invocation log has. Logging is set for each Region.
SELECT day, region, coverage
FROM coverage
WHERE coverage IS NOT NULL
ORDER BY region, day
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each Region has its row
--?   ordered: true
--?   given:
--?     coverage:
--?       - {set: {region: us-west-2, coverage: 0}}
--?       - {set: {day: 2026-10-02, coverage: 50}}
--?       - {set: {coverage: 100}}
--?       - {set: {region: eu-west-1, coverage: null}}
--?   expect:
--?     - {region: us-east-1, day: 2026-10-01, coverage: 100.0}
--?     - {region: us-east-1, day: 2026-10-02, coverage: 50.0}
--?     - {region: us-west-2, day: 2026-10-01, coverage: 0.0}
