--- title: Models
--- page: models
--- order: 10
--- chart: table
--- units: {accounts: accounts, calls: calls, error_percent: percent, input_tokens: tokens, cache_read_input_tokens: tokens, output_tokens: tokens, output_tokens_per_second: tokens, estimated_cost: USD, unpriced_calls: calls}
--- width: 12
--- reads: [usage_daily]
--- explains: >
---   Every model that was called, by cost. Output speed is over the calls that tell both their time and their output.
SELECT
  coalesce(model_base, 'unknown model') AS model,
  sum(estimated_cost) AS estimated_cost,
  sum(calls) AS calls,
  100.0 * sum(errors) / sum(calls) AS error_percent,
  count(DISTINCT account_id) AS accounts,
  sum(input_tokens) AS input_tokens,
  sum(cache_read_input_tokens) AS cache_read_input_tokens,
  sum(output_tokens) AS output_tokens,
  1000.0 * sum(timed_output_tokens) / nullif(sum(timed_latency_ms), 0) AS output_tokens_per_second,
  sum(unpriced_calls) AS unpriced_calls,
  max(last_event_time) AS last_call
FROM usage_daily
GROUP BY model_base
ORDER BY estimated_cost DESC NULLS LAST, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: a model adds up over accounts and days, the dearest first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {model_base: null, estimated_cost: null, calls: 4, errors: 0, timed_latency_ms: null}}
--?       - {set: {model_base: cheap, estimated_cost: 1}}
--?       - {set: {account_id: a, calls: 6, errors: 1, input_tokens: 10, cache_read_input_tokens: 30, output_tokens: 50, timed_output_tokens: 40, timed_latency_ms: 2000, estimated_cost: 2, unpriced_calls: 1, last_event_time: 2026-10-01T10:00:00Z}}
--?       - {set: {account_id: b, calls: 2, errors: 1, input_tokens: 20, cache_read_input_tokens: 40, output_tokens: 60, timed_output_tokens: 60, timed_latency_ms: 3000, estimated_cost: 3, unpriced_calls: 1, last_event_time: 2026-10-01T11:00:00Z}}
--?       - {set: {account_id: b, calls: 2, errors: 0, input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0, timed_output_tokens: null, timed_latency_ms: null, estimated_cost: 0, last_event_time: 2026-10-01T09:00:00Z}}
--?   expect:
--?     - {model: anthropic.claude-sonnet-4-6, accounts: 2, calls: 10, error_percent: 20.0, input_tokens: 30, cache_read_input_tokens: 70, output_tokens: 110, output_tokens_per_second: 20.0, estimated_cost: 5, unpriced_calls: 2, last_call: 2026-10-01T11:00:00Z}
--?     - {model: cheap, estimated_cost: 1}
--?     - {model: unknown model, calls: 4, error_percent: 0.0, output_tokens_per_second: null, estimated_cost: null}
--? - name: calls that took no time have no speed
--?   given: {usage_daily: [{set: {timed_output_tokens: 5, timed_latency_ms: 0}}]}
--?   expect: [{output_tokens_per_second: null}]
--? - name: a millisecond is enough for a speed
--?   given: {usage_daily: [{set: {timed_output_tokens: 5, timed_latency_ms: 1}}]}
--?   expect: [{output_tokens_per_second: 5000.0}]
