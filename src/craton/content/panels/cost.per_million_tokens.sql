--- title: Cost of a million tokens
--- page: cost
--- order: 20
--- chart: stat
--- y: usd_per_million_tokens
--- unit: USD
--- width: 3
--- compare: true
--- reads: [usage_daily]
--- explains: >
---   Estimated cost divided by tokens of all kinds, over rows of usage that have a price.
SELECT 1000000 * sum(estimated_cost) / nullif(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0) + coalesce(cache_read_input_tokens, 0) + coalesce(cache_creation_input_tokens, 0)), 0) AS usd_per_million_tokens
FROM usage_daily
WHERE estimated_cost IS NOT NULL
HAVING count(*) > 0
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows are added up
--?   given:
--?     usage_daily:
--?       - {set: {estimated_cost: 0.6, input_tokens: null, output_tokens: 100000, cache_read_input_tokens: 100000, cache_creation_input_tokens: 100000}}
--?       - {set: {estimated_cost: 0.6, input_tokens: 100000, output_tokens: null, cache_read_input_tokens: 100000, cache_creation_input_tokens: 100000}}
--?       - {set: {estimated_cost: 0.6, input_tokens: 100000, output_tokens: 100000, cache_read_input_tokens: null, cache_creation_input_tokens: 100000}}
--?       - {set: {estimated_cost: 0.6, input_tokens: 100000, output_tokens: 100000, cache_read_input_tokens: 100000, cache_creation_input_tokens: null}}
--?       - {set: {estimated_cost: 0.6, input_tokens: 1000000, output_tokens: 200000, cache_read_input_tokens: 300000, cache_creation_input_tokens: 300000}}
--?       - {set: {estimated_cost: null, input_tokens: 5, output_tokens: 5}}
--?   expect: [{usd_per_million_tokens: 1.0}]
--? - name: one row is enough
--?   given: {usage_daily: [{set: {}}]}
--?   expect: [{}]
--? - name: calls without tokens have no unit cost
--?   given: {usage_daily: [{set: {estimated_cost: 0.04, input_tokens: 0, output_tokens: 0}}]}
--?   expect: [{usd_per_million_tokens: null}]
--? - name: a single token is enough
--?   given: {usage_daily: [{set: {estimated_cost: 0.5, input_tokens: 1, output_tokens: 0}}]}
--?   expect: [{usd_per_million_tokens: 500000}]
