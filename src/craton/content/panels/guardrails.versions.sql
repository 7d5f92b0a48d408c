--- title: Guardrails in use
--- page: guardrails
--- order: 100
--- chart: table
--- units: {accounts: accounts}
--- width: 6
--- reads: [guardrail_daily]
--- explains: >
---   Which guardrails and versions had findings, where, and up to when. A version that is still used long after a
---   newer one was published is found here.
SELECT
  guardrail_id,
  guardrail_version,
  count(DISTINCT account_id) AS accounts,
  min(day) AS first_day,
  max(day) AS last_day
FROM guardrail_daily
GROUP BY guardrail_id, guardrail_version
ORDER BY guardrail_id, guardrail_version
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: versions of a guardrail stand apart
--?   ordered: true
--?   given:
--?     guardrail_daily:
--?       - {set: {guardrail_id: g-2}}
--?       - {set: {guardrail_version: "2"}}
--?       - {set: {}}
--?       - {set: {account_id: "222222222222", day: 2026-10-02}}
--?       - {set: {account_id: "222222222222", day: 2026-10-03}}
--?   expect:
--?     - {guardrail_id: g-1, guardrail_version: "1", accounts: 2, first_day: 2026-10-01, last_day: 2026-10-03}
--?     - {guardrail_id: g-1, guardrail_version: "2", accounts: 1}
--?     - {guardrail_id: g-2, accounts: 1}
