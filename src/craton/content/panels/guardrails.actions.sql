--- title: What guardrails did
--- page: guardrails
--- order: 70
--- chart: stacked_bar
--- x: policy
--- y: findings
--- series: action
--- unit: findings
--- width: 6
--- reads: [guardrail_daily]
--- explains: >
---   Findings by policy and by what the guardrail did with them: BLOCKED and ANONYMIZED intervene, NONE only detects.
SELECT policy, coalesce(action, 'not told') AS action, sum(calls) AS findings
FROM guardrail_daily
GROUP BY policy, action
ORDER BY policy, action
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: findings add up by policy and action
--?   ordered: true
--?   given:
--?     guardrail_daily:
--?       - {set: {policy: word, calls: 1}}
--?       - {repeat: 2, set: {policy: content, calls: 2}}
--?       - {set: {policy: content, action: null, calls: 3}}
--?   expect:
--?     - {policy: content, action: BLOCKED, findings: 4}
--?     - {policy: content, action: not told, findings: 3}
--?     - {policy: word, action: BLOCKED, findings: 1}
