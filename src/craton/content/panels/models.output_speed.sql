--- title: Speed of the output by model
--- page: models
--- order: 60
--- chart: bar
--- x: model
--- y: tokens_per_second
--- unit: tokens per second
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Tokens generated in a second of waiting, over the calls that tell both their time and their output.
--- survivors:
---   - mutant: "aggregate: SUM(timed_latency_ms) -> MAX(timed_latency_ms) #2"
---     reason: no time is below 0, so that the sum is above 0 exactly where the largest is
SELECT
  coalesce(model_base, 'unknown model') AS model,
  1000.0 * sum(timed_output_tokens) / sum(timed_latency_ms) AS tokens_per_second
FROM usage_daily
GROUP BY model_base
HAVING sum(timed_latency_ms) > 0
ORDER BY tokens_per_second DESC, model
LIMIT 15
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the fastest first, and a model without times is not drawn
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {model_base: slow, timed_output_tokens: 10, timed_latency_ms: 1}}
--?       - {set: {model_base: slow, timed_output_tokens: 10, timed_latency_ms: 9999}}
--?       - {set: {model_base: null, timed_output_tokens: 30, timed_latency_ms: 1000}}
--?       - {set: {model_base: untimed, timed_output_tokens: null, timed_latency_ms: null}}
--?       - {set: {model_base: instant, timed_output_tokens: 3, timed_latency_ms: 0}}
--?       - {set: {model_base: quick, timed_output_tokens: 3, timed_latency_ms: 1}}
--?   expect:
--?     - {model: quick, tokens_per_second: 3000.0}
--?     - {model: unknown model, tokens_per_second: 30.0}
--?     - {model: slow, tokens_per_second: 2.0}
--? - name: no more than fifteen are shown
--?   given: {usage_daily: [{repeat: 16, set: {model_base: "m{n}"}}]}
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
