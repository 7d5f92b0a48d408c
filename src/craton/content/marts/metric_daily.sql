--- title: CloudWatch metrics of a day
--- grain: a day, an account, a Region, a metric and the values of its dimensions
--- key: [day, account_id, region, namespace, metric_name, dimension_names, model_id, guardrail_policy_type, guardrail_content_source, environment, organizational_unit, business_unit]
--- reads: [metric]
--- explains: >
---   What CloudWatch counts of Bedrock, logged or not: throttles, errors, time to first token, quota use, deliveries of
---   the invocation log. CloudWatch publishes the same samples under several sets of dimensions; to add up, keep to one
---   `dimension_names`.
--- columns:
---   dimension_names: names of the metric's dimensions, sorted and joined by `+`; empty where it has none
---   guardrail_policy_type: the dimension GuardrailPolicyType
---   guardrail_content_source: the dimension GuardrailContentSource
---   samples: how many samples the day holds
---   total: their sum
---   smallest: the smallest
---   largest: the largest
WITH sample AS (
  SELECT
    day,
    account_id,
    region,
    namespace,
    metric_name,
    coalesce(array_to_string(list_sort(map_keys(dimensions)), '+'), '') AS dimension_names,
    model_id,
    model_base,
    dimensions['GuardrailPolicyType'] AS guardrail_policy_type,
    dimensions['GuardrailContentSource'] AS guardrail_content_source,
    environment,
    organizational_unit,
    business_unit,
    sample_count,
    sum,
    minimum,
    maximum
  FROM metric
)
SELECT
  day,
  account_id,
  region,
  namespace,
  metric_name,
  dimension_names,
  model_id,
  min(model_base) AS model_base,
  guardrail_policy_type,
  guardrail_content_source,
  environment,
  organizational_unit,
  business_unit,
  sum(sample_count) AS samples,
  sum(sum) AS total,
  min(minimum) AS smallest,
  max(maximum) AS largest
FROM sample
GROUP BY
  day, account_id, region, namespace, metric_name, dimension_names, model_id, guardrail_policy_type,
  guardrail_content_source, environment, organizational_unit, business_unit
--? - name: no metrics give no rows
--?   given: {}
--?   expect: []
--? - name: samples of a day are added up
--?   given:
--?     metric:
--?       - {set: {event_time: 2026-10-01T12:00:00Z, sample_count: 3, sum: 9, minimum: 2, maximum: 4}}
--?       - {set: {event_time: 2026-10-01T12:01:00Z, sample_count: 1, sum: 1, minimum: 1, maximum: 1}}
--?   expect: [{day: 2026-10-01, model_base: anthropic.claude-sonnet-4-6, samples: 4, total: 10, smallest: 1, largest: 4}]
--? - name: the same samples under other dimensions stand apart
--?   given:
--?     metric:
--?       - {set: {dimensions: {ModelId: m}, model_id: m}}
--?       - {set: {dimensions: {}, model_id: null, model_base: null}}
--?       - {set: {dimensions: null, model_id: null, model_base: null}}
--?       - {set: {dimensions: {ServiceTier: flex, ModelId: m}, model_id: m}}
--?       - {set: {dimensions: {ModelId: m, ServiceTier: priority}, model_id: m}}
--?   expect:
--?     - {dimension_names: ModelId, model_id: m, samples: 3}
--?     - {dimension_names: "", model_id: null, samples: 6}
--?     - {dimension_names: ModelId+ServiceTier, model_id: m, samples: 6}
--? - name: a profile whose model changed in the course of a day is shown under one
--?   given: {metric: [{set: {model_base: b}}, {set: {model_base: a}}]}
--?   expect: [{model_base: a}]
--? - name: guardrail metrics tell policy and side
--?   given:
--?     metric:
--?       - {set: {dimensions: {GuardrailPolicyType: TopicPolicy}}}
--?       - {set: {dimensions: {GuardrailPolicyType: WordPolicy}}}
--?       - {set: {dimensions: {GuardrailContentSource: Input}}}
--?       - {set: {dimensions: {GuardrailContentSource: Output}}}
--?   expect:
--?     - {guardrail_policy_type: TopicPolicy, guardrail_content_source: null}
--?     - {guardrail_policy_type: WordPolicy}
--?     - {guardrail_content_source: Input, guardrail_policy_type: null}
--?     - {guardrail_content_source: Output}
--? - name: every part of the grain keeps rows apart
--?   given:
--?     metric:
--?       - {set: {sample_count: 1}}
--?       - {set: {event_time: 2026-10-02T12:00:00Z, sample_count: 1}}
--?       - {set: {account_id: "222222222222", sample_count: 1}}
--?       - {set: {region: us-west-2, sample_count: 1}}
--?       - {set: {namespace: AWS/Bedrock/Guardrails, sample_count: 1}}
--?       - {set: {metric_name: Invocations, sample_count: 1}}
--?       - {set: {model_id: other, sample_count: 1}}
--?       - {set: {environment: dev, sample_count: 1}}
--?       - {set: {organizational_unit: workloads/dev, sample_count: 1}}
--?       - {set: {business_unit: Bank, sample_count: 1}}
--?   expect:
--?     - {day: 2026-10-01, samples: 1}
--?     - {day: 2026-10-02, samples: 1}
--?     - {account_id: "222222222222", samples: 1}
--?     - {region: us-west-2, samples: 1}
--?     - {namespace: AWS/Bedrock/Guardrails, samples: 1}
--?     - {metric_name: Invocations, samples: 1}
--?     - {model_id: other, samples: 1}
--?     - {environment: dev, samples: 1}
--?     - {organizational_unit: workloads/dev, samples: 1}
--?     - {business_unit: Bank, samples: 1}
