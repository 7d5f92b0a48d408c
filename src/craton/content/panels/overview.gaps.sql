--- title: Accounts whose calls are not all logged
--- page: overview
--- order: 150
--- chart: table
--- units: {calls_missing: calls, coverage: percent}
--- width: 5
--- empty: no gap is known; where no trail looks, none can be
--- reads: [coverage]
--- explains: >
---   Accounts by how many calls CloudTrail saw and the invocation log has not: logging is off there, or was for a
---   while.
SELECT
  account_id,
  sum(calls_missing) AS calls_missing,
  100.0 * sum(calls_seen - calls_missing) / sum(calls_seen) AS coverage,
  max(CASE WHEN calls_missing > 0 THEN day END) AS last_gap
FROM coverage
WHERE calls_seen > 0
GROUP BY account_id
HAVING max(calls_missing) > 0
ORDER BY calls_missing DESC, account_id
LIMIT 10
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: accounts with gaps, the widest first
--?   ordered: true
--?   given:
--?     coverage:
--?       - {set: {account_id: small, calls_seen: 10, calls_missing: 1}}
--?       - {set: {account_id: large, calls_seen: 10, calls_missing: 5}}
--?       - {set: {account_id: large, day: 2026-10-02, calls_seen: 10, calls_missing: 1}}
--?       - {set: {account_id: large, day: 2026-10-03, calls_seen: 20, calls_missing: 0}}
--?       - {set: {account_id: whole, calls_seen: 10, calls_missing: 0}}
--?       - {set: {account_id: unknown, calls_seen: null, calls_missing: null}}
--?       - {set: {account_id: large, day: 2026-10-04, calls_seen: 0, calls_missing: 100}}
--?   expect:
--?     - {account_id: large, calls_missing: 6, coverage: 85.0, last_gap: 2026-10-02}
--?     - {account_id: small, calls_missing: 1, coverage: 90.0, last_gap: 2026-10-01}
--? - name: no more than ten are listed
--?   given: {coverage: [{repeat: 11, set: {account_id: "a{n}", calls_seen: 100, calls_missing: "{n}"}}]}
--?   expect:
--?     - {account_id: a11}
--?     - {account_id: a10}
--?     - {account_id: a9}
--?     - {account_id: a8}
--?     - {account_id: a7}
--?     - {account_id: a6}
--?     - {account_id: a5}
--?     - {account_id: a4}
--?     - {account_id: a3}
--?     - {account_id: a2}
--? - name: one call is enough, seen and missing
--?   given: {coverage: [{set: {calls_seen: 1, calls_missing: 1}}]}
--?   expect: [{calls_missing: 1, coverage: 0.0, last_gap: 2026-10-01}]
