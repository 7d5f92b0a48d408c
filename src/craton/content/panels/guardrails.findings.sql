--- title: What guardrails found
--- page: guardrails
--- order: 120
--- chart: table
--- units: {accounts: accounts, calls: calls}
--- width: 6
--- reads: [guardrail_daily]
--- explains: >
---   Findings by policy, name and side, without the text that was found. A custom word has no name but its own text,
---   so it stays nameless.
SELECT
  policy,
  name,
  action,
  sum(calls) AS calls,
  side,
  count(DISTINCT account_id) AS accounts,
  max(day) AS last_day
FROM guardrail_daily
GROUP BY policy, name, side, action
ORDER BY calls DESC, policy, name, side, action
LIMIT 50
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: findings add up over accounts and days, the most first
--?   ordered: true
--?   given:
--?     guardrail_daily:
--?       - {set: {name: HATE, calls: 1}}
--?       - {set: {calls: 2, day: 2026-10-02}}
--?       - {set: {calls: 3}}
--?       - {set: {calls: 4, account_id: "222222222222"}}
--?   expect:
--?     - {policy: content, name: VIOLENCE, side: input, action: BLOCKED, accounts: 2, calls: 9, last_day: 2026-10-02}
--?     - {name: HATE, accounts: 1, calls: 1}
--? - name: every part of a finding keeps rows apart
--?   given:
--?     guardrail_daily:
--?       - {set: {}}
--?       - {set: {policy: word}}
--?       - {set: {name: HATE}}
--?       - {set: {side: output}}
--?       - {set: {action: NONE}}
--?   expect: [{calls: 1}, {policy: word, calls: 1}, {name: HATE, calls: 1}, {side: output, calls: 1}, {action: NONE, calls: 1}]
--? - name: of many, fifty
--?   given: {guardrail_daily: [{repeat: 51, set: {name: "n{n}"}}]}
--?   expect:
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
--?     - {}
