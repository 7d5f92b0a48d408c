--- title: Input from the prompt cache
--- page: usage
--- order: 30
--- chart: line
--- x: day
--- y: cache_hit_percent
--- unit: percent
--- width: 4
--- reads: [usage_daily]
--- explains: >
---   Of the input tokens, how many came from the prompt cache. Each is billed at a fraction of the price of an input
---   token.
SELECT
  day,
  100.0 * sum(cache_read_input_tokens)
    / nullif(sum(coalesce(input_tokens, 0) + coalesce(cache_read_input_tokens, 0) + coalesce(cache_creation_input_tokens, 0)), 0)
    AS cache_hit_percent
FROM usage_daily
GROUP BY day
HAVING count(cache_read_input_tokens) > 0
ORDER BY day
--? - name: no data gives no rows
--?   given: {}
--?   expect: []
--? - name: the share of each day, and days run forward
--?   ordered: true
--?   given:
--?     usage_daily:
--?       - {set: {day: 2026-10-02, input_tokens: 90, cache_read_input_tokens: 10, cache_creation_input_tokens: null}}
--?       - {set: {input_tokens: 20, cache_read_input_tokens: 30, cache_creation_input_tokens: 50}}
--?       - {set: {input_tokens: null, cache_read_input_tokens: 20, cache_creation_input_tokens: 30}}
--?       - {set: {input_tokens: 50, cache_read_input_tokens: null, cache_creation_input_tokens: 0}}
--?   expect:
--?     - {day: 2026-10-01, cache_hit_percent: 25.0}
--?     - {day: 2026-10-02, cache_hit_percent: 10.0}
--? - name: a day whose calls tell nothing of a cache is not drawn
--?   given: {usage_daily: [{set: {cache_read_input_tokens: null}}]}
--?   expect: []
--? - name: a day without input tokens has no share
--?   given: {usage_daily: [{set: {input_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0}}]}
--?   expect: [{cache_hit_percent: null}]
