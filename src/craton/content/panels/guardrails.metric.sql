--- title: Interventions as CloudWatch counts them
--- page: guardrails
--- order: 80
--- chart: stacked_bar
--- x: day
--- y: interventions
--- series: guardrail_policy_type
--- unit: calls
--- width: 6
--- empty: no interventions in the metrics
--- reads: [metric_daily]
--- explains: >
---   The metric InvocationsIntervened by kind of policy. It covers calls of every account that streams its metrics,
---   whether they are logged or not, and ApplyGuardrail too.
SELECT day, guardrail_policy_type, sum(total) AS interventions
FROM metric_daily
WHERE
  namespace = 'AWS/Bedrock/Guardrails'
  AND metric_name = 'InvocationsIntervened'
  AND dimension_names = 'GuardrailPolicyType'
GROUP BY day, guardrail_policy_type
HAVING max(total) > 0
ORDER BY day, guardrail_policy_type
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: interventions add up by day and policy, and days run forward
--?   ordered: true
--?   given:
--?     metric_daily:
--?       - {set: {namespace: AWS/Bedrock/Guardrails, metric_name: InvocationsIntervened, dimension_names: GuardrailPolicyType, guardrail_policy_type: TopicPolicy, day: 2026-10-02, total: 1}}
--?       - {repeat: 2, set: {namespace: AWS/Bedrock/Guardrails, metric_name: InvocationsIntervened, dimension_names: GuardrailPolicyType, guardrail_policy_type: TopicPolicy, total: 0.5}}
--?       - {set: {namespace: AWS/Bedrock/Guardrails, metric_name: InvocationsIntervened, dimension_names: GuardrailPolicyType, guardrail_policy_type: TopicPolicy, total: 0}}
--?       - {set: {namespace: AWS/Bedrock/Guardrails, metric_name: InvocationsIntervened, dimension_names: GuardrailPolicyType, guardrail_policy_type: ContentPolicy, total: 3}}
--?   expect:
--?     - {day: 2026-10-01, guardrail_policy_type: ContentPolicy, interventions: 3}
--?     - {day: 2026-10-01, guardrail_policy_type: TopicPolicy, interventions: 1}
--?     - {day: 2026-10-02, guardrail_policy_type: TopicPolicy, interventions: 1}
--? - name: other metrics, other dimensions and none are not drawn
--?   given:
--?     metric_daily:
--?       - {set: {namespace: AWS/Bedrock/Guardrails, metric_name: InvocationsIntervened, dimension_names: GuardrailPolicyType, guardrail_policy_type: TopicPolicy, total: 0}}
--?       - {set: {namespace: AWS/Bedrock/Guardrails, metric_name: Invocations, dimension_names: GuardrailPolicyType, guardrail_policy_type: TopicPolicy}}
--?       - {set: {namespace: AWS/Bedrock, metric_name: InvocationsIntervened, dimension_names: GuardrailPolicyType, guardrail_policy_type: TopicPolicy}}
--?       - {set: {namespace: AWS/Bedrock/Guardrails, metric_name: InvocationsIntervened, dimension_names: Operation}}
--?   expect: []
