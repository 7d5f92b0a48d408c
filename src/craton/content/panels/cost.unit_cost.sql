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
---   Estimated cost divided by tokens of all kinds, over the calls that have a price. What a model really costs here,
---   with the mix of input, output and cache that it is used with.
--- survivors:
---   - mutant: "aggregate: SUM(priced_tokens) -> MAX(priced_tokens) #2"
---     reason: no row has fewer than no tokens, so that the sum is above 0 exactly where the largest is
SELECT
  coalesce(model_base, 'unknown model') AS model,
  1000000 * sum(estimated_cost) / sum(priced_tokens) AS usd_per_million_tokens
FROM usage_daily
GROUP BY model_base
HAVING sum(priced_tokens) > 0
ORDER BY usd_per_million_tokens DESC, model
LIMIT 15
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: rows of a model are added up, the dearest model first
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {model_base: cheap, estimated_cost: 0.6, priced_tokens: 300000}}
--?       - {set: {model_base: cheap, estimated_cost: 2.4, priced_tokens: 2700000}}
--?       - {set: {model_base: null, estimated_cost: 9, priced_tokens: 1000000}}
--?       - {set: {model_base: images, estimated_cost: 1, priced_tokens: 0}}
--?       - {set: {model_base: odd, estimated_cost: 0.000001, priced_tokens: 1}}
--?   expect:
--?     - {model: unknown model, usd_per_million_tokens: 9}
--?     - {model: cheap, usd_per_million_tokens: 1}
--?     - {model: odd, usd_per_million_tokens: 1}
--? - name: tokens of calls without a price are left out, and a model without any price is not shown
--?   given:
--?     usage_daily:
--?       - {set: {model_base: partly, estimated_cost: 0.0003, input_tokens: 9000000, priced_tokens: 2000}}
--?       - {set: {model_base: unpriced, estimated_cost: null, input_tokens: 5, priced_tokens: 0}}
--?   expect: [{model: partly, usd_per_million_tokens: 0.15}]
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
--? - name: an unpriced call beside a priced one of the same model does not make it cheaper
--?   given:
--?     invocation:
--?       - {set: {input_tokens: 1500, output_tokens: 500, estimated_cost: 0.0003}}
--?       - {set: {input_tokens: 9000000, output_tokens: 0, estimated_cost: null, price_status: unpriced}}
--?   expect: [{usd_per_million_tokens: 0.15}]
