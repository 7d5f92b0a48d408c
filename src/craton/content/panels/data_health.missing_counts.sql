--- title: Calls without token counts
--- page: data_health
--- order: 120
--- chart: table
--- units: {calls: calls, without_input_tokens: calls, without_output_tokens: calls, successful_calls: calls}
--- width: 6
--- empty: every successful call tells its tokens
--- reads: [usage_daily]
--- explains: >
---   Successful calls whose record tells no count, by model: unknown, not zero. Embeddings have no output; calls that
---   a guardrail blocked may carry no counts at all. Beside them, all successful calls of the model.
SELECT
  coalesce(model_base, 'unknown model') AS model,
  sum(calls_without_counts) AS calls,
  sum(calls_without_input_tokens) AS without_input_tokens,
  sum(calls_without_output_tokens) AS without_output_tokens,
  sum(calls - errors) AS successful_calls
FROM usage_daily
GROUP BY model_base
HAVING max(calls_without_counts) > 0
ORDER BY without_input_tokens DESC, without_output_tokens DESC, model
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: models by missing counts, of all their successful calls
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {model_base: embeds, calls: 9, calls_without_output_tokens: 1, calls_without_counts: 1}}
--?       - {set: {model_base: null, calls: 5, errors: 1, calls_without_input_tokens: 1, calls_without_output_tokens: 2, calls_without_counts: 3}}
--?       - {set: {model_base: null, calls: 6, errors: 2, calls_without_input_tokens: 3, calls_without_output_tokens: 4, calls_without_counts: 4}}
--?       - {set: {model_base: null, calls: 90, errors: 30}}
--?       - {set: {model_base: input, calls: 1, calls_without_input_tokens: 1, calls_without_counts: 1}}
--?       - {set: {model_base: whole, calls: 7}}
--?   expect:
--?     - {model: unknown model, calls: 7, without_input_tokens: 4, without_output_tokens: 6, successful_calls: 68}
--?     - {model: input, calls: 1, without_input_tokens: 1, without_output_tokens: 0, successful_calls: 1}
--?     - {model: embeds, calls: 1, without_input_tokens: 0, without_output_tokens: 1, successful_calls: 9}
--? - name: a failed call needs no counts
--?   given:
--?     invocation:
--?       - {repeat: 2, set: {}}
--?       - {set: {output_tokens: null}}
--?       - {repeat: 4, set: {error_code: ThrottlingException, input_tokens: null, output_tokens: null}}
--?   expect: [{calls: 1, without_input_tokens: 0, without_output_tokens: 1, successful_calls: 3}]
