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
--- reads: [coverage]
--- explains: >
---   Of the calls that CloudTrail saw, how many the invocation log has. Logging is set for each Region. A blank field is
---   a day without a call in the trail: coverage unknown.
SELECT
  day,
  region,
  100.0 * sum(calls_seen - calls_missing) / sum(calls_seen) AS coverage
FROM coverage
WHERE calls_seen > 0
GROUP BY day, region
ORDER BY region, day
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: each Region has its row, and accounts add up in it
--?   ordered: true
--?   given:
--?     coverage:
--?       - {set: {region: us-west-2, calls_seen: 1, calls_missing: 1}}
--?       - {set: {day: 2026-10-02, calls_seen: 4, calls_missing: 2}}
--?       - {set: {calls_seen: 10, calls_missing: 1}}
--?       - {set: {account_id: b, calls_seen: 30, calls_missing: 9}}
--?       - {set: {region: eu-west-1, calls_seen: 0, calls_missing: 0}}
--?   expect:
--?     - {region: us-east-1, day: 2026-10-01, coverage: 75.0}
--?     - {region: us-east-1, day: 2026-10-02, coverage: 50.0}
--?     - {region: us-west-2, day: 2026-10-01, coverage: 0.0}
--? - name: a day without a call in the trail is blank, and not whole
--?   given: {coverage: [{set: {calls_seen: null, calls_missing: null}}, {set: {day: 2026-10-02, calls_seen: 0, calls_missing: 0}}]}
--?   expect: []
