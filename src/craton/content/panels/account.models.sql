--- title: Models
--- page: account
--- order: 80
--- chart: table
--- units: {calls: calls, error_percent: percent, input_tokens: tokens, output_tokens: tokens, estimated_cost: USD}
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Models that this account called, by cost.
SELECT
  coalesce(model_base, 'unknown model') AS model,
  sum(estimated_cost) AS estimated_cost,
  sum(calls) AS calls,
  100.0 * sum(errors) / sum(calls) AS error_percent,
  sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens,
  max(last_event_time) AS last_call
FROM usage_daily
GROUP BY model_base
ORDER BY estimated_cost DESC NULLS LAST, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: a model adds up over teams and days, the dearest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {model_base: null, estimated_cost: null}}
--?       - {set: {model_base: second, estimated_cost: 1}}
--?       - {set: {calls: 10, errors: 1, input_tokens: 1, output_tokens: 10, estimated_cost: 2, last_event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {calls: 30, errors: 4, input_tokens: 2, output_tokens: 20, estimated_cost: 3, last_event_time: 2026-10-01T09:00:00Z}}
--?       - {set: {model_base: other, estimated_cost: 0}}
--?   expect:
--?     - {model: anthropic.claude-sonnet-4-6, calls: 40, error_percent: 12.5, input_tokens: 3, output_tokens: 30, estimated_cost: 5, last_call: 2026-10-01T10:00:00Z}
--?     - {model: second, estimated_cost: 1}
--?     - {model: other, estimated_cost: 0}
--?     - {model: unknown model, estimated_cost: null}
