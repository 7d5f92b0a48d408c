--- title: Calls without token counts
--- page: data_health
--- order: 120
--- chart: table
--- units: {calls: calls, without_input_tokens: calls, without_output_tokens: calls}
--- width: 6
--- empty: every successful call tells its tokens
--- reads: [usage_daily]
--- explains: >
---   Successful calls whose record tells no count, by model: unknown, not zero. Embeddings have no output; calls that
---   a guardrail blocked may carry no counts at all.
SELECT
  coalesce(model_base, 'unknown model') AS model,
  sum(calls) AS calls,
  sum(calls_without_input_tokens) AS without_input_tokens,
  sum(calls_without_output_tokens) AS without_output_tokens
FROM usage_daily
WHERE calls_without_input_tokens > 0 OR calls_without_output_tokens > 0
GROUP BY model_base
ORDER BY without_input_tokens DESC, without_output_tokens DESC, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: models by missing counts
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {model_base: embeds, calls: 9, calls_without_output_tokens: 1}}
--?       - {set: {model_base: null, calls: 5, calls_without_input_tokens: 1, calls_without_output_tokens: 2}}
--?       - {set: {model_base: null, calls: 6, calls_without_input_tokens: 3, calls_without_output_tokens: 4}}
--?       - {set: {model_base: null, calls: 90}}
--?       - {set: {model_base: input, calls: 1, calls_without_input_tokens: 1}}
--?   expect:
--?     - {model: unknown model, calls: 11, without_input_tokens: 4, without_output_tokens: 6}
--?     - {model: input, calls: 1, without_input_tokens: 1, without_output_tokens: 0}
--?     - {model: embeds, calls: 9, without_input_tokens: 0, without_output_tokens: 1}
