--- title: Cost of a million tokens by model
--- page: cost
--- order: 110
--- chart: bar
--- x: model
--- y: usd_per_million_tokens
--- unit: USD
--- width: 6
--- reads: [usage_daily]
--- explains: >
---   Estimated cost divided by tokens of all kinds. What a model really costs here, with the mix of input, output and
---   cache that it is used with.
--- survivors:
---   - mutant: "aggregate: SUM(tokens) -> MAX(tokens) #2"
---     reason: no row has fewer than no tokens, so that the sum is above 0 exactly where the largest is
WITH priced AS (
  SELECT
    coalesce(model_base, 'unknown model') AS model,
    estimated_cost,
    coalesce(input_tokens, 0) + coalesce(output_tokens, 0) + coalesce(cache_read_input_tokens, 0) + coalesce(cache_creation_input_tokens, 0) AS tokens
  FROM usage_daily
  WHERE estimated_cost IS NOT NULL
)
SELECT model, 1000000 * sum(estimated_cost) / sum(tokens) AS usd_per_million_tokens
FROM priced
GROUP BY model
HAVING sum(tokens) > 0
ORDER BY usd_per_million_tokens DESC, model
LIMIT 15
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: tokens of all kinds count, the dearest model first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {model_base: cheap, estimated_cost: 0.6, input_tokens: null, output_tokens: 100000, cache_read_input_tokens: 100000, cache_creation_input_tokens: 100000}}
--?       - {set: {model_base: cheap, estimated_cost: 0.6, input_tokens: 100000, output_tokens: null, cache_read_input_tokens: 100000, cache_creation_input_tokens: 100000}}
--?       - {set: {model_base: cheap, estimated_cost: 0.6, input_tokens: 100000, output_tokens: 100000, cache_read_input_tokens: null, cache_creation_input_tokens: 100000}}
--?       - {set: {model_base: cheap, estimated_cost: 0.6, input_tokens: 100000, output_tokens: 100000, cache_read_input_tokens: 100000, cache_creation_input_tokens: null}}
--?       - {set: {model_base: cheap, estimated_cost: 0.6, input_tokens: 1000000, output_tokens: 200000, cache_read_input_tokens: 300000, cache_creation_input_tokens: 300000}}
--?       - {set: {model_base: cheap, estimated_cost: null, input_tokens: 5}}
--?       - {set: {model_base: null, estimated_cost: 9, input_tokens: 1000000, output_tokens: 0}}
--?       - {set: {model_base: free, estimated_cost: 1, input_tokens: 0, output_tokens: 0}}
--?       - {set: {model_base: odd, estimated_cost: 0.000001, input_tokens: 1, output_tokens: 0}}
--?   expect:
--?     - {model: unknown model, usd_per_million_tokens: 9}
--?     - {model: cheap, usd_per_million_tokens: 1}
--?     - {model: odd, usd_per_million_tokens: 1}
--? - name: no more than fifteen are shown
--?   given: {usage_daily: [{repeat: 16, set: {model_base: "m{n}", estimated_cost: 1}}]}
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
