--- title: Coverage by account and day
--- page: accounts
--- order: 20
--- chart: heatmap
--- x: day
--- y: coverage
--- series: account_id
--- unit: percent
--- width: 12
--- empty: "no call in any trail: coverage is unknown"
--- reads: [coverage]
--- explains: >
---   Of the calls that CloudTrail saw, how many the invocation log has, over all Regions of an account. A blank field
---   is a day without a call in the trail: coverage unknown.
SELECT
  day,
  account_id,
  100.0 * sum(calls_seen - calls_missing) / sum(calls_seen) AS coverage
FROM coverage
WHERE calls_seen > 0
GROUP BY day, account_id
ORDER BY account_id, day
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: Regions of an account add up
--?   ordered: true
--?   given:
--?     coverage:
--?       - {set: {account_id: b, calls_seen: 1, calls_missing: 0}}
--?       - {set: {account_id: a, day: 2026-10-02, calls_seen: 2, calls_missing: 2}}
--?       - {set: {account_id: a, calls_seen: 10, calls_missing: 2}}
--?       - {set: {account_id: a, region: us-west-2, calls_seen: 30, calls_missing: 8}}
--?   expect:
--?     - {account_id: a, day: 2026-10-01, coverage: 75.0}
--?     - {account_id: a, day: 2026-10-02, coverage: 0.0}
--?     - {account_id: b, day: 2026-10-01, coverage: 100.0}
--? - name: a day without a call in the trail is blank, and not whole
--?   given: {coverage: [{set: {calls_seen: null, calls_missing: null}}, {set: {day: 2026-10-02, calls_seen: 0, calls_missing: 0}}]}
--?   expect: []
