--- title: What guardrails found on a day
--- grain: a day, an account, a guardrail version, a side, a policy, what it found, what it did, a model and a business unit
--- key: [day, account_id, guardrail_id, guardrail_version, side, policy, name, action, model_base, environment, organizational_unit, business_unit]
--- reads: [invocation]
--- explains: >
---   Findings in the traces of logged calls, without the text that was found. One call can have many findings, so that
---   calls must not be added up over policies, names or sides. A call whose record carries no trace has no finding
---   here, even if a guardrail blocked it: `usage_daily.intervened_calls` counts those too.
--- columns:
---   side: "`input` or `output`"
---   policy: kind of guardrail policy, such as `content`, `topic`, `word` or `sensitive_information`
---   name: what was found, such as VIOLENCE or EMAIL; NULL where AWS gives it no name
---   action: what the guardrail did, such as BLOCKED, ANONYMIZED or NONE; NULL where the trace does not say
---   calls: calls with this finding
--- example: {invocation: [{set: {guardrail_action: INTERVENED, guardrail_id: g-1, guardrail_version: "1", guardrail_findings: ["input:content:VIOLENCE:BLOCKED"]}}]}
WITH finding AS (
  SELECT
    i.day,
    i.account_id,
      i.guardrail_id,
    i.guardrail_version,
    trim(split_part(f.found, ':', 1)) AS side,
    trim(split_part(f.found, ':', 2)) AS policy,
    nullif(trim(split_part(f.found, ':', 3)), '') AS name,
    nullif(trim(split_part(f.found, ':', 4)), '') AS action,
    i.model_base,
    i.environment,
    i.organizational_unit,
    i.business_unit
  FROM invocation AS i
  CROSS JOIN UNNEST(i.guardrail_findings) AS f(found)
)
SELECT
  day,
  account_id,
  guardrail_id,
  guardrail_version,
  side,
  policy,
  name,
  action,
  model_base,
  environment,
  organizational_unit,
  business_unit,
  count(*) AS calls
FROM finding
GROUP BY
  day, account_id, guardrail_id, guardrail_version, side, policy, name, action, model_base, environment,
  organizational_unit, business_unit
--? - name: no calls give no rows
--?   given: {}
--?   expect: []
--? - name: a call without findings gives no rows
--?   given: {invocation: [{set: {guardrail_action: NONE}}]}
--?   expect: []
--? - name: each finding of a call is a row, and a nameless one stays nameless
--?   given:
--?     invocation:
--?       - repeat: 2
--?         set: {guardrail_findings: ["input:topic:Bombs:BLOCKED", "output:sensitive_information:EMAIL:ANONYMIZED"]}
--?       - set: {guardrail_findings: ["input:word::BLOCKED", "input:content:HATE:"]}
--?       - set: {guardrail_findings: ["input : word :  : BLOCKED"]}
--?   expect:
--?     - {side: input, policy: topic, name: Bombs, action: BLOCKED, calls: 2}
--?     - {side: output, policy: sensitive_information, name: EMAIL, action: ANONYMIZED, calls: 2}
--?     - {side: input, policy: word, name: null, action: BLOCKED, calls: 2}
--?     - {side: input, policy: content, name: HATE, action: null, calls: 1}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     invocation:
--?       - {set: {guardrail_findings: ["input:content:HATE:BLOCKED"]}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z, guardrail_findings: ["input:content:HATE:BLOCKED"]}}
--?       - {set: {account_id: "222222222222", guardrail_findings: ["input:content:HATE:BLOCKED"]}}
--?       - {set: {guardrail_id: g-2, guardrail_findings: ["input:content:HATE:BLOCKED"]}}
--?       - {set: {guardrail_version: "2", guardrail_findings: ["input:content:HATE:BLOCKED"]}}
--?       - {set: {model_base: amazon.nova-lite-v1:0, guardrail_findings: ["input:content:HATE:BLOCKED"]}}
--?       - {set: {environment: dev, guardrail_findings: ["input:content:HATE:BLOCKED"]}}
--?       - {set: {organizational_unit: workloads/dev, guardrail_findings: ["input:content:HATE:BLOCKED"]}}
--?       - {set: {business_unit: Bank, guardrail_findings: ["input:content:HATE:BLOCKED"]}}
--?       - {set: {guardrail_findings: ["output:content:HATE:BLOCKED"]}}
--?       - {set: {guardrail_findings: ["input:word:HATE:BLOCKED"]}}
--?       - {set: {guardrail_findings: ["input:content:SEXUAL:BLOCKED"]}}
--?       - {set: {guardrail_findings: ["input:content:HATE:NONE"]}}
--?   expect:
--?     - {day: 2026-10-01, calls: 1}
--?     - {day: 2026-10-02, calls: 1}
--?     - {account_id: "222222222222", calls: 1}
--?     - {guardrail_id: g-2, calls: 1}
--?     - {guardrail_version: "2", calls: 1}
--?     - {model_base: amazon.nova-lite-v1:0, calls: 1}
--?     - {environment: dev, calls: 1}
--?     - {organizational_unit: workloads/dev, calls: 1}
--?     - {business_unit: Bank, calls: 1}
--?     - {side: output, calls: 1}
--?     - {policy: word, calls: 1}
--?     - {name: SEXUAL, calls: 1}
--?     - {action: NONE, calls: 1}
